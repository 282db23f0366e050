#include "wallet/town/child_process.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

extern char** environ;

namespace hansatsu::town {
namespace {

constexpr std::size_t kOutputBytesMax = 1U << 20U;

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
  std::vector<char*> arguments;
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
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

}  // namespace hansatsu::town
