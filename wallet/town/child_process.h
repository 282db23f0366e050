#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "ledger/types/result.h"

namespace hansatsu::town {

/// Runs a program to its end; what it printed on standard output, at most 1 MiB. Its standard error
/// stays ours. Errors: a sentence, when it can't be run or its exit code is not 0.
[[nodiscard]] Result<std::string, std::string> run_program(const std::vector<std::string>& words);

/// A program that runs beside ours. It is killed with this object, and when our thread that started
/// it ends.
class ChildProcess {
 public:
  /// What it prints goes to the end of the file `output`.
  /// Errors: a sentence. A program that can't be run shows as one that ended.
  [[nodiscard]] static Result<ChildProcess, std::string> start(
      const std::vector<std::string>& words, const std::filesystem::path& output);
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// SIGTERM, without waiting.
  void ask_to_stop() const;
  /// True if it has ended within `time_max`, with exit code 0.
  [[nodiscard]] bool ended_well(std::chrono::milliseconds time_max);

 private:
  explicit ChildProcess(pid_t pid) : pid_{pid} {}
  pid_t pid_ = -1;  ///< -1: ended
};

}  // namespace hansatsu::town
