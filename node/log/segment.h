#pragma once

#include <memory>

#include "node/log/error.h"
#include "node/log/format.h"

namespace hansatsu::log {

/// "00000007.log". Segments are numbered from 1 without gaps.
[[nodiscard]] std::string segment_name(std::uint32_t number);
/// The name of a segment under preparation; it holds nothing yet and may be lost.
inline constexpr std::string_view kPreparingName = "preparing.tmp";

struct Group {
  GroupPlace place;
  std::uint32_t end = 0;  ///< offset of the byte after it, padding included
  Hash previous;
  std::vector<Record> records;
};

/// One segment file, open. Its head has been checked. Threads: one at a time.
class Segment {
 public:
  /// Errors: io; corrupt for a missing file, a wrong length or a damaged head; unknown_version.
  [[nodiscard]] static Result<Segment, LogError> open(Disk& disk, std::uint32_t number);

  [[nodiscard]] const SegmentHeader& header() const { return header_; }
  [[nodiscard]] File& file() { return *file_; }
  /// The whole group at `offset`, checked against its hashes; absent if none stands there.
  [[nodiscard]] Result<std::optional<Group>, LogError> read_group(std::uint32_t offset);
  /// The bytes [offset, end). Requires: within the segment.
  [[nodiscard]] Result<Bytes, LogError> read(std::uint32_t offset, std::uint32_t end);
  /// Offset of the first well-formed group header at or after `offset` with at least this
  /// sequence. Cost: reads the rest of the segment.
  [[nodiscard]] Result<std::optional<std::uint32_t>, LogError> find_header(
      std::uint32_t offset, std::uint64_t sequence_min);

 private:
  Segment(std::unique_ptr<File> file, SegmentHeader header)
      : file_{std::move(file)}, header_{header} {}

  std::unique_ptr<File> file_;
  SegmentHeader header_;
};

/// Numbers of the last segment of the folder; 0 without any. Errors: io; corrupt when one between
/// the first and the last is gone.
[[nodiscard]] Result<std::uint32_t, LogError> count_segments(Disk& disk);

}  // namespace hansatsu::log
