#pragma once

#include "node/log/segment.h"

namespace hansatsu::log {

/// Bytes written and synced by one step.
inline constexpr std::uint32_t kPrepareBytes = 256U << 10U;

/// Makes a segment file of zeros behind its head, in small steps. The file gets its segment's name
/// only when it is whole and synced, so a crash leaves a whole segment or none. Zeros are written
/// because a merely allocated file makes each later sync write the file system's own records too.
class SegmentMaker {
 public:
  SegmentMaker(Disk& disk, const SegmentHeader& header) : disk_{&disk}, header_{header} {}

  /// Writes and syncs the next kPrepareBytes. True once the segment is there. After an error the
  /// maker must not be used again.
  [[nodiscard]] Result<bool, DiskError> step();
  /// All that is left, with one sync.
  [[nodiscard]] Result<void, DiskError> finish();
  [[nodiscard]] std::uint32_t number() const { return header_.number; }

 private:
  [[nodiscard]] Result<void, DiskError> write_piece();
  [[nodiscard]] Result<void, DiskError> give_name();

  Disk* disk_;
  SegmentHeader header_;
  std::unique_ptr<File> file_;
  std::uint32_t written_ = 0;
  bool named_ = false;
};

}  // namespace hansatsu::log
