#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace test_cluster {

/// hansatsu-till as a child process, with somebody at its keys: on pipes as a script has it, or on
/// a terminal of its own. Knows nothing of this process's environment but PATH.
class Counter {
 public:
  enum class Place { pipes, terminal };
  enum class Disk { has_room, full };
  /// `home` becomes HOME. Its standard output is added to the file `results`, if one is named.
  Counter(Place place, const std::filesystem::path& home, std::vector<std::string> arguments,
          std::vector<std::string> environment = {}, const std::filesystem::path& results = {});
  ~Counter();
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  /// Reads on until the text appears after what was found last; what stood before it and itself.
  /// Fails after kAgreeMax, or at the end.
  std::string wait_for(const std::string& text);
  void type(const std::string& keys) const;
  /// From now on; on a full one no file takes a byte from it, while what stands there can be read.
  void set_disk(Disk disk) const;
  /// Closes its input, reads the rest; its exit code.
  int end();
  /// All that it said until now; on pipes its standard output and errors alike.
  [[nodiscard]] const std::string& said() const { return said_; }
  [[nodiscard]] bool shows_what_is_typed() const;

 private:
  bool read_more();

  pid_t child_ = -1;
  int in_ = -1;
  int out_ = -1;
  bool terminal_;
  std::string said_;
  std::size_t found_ = 0;
};

}  // namespace test_cluster
