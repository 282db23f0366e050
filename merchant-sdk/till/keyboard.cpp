#include "merchant-sdk/till/keyboard.h"

#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>

namespace hansatsu::till {
namespace {

constexpr int kLookForSignalsMs = 100;
constexpr char kEscape = '\x1b';

volatile sig_atomic_t stop_asked = 0;

void ask_to_stop(int /*signal*/) { stop_asked = 1; }

/// What the terminal was before a Watch changed it.
termios before_watching{};

}  // namespace

void listen_to_signals() {
  struct sigaction action{};
  action.sa_handler = &ask_to_stop;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool is_told_to_stop() { return stop_asked != 0; }

Keyboard::Keyboard() : terminal_{::isatty(STDIN_FILENO) == 1} {}

bool Keyboard::read_some(int wait_ms) {
  if (ended_) return false;
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (::poll(&input, 1, wait_ms) != 1) return false;
  std::array<char, 256> bytes{};
  const ssize_t got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  if (got <= 0) {
    ended_ = true;
    return false;
  }
  read_.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

std::optional<std::string> Keyboard::line() {
  for (;;) {
    const std::size_t end = read_.find('\n');
    if (end != std::string::npos || (ended_ && !read_.empty()) || read_.size() > kLineBytesMax) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end == std::string::npos ? end : end + 1);
      return line;
    }
    if (ended_ || is_told_to_stop()) return std::nullopt;
    read_some(kLookForSignalsMs);
  }
}

Keyboard::Watch::Watch(Keyboard& keyboard) : keyboard_{keyboard} {
  if (!keyboard_.terminal_) return;
  ::tcgetattr(STDIN_FILENO, &before_watching);
  termios each_key = before_watching;
  each_key.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  each_key.c_cc[VMIN] = 1;
  each_key.c_cc[VTIME] = 0;
  ::tcsetattr(STDIN_FILENO, TCSANOW, &each_key);
}

Keyboard::Watch::~Watch() {
  if (!keyboard_.terminal_) return;
  // Keys pressed while nobody asked for an amount are no amount.
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_watching);
  keyboard_.read_.clear();
}

bool Keyboard::Watch::cancelled() {
  std::string& read = keyboard_.read_;
  if (read.size() <= kLineBytesMax) keyboard_.read_some(0);
  if (keyboard_.terminal_) {
    const bool pressed = read.find_first_of(std::string{'c', 'C', kEscape}) != std::string::npos;
    read.clear();
    return pressed;
  }
  if (!read.starts_with("c\n")) return false;
  read.erase(0, 2);
  return true;
}

}  // namespace hansatsu::till
