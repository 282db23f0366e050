#pragma once

#include <cstdint>
#include <string>

#include "node/log/disk.h"

namespace hansatsu::log {

enum class LogFault : std::uint8_t {
  io = 1,               ///< a read, write or sync failed; the writer has halted
  full = 2,             ///< no room for the next segment; the writer has halted
  missing = 3,          ///< there is no log in the folder
  exists = 4,           ///< there is a log already where a new one was to be made
  foreign = 5,          ///< the log of another chain or another validator
  unknown_version = 6,  ///< written by a newer program
  corrupt = 7,          ///< damaged before its end: what was promised may be gone
  too_large = 8,        ///< the group fits into no segment; nothing was written
  halted = 9,           ///< an earlier write or sync failed; nothing is ever tried again
};

/// What is wrong and, where a place is known, at which byte of which segment.
struct LogError {
  LogFault fault = LogFault::io;
  std::uint32_t segment = 0;  ///< 0: no place
  std::uint64_t offset = 0;
  bool operator==(const LogError&) const = default;
};
/// One sentence for the operator.
[[nodiscard]] std::string describe(const LogError& error);
[[nodiscard]] LogError log_error(DiskError error, std::uint32_t segment, std::uint64_t offset);

}  // namespace hansatsu::log
