#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/types/bytes.h"
#include "ledger/types/result.h"

namespace hansatsu::log {

enum class DiskError : std::uint8_t {
  io = 1,         ///< the device or the file system failed, or a call moved fewer bytes than asked
  not_found = 2,  ///< no such file or folder
  full = 3,       ///< no room left
  locked = 4,     ///< another process holds the folder
};

/// One file of a Disk. Threads: one at a time. What is written is durable only after sync().
class File {
 public:
  virtual ~File() = default;
  [[nodiscard]] virtual Result<std::uint64_t, DiskError> size() = 0;
  /// Fills all of `out`, or fails: bytes past the end of the file are an `io` error.
  [[nodiscard]] virtual Result<void, DiskError> read(std::uint64_t offset,
                                                     std::span<std::uint8_t> out) = 0;
  /// One call of the system: all of `bytes`, or a failure after which the range is undefined.
  [[nodiscard]] virtual Result<void, DiskError> write(std::uint64_t offset, ByteView bytes) = 0;
  [[nodiscard]] virtual Result<void, DiskError> sync() = 0;
};

/// The folder that holds a log, and nothing else of the world: what the log's writer, recovery and
/// readers see of a machine. The product has PosixDisk; tests and the simulator have disks that
/// tear, lose and flip.
class Disk {
 public:
  virtual ~Disk() = default;
  /// Names of all files, ascending.
  [[nodiscard]] virtual Result<std::vector<std::string>, DiskError> list() = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<File>, DiskError> open(std::string_view name) = 0;
  /// A new empty file; one of that name is emptied.
  [[nodiscard]] virtual Result<std::unique_ptr<File>, DiskError> create(std::string_view name) = 0;
  /// Gives a synced file its final name. Durable, the folder included, on return; after a crash
  /// before it the file has one of the two names.
  [[nodiscard]] virtual Result<void, DiskError> rename(std::string_view from,
                                                       std::string_view to) = 0;
};

}  // namespace hansatsu::log
