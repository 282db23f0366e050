#include "wallet/town/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>
#include <utility>

extern char** environ;

namespace hansatsu::town {
namespace {

constexpr std::size_t kOutputBytesMax = 1U << 20U;
constexpr std::chrono::milliseconds kEndPoll{5};

/// Points into `words`, which must outlive it.
std::vector<char*> arguments_of(std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  return arguments;
}

std::string read_all(int from) {
  std::string text;
  std::array<char, 4'096> part{};
  for (;;) {
    const ssize_t count = ::read(from, part.data(), part.size());
    if (count <= 0) return text;
    if (text.size() < kOutputBytesMax) text.append(part.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

Result<std::string, std::string> run_program(const std::vector<std::string>& words) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) return Err{std::string{"no pipe"}};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, pipe[0]);
  posix_spawn_file_actions_addclose(&actions, pipe[1]);
  std::vector<std::string> copies = words;
  std::vector<char*> arguments = arguments_of(copies);
  pid_t child = 0;
  const int spawned =
      ::posix_spawn(&child, arguments.front(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  std::string output = spawned == 0 ? read_all(pipe[0]) : std::string{};
  ::close(pipe[0]);
  int status = 0;
  if (spawned != 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
      WEXITSTATUS(status) != 0) {
    return Err{words.front() + (words.size() > 1 ? " " + words[1] : "") + " failed"};
  }
  return output;
}

Result<ChildProcess, std::string> ChildProcess::start(const std::vector<std::string>& words,
                                                      const std::filesystem::path& output) {
  std::vector<std::string> copies = words;
  std::vector<char*> arguments = arguments_of(copies);
  const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return Err{output.string() + " can't be written"};
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execv(arguments.front(), arguments.data());
    ::_exit(127);
  }
  ::close(file);
  if (child < 0) return Err{words.front() + " can't be started"};
  return ChildProcess{child};
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept : pid_{std::exchange(other.pid_, -1)} {}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void ChildProcess::ask_to_stop() const {
  if (pid_ >= 0) ::kill(pid_, SIGTERM);
}

bool ChildProcess::ended_well(std::chrono::milliseconds time_max) {
  const auto deadline = std::chrono::steady_clock::now() + time_max;
  while (pid_ >= 0) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kEndPoll);
  }
  return false;
}

}  // namespace hansatsu::town
