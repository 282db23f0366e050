#include "tests/merchant-sdk/counter.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

#include "tests/cluster/network.h"

namespace test_cluster {
namespace {

[[noreturn]] void become_till(std::vector<std::string> arguments,
                              std::vector<std::string> environment) {
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (std::string& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
  };
  ::execve(arguments[0].c_str(), pointers(arguments).data(), pointers(environment).data());
  ::_exit(127);
}

}  // namespace

Counter::Counter(Place place, const std::filesystem::path& home, std::vector<std::string> arguments,
                 std::vector<std::string> environment, const std::filesystem::path& results)
    : terminal_{place == Place::terminal} {
  arguments.insert(arguments.begin(), std::string{HANSATSU_BIN_DIR} + "/hansatsu-till");
  environment.push_back("HOME=" + home.string());
  environment.push_back("PATH=/usr/bin:/bin");
  std::array<int, 2> input{};
  std::array<int, 2> output{};
  int file = -1;
  if (terminal_) {
    child_ = ::forkpty(&in_, nullptr, nullptr, nullptr);
    out_ = in_;
  } else {
    REQUIRE(::pipe2(input.data(), O_CLOEXEC) == 0);
    REQUIRE(::pipe2(output.data(), O_CLOEXEC) == 0);
    if (!results.empty())
      file = ::open(results.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    child_ = ::fork();
  }
  REQUIRE(child_ >= 0);
  if (child_ == 0) {
    if (!terminal_) {
      ::dup2(input[0], STDIN_FILENO);
      ::dup2(file >= 0 ? file : output[1], STDOUT_FILENO);
      ::dup2(output[1], STDERR_FILENO);
    }
    // Or the limit of set_disk would end it, where a full disk is an error of its write.
    ::signal(SIGXFSZ, SIG_IGN);
    become_till(std::move(arguments), std::move(environment));
  }
  if (terminal_) return;
  ::close(input[0]);
  ::close(output[1]);
  if (file >= 0) ::close(file);
  in_ = input[1];
  out_ = output[0];
}

Counter::~Counter() {
  if (child_ > 0) {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  if (in_ >= 0) ::close(in_);
  if (out_ >= 0 && out_ != in_) ::close(out_);
}

bool Counter::read_more() {
  pollfd waiting{out_, POLLIN, 0};
  INFO("it said: " << said_);
  REQUIRE(::poll(&waiting, 1, static_cast<int>(kAgreeMax.count())) == 1);
  std::array<char, 4'096> piece{};
  const ssize_t got = ::read(out_, piece.data(), piece.size());
  if (got <= 0) return false;
  said_.append(piece.data(), static_cast<std::size_t>(got));
  return true;
}

std::string Counter::wait_for(const std::string& text) {
  for (;;) {
    const std::size_t place = said_.find(text, found_);
    if (place != std::string::npos) {
      const std::size_t begin = std::exchange(found_, place + text.size());
      return said_.substr(begin, found_ - begin);
    }
    INFO("waiting for: " << text);
    REQUIRE(read_more());
  }
}

void Counter::type(const std::string& keys) const {
  REQUIRE(::write(in_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
}

void Counter::set_disk(Disk disk) const {
  rlimit limit{};
  REQUIRE(::prlimit(child_, RLIMIT_FSIZE, nullptr, &limit) == 0);
  limit.rlim_cur = disk == Disk::full ? 0 : limit.rlim_max;
  REQUIRE(::prlimit(child_, RLIMIT_FSIZE, &limit, nullptr) == 0);
}

int Counter::end() {
  if (!terminal_) {
    ::close(in_);
    in_ = -1;
  }
  while (read_more()) continue;
  int status = 0;
  REQUIRE(::waitpid(std::exchange(child_, -1), &status, 0) > 0);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

bool Counter::shows_what_is_typed() const {
  termios now{};
  REQUIRE(::tcgetattr(in_, &now) == 0);
  return (now.c_lflag & ECHO) != 0;
}

}  // namespace test_cluster
