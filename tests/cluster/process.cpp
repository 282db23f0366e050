#include "tests/cluster/process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <random>
#include <sstream>

namespace test_cluster {
namespace {

constexpr std::chrono::milliseconds kQuestionInterval{5};
// Below those that the system gives to outgoing connections: none of them can take a port between
// the question and the program's start.
constexpr std::uint16_t kPortFirst = 10'000;
constexpr std::uint16_t kPortEnd = 32'000;
constexpr std::chrono::milliseconds kProgramMax{60'000};

}  // namespace

Process::Process(const std::vector<std::string>& command, const std::filesystem::path& output) {
  std::vector<char*> arguments;
  for (const std::string& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
  arguments.push_back(nullptr);
  const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  REQUIRE(file >= 0);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  REQUIRE(pid_ >= 0);
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(file);
}

Process::~Process() { kill(); }

void Process::send(int signal) const {
  if (!ended_) ::kill(pid_, signal);
}

std::optional<Ended> Process::wait(std::chrono::milliseconds bound) {
  (void)wait_until(bound, [this] {
    if (ended_) return true;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
    ended_ = WIFEXITED(status) ? Ended{WEXITSTATUS(status), 0} : Ended{-1, WTERMSIG(status)};
    return true;
  });
  return ended_;
}

void Process::kill() {
  if (ended_) return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  ended_ = Ended{-1, SIGKILL};
}

std::chrono::milliseconds Process::processor_time() const {
  const std::string stat = read_text("/proc/" + std::to_string(pid_) + "/stat");
  // The name, in parentheses, may hold spaces: fields are counted after it.
  std::istringstream fields{stat.substr(stat.rfind(')') + 2)};
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  long user = 0;
  long system = 0;
  fields >> user >> system;
  return std::chrono::milliseconds{(user + system) * 1'000 / ::sysconf(_SC_CLK_TCK)};
}

Ended run(const std::vector<std::string>& command, const std::filesystem::path& output) {
  Process process{command, output};
  const auto ended = process.wait(kProgramMax);
  REQUIRE(ended.has_value());
  return *ended;
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "hansatsu-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ec;
  std::filesystem::remove_all(path_, ec);
}

namespace {

bool is_free(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(socket >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool bound =
      ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return bound;
}

}  // namespace

std::uint16_t free_port() {
  static std::uint16_t next = static_cast<std::uint16_t>(
      kPortFirst + std::random_device{}() % static_cast<unsigned>(kPortEnd - kPortFirst));
  for (int tried = 0; tried < kPortEnd - kPortFirst; ++tried) {
    const std::uint16_t port = next;
    next = port + 1 < kPortEnd ? static_cast<std::uint16_t>(port + 1) : kPortFirst;
    if (is_free(port)) return port;
  }
  FAIL("no free port");
  return 0;
}

// Between two questions to another process, never instead of one.
void pause_between_questions() { ::poll(nullptr, 0, static_cast<int>(kQuestionInterval.count())); }

}  // namespace test_cluster
