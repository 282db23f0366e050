#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/wallet/program.h"

using hansatsu::wallet::test::Home;

namespace {

/// The program on a terminal of its own, with a person at it.
class Sitting {
 public:
  Sitting(const Home& home, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), std::string{HANSATSU_BIN_DIR} + "/hansatsu");
    std::string home_variable = "HOME=" + home.path().string();
    child_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    REQUIRE(child_ >= 0);
    if (child_ != 0) return;
    std::vector<char*> list;
    for (std::string& argument : arguments) list.push_back(argument.data());
    list.push_back(nullptr);
    char* environment[]{home_variable.data(), nullptr};
    ::execve(list[0], list.data(), environment);
    ::_exit(127);
  }
  ~Sitting() { ::close(terminal_); }
  Sitting(const Sitting&) = delete;
  Sitting& operator=(const Sitting&) = delete;

  /// Waits until the screen shows the text after what was answered last, then types the answer.
  void answer(const std::string& question, const std::string& answer) {
    while (screen_.find(question, answered_) == std::string::npos) REQUIRE(read_more());
    answered_ = screen_.size();
    REQUIRE(::write(terminal_, answer.data(), answer.size()) ==
            static_cast<ssize_t>(answer.size()));
  }
  int end() {
    while (read_more()) continue;
    int status = 0;
    REQUIRE(::waitpid(child_, &status, 0) == child_);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
  }
  /// The signal that ended it.
  int end_by_signal() {
    while (read_more()) continue;
    int status = 0;
    REQUIRE(::waitpid(child_, &status, 0) == child_);
    REQUIRE(WIFSIGNALED(status));
    return WTERMSIG(status);
  }
  [[nodiscard]] bool shows_what_is_typed() const {
    termios now{};
    REQUIRE(::tcgetattr(terminal_, &now) == 0);
    return (now.c_lflag & ECHO) != 0;
  }
  [[nodiscard]] const std::string& screen() const { return screen_; }

 private:
  /// False at the end; at most two minutes for a sign of life.
  bool read_more() {
    pollfd waiting{terminal_, POLLIN, 0};
    REQUIRE(::poll(&waiting, 1, 120'000) == 1);
    char piece[4'096];
    const ssize_t got = ::read(terminal_, piece, sizeof piece);
    if (got <= 0) return false;
    screen_.append(piece, static_cast<std::size_t>(got));
    return true;
  }

  int terminal_ = -1;
  pid_t child_ = -1;
  std::string screen_;
  std::size_t answered_ = 0;
};

}  // namespace

TEST_CASE("terminal: a passphrase is asked for twice and never shown", "[wallet][terminal]") {
  const Home home;
  Sitting making{home, {"wallet", "new"}};
  making.answer("New passphrase: ", "kiritanpo-4\n");
  making.answer("Once more: ", "kiritanpo-4\n");
  CHECK(making.end() == 0);
  CHECK(making.screen().find("kiritanpo") == std::string::npos);
  CHECK(making.screen().find("Public key of main: ") != std::string::npos);

  Sitting wrong{home, {"wallet", "words"}};
  wrong.answer("Passphrase: ", "kiritanpo-5\n");
  CHECK(wrong.end() == 5);
  CHECK(wrong.screen().find("kiritanpo") == std::string::npos);

  const Home other;
  Sitting differing{other, {"wallet", "new"}};
  differing.answer("New passphrase: ", "one\n");
  differing.answer("Once more: ", "two\n");
  CHECK(differing.end() == 5);
}

TEST_CASE("terminal: Ctrl-C at a passphrase ends the program and leaves the terminal as it was",
          "[wallet][terminal]") {
  const Home home;
  Sitting stopping{home, {"wallet", "new"}};
  stopping.answer("New passphrase: ", "\x03");
  CHECK(stopping.end_by_signal() == SIGINT);
  CHECK(stopping.shows_what_is_typed());
}

TEST_CASE("terminal: what can't be undone is asked about", "[wallet][terminal]") {
  const Home home;
  const auto passphrase = home.write("passphrase", "kiritanpo-4\n").string();
  REQUIRE(home.run({"--passphrase-file", passphrase, "wallet", "new"}).exit == 0);
  const std::vector<std::string> removal{"--passphrase-file", passphrase, "wallet", "remove"};
  Sitting declining{home, removal};
  declining.answer("[y/N] ", "n\n");
  CHECK(declining.end() == 7);
  Sitting agreeing{home, removal};
  agreeing.answer("[y/N] ", "y\n");
  CHECK(agreeing.end() == 0);
  Sitting again{home, removal};
  again.answer("[y/N] ", "y\n");
  CHECK(again.end() == 5);
}
