#pragma once

#include <optional>
#include <string>

namespace hansatsu::till {

/// From now on Ctrl-C and SIGTERM ask the till to end its shift in order, once.
void listen_to_signals();
[[nodiscard]] bool is_told_to_stop();

/// Standard input: a person's terminal, or a program's pipe. One thread.
class Keyboard {
 public:
  Keyboard();

  [[nodiscard]] bool is_terminal() const { return terminal_; }
  /// The next line without its end; absent when there is none any more, or the till is to stop.
  /// At most kLineBytesMax of it count.
  [[nodiscard]] std::optional<std::string> line();

  /// While it lives a terminal gives each key at once and shows none. Restored with it.
  class Watch {
   public:
    explicit Watch(Keyboard& keyboard);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    /// On a terminal the key c or Esc was pressed; from a pipe the next line is "c". Other lines of
    /// a pipe stay for line(). Does not wait.
    [[nodiscard]] bool cancelled();

   private:
    Keyboard& keyboard_;
  };

 private:
  static constexpr std::size_t kLineBytesMax = 1'024;
  /// Waits at most so long; false when there is nothing (any more).
  bool read_some(int wait_ms);

  bool terminal_;
  bool ended_ = false;
  std::string read_;  ///< and not yet taken
};

}  // namespace hansatsu::till
