#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace test_cluster {

/// How a process ended: its exit code, or the signal that ended it.
struct Ended {
  int exit_code = -1;
  int signal = 0;
};

/// A child process; it dies with this object, and with the test program.
/// Its output and errors go to the end of one file.
class Process {
 public:
  Process(const std::vector<std::string>& command, const std::filesystem::path& output);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void send(int signal) const;
  /// Absent while it still runs after `bound`.
  [[nodiscard]] std::optional<Ended> wait(std::chrono::milliseconds bound);
  /// SIGKILL, and gone when this returns.
  void kill();
  /// Processor time used until now, of all its threads.
  [[nodiscard]] std::chrono::milliseconds processor_time() const;

 private:
  pid_t pid_ = -1;
  std::optional<Ended> ended_;
};

/// Runs a program to its end; its output is the file's content.
[[nodiscard]] Ended run(const std::vector<std::string>& command,
                        const std::filesystem::path& output);
[[nodiscard]] std::string read_text(const std::filesystem::path& path);

/// A folder that goes with this object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Free when asked for, and given once in this program.
[[nodiscard]] std::uint16_t free_port();

/// Asks again and again until it is true; false when it still is not after `bound`.
template <class Question>
[[nodiscard]] bool wait_until(std::chrono::milliseconds bound, const Question& question);

void pause_between_questions();

template <class Question>
bool wait_until(std::chrono::milliseconds bound, const Question& question) {
  const auto deadline = std::chrono::steady_clock::now() + bound;
  while (!question()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    pause_between_questions();
  }
  return true;
}

}  // namespace test_cluster
