#include "node/log/error.h"

namespace hansatsu::log {
namespace {

std::string_view sentence(LogFault fault) {
  switch (fault) {
    case LogFault::io:
      return "reading, writing or syncing the log failed";
    case LogFault::full:
      return "the disk has no room for the log";
    case LogFault::missing:
      return "there is no log here";
    case LogFault::exists:
      return "there is a log here already";
    case LogFault::foreign:
      return "this log belongs to another chain or another validator";
    case LogFault::unknown_version:
      return "this log was written by a newer program";
    case LogFault::corrupt:
      return "the log is damaged: promises made may be lost, so the node must not vote with it";
    case LogFault::too_large:
      return "the group fits into no segment of the log";
    case LogFault::halted:
      return "the log has halted after a failed write or sync";
  }
  return "unknown fault of the log";
}

}  // namespace

std::string describe(const LogError& error) {
  std::string text{sentence(error.fault)};
  if (error.segment != 0) {
    text += " (segment " + std::to_string(error.segment) + ", byte " +
            std::to_string(error.offset) + ")";
  }
  return text;
}

LogError log_error(DiskError error, std::uint32_t segment, std::uint64_t offset) {
  const LogFault fault = error == DiskError::full ? LogFault::full : LogFault::io;
  return LogError{fault, segment, offset};
}

}  // namespace hansatsu::log
