#include "wallet/keystore/passphrase.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace hansatsu::wallet {
namespace {

constexpr std::size_t kLineBytesMax = 1'024;

constexpr std::array<int, 4> kEndingSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
volatile std::sig_atomic_t g_ending_signal = 0;  // a handler can reach nothing else

/// Holds signals that would end the program until the terminal shows again what is typed. They are
/// let in only while `wait_for` waits, so that none slips in between a look and the wait.
class SignalsHeld {
 public:
  SignalsHeld() {
    g_ending_signal = 0;
    sigset_t held{};
    ::sigemptyset(&held);
    for (const int signal : kEndingSignals) ::sigaddset(&held, signal);
    ::pthread_sigmask(SIG_BLOCK, &held, &mask_before_);
    struct sigaction noted{};
    noted.sa_handler = [](int signal) { g_ending_signal = signal; };
    for (std::size_t i = 0; i < kEndingSignals.size(); ++i)
      ::sigaction(kEndingSignals[i], &noted, &before_[i]);
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld() {
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    for (std::size_t i = 0; i < kEndingSignals.size(); ++i)
      ::sigaction(kEndingSignals[i], &before_[i], nullptr);
    if (g_ending_signal != 0) ::raise(g_ending_signal);
  }
  /// False when a signal came instead of something to read.
  [[nodiscard]] bool wait_for(int file) const {
    pollfd waiting{file, POLLIN, 0};
    while (::ppoll(&waiting, 1, nullptr, &mask_before_) < 0) {
      if (errno != EINTR || g_ending_signal != 0) return false;
    }
    return true;
  }

 private:
  sigset_t mask_before_{};
  std::array<struct sigaction, kEndingSignals.size()> before_{};
};

/// The terminal itself, with echo off while this lives.
class Terminal {
 public:
  Terminal() : file_{::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)} {
    if (file_ < 0 || ::tcgetattr(file_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    usable_ = ::tcsetattr(file_, TCSAFLUSH, &silent) == 0;
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    if (usable_) ::tcsetattr(file_, TCSAFLUSH, &before_);
    if (file_ >= 0) ::close(file_);
  }
  [[nodiscard]] bool is_usable() const { return usable_; }
  void say(std::string_view text) const {
    // A question that could not be shown is answered all the same, or Enter is pressed.
    [[maybe_unused]] const ssize_t written = ::write(file_, text.data(), text.size());
  }
  [[nodiscard]] Result<SecretText, PassphraseError> read_line() const {
    SecretText line;
    for (;;) {
      if (!signals_.wait_for(file_)) return Err{PassphraseError::empty};
      char letter = 0;
      const ssize_t got = ::read(file_, &letter, 1);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0 || letter == '\n') break;
      if (line.view().size() >= kLineBytesMax) return Err{PassphraseError::too_long};
      if (!line.append({&letter, 1})) return Err{PassphraseError::too_long};
    }
    if (line.empty()) return Err{PassphraseError::empty};
    return line;
  }

 private:
  SignalsHeld signals_;  // let go last, when the terminal is as it was
  int file_;
  termios before_{};
  bool usable_ = false;
};

}  // namespace

Result<SecretText, PassphraseError> passphrase_from_file(const std::filesystem::path& path) {
  auto bytes = read_file(path, 64 * 1024, true);
  if (!bytes) {
    if (bytes.error() == FileError::open_to_others) return Err{PassphraseError::open_to_others};
    if (bytes.error() == FileError::too_large) return Err{PassphraseError::too_long};
    return Err{PassphraseError::no_file};
  }
  std::string_view text = as_text(*bytes);
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  const std::size_t line_bytes = text.size();
  SecretText line{line_bytes <= kLineBytesMax ? text : std::string_view{}};
  wipe(*bytes);
  if (line_bytes > kLineBytesMax) return Err{PassphraseError::too_long};
  if (line.empty()) return Err{PassphraseError::empty};
  return line;
}

Result<SecretText, PassphraseError> ask_secret(std::string_view question) {
  const Terminal terminal;
  if (!terminal.is_usable()) return Err{PassphraseError::no_terminal};
  terminal.say(question);
  auto line = terminal.read_line();
  terminal.say("\n");
  return line;
}

Result<SecretText, PassphraseError> ask_secret_twice(std::string_view question,
                                                     std::string_view again) {
  auto first = ask_secret(question);
  if (!first) return first;
  const auto second = ask_secret(again);
  if (!second) return Err{second.error()};
  if (first->view() != second->view()) return Err{PassphraseError::differ};
  return first;
}

}  // namespace hansatsu::wallet
