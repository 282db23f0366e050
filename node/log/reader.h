#pragma once

#include "node/log/segment.h"

namespace hansatsu::log {

/// Walks the groups of a log in order, each checked: its own hashes, its sequence, and that it
/// follows the group before it. Serves recovery, replay and `audit`; may run beside the writer.
/// Source:  docs/protocol/log.md "Recovery".
/// Threads: one at a time. Cost: each group is read and hashed once.
class Cursor {
 public:
  /// From the first group. Errors: io, missing, corrupt, unknown_version.
  [[nodiscard]] static Result<Cursor, LogError> from_start(Disk& disk);
  /// From a group known to have been synced, that one first. Errors: as from_start; corrupt if
  /// the very group is no longer there, as with a log restored from an older copy.
  [[nodiscard]] static Result<Cursor, LogError> from(Disk& disk, const GroupPlace& place);

  /// The next group; absent at the end of the log, and then at each further call until the writer
  /// has added one. Errors: io; corrupt when what stands here is damaged and later groups exist.
  [[nodiscard]] Result<std::optional<Group>, LogError> next();

  [[nodiscard]] const Identity& identity() const { return segment_.header().identity; }
  /// The group that next() gave last; sequence 0 before any.
  [[nodiscard]] const GroupPlace& last() const { return last_; }
  /// The segment where the walk stands, and the boundary the next group is looked for at.
  [[nodiscard]] Segment& segment() { return segment_; }
  [[nodiscard]] std::uint32_t offset() const { return offset_; }

 private:
  Cursor(Disk& disk, Segment segment);
  [[nodiscard]] Result<std::optional<Group>, LogError> try_next();
  [[nodiscard]] Result<std::optional<Segment>, LogError> following() const;
  [[nodiscard]] Result<bool, LogError> later_header_exists();
  [[nodiscard]] bool follows(const Group& group) const;

  Disk* disk_;
  Segment segment_;
  std::uint32_t offset_ = kFirstGroupOffset;
  GroupPlace last_;
  std::optional<GroupPlace> required_;  ///< what the first group must be
};

/// Finds single records of a log that may be growing. Threads: one at a time, so make one a thread.
class Reader {
 public:
  /// Errors: io, missing, corrupt, unknown_version.
  [[nodiscard]] static Result<Reader, LogError> open(Disk& disk);

  [[nodiscard]] const Identity& identity() const { return identity_; }
  /// Errors: io; corrupt if no such record stands there. Cost: reads and hashes its whole group.
  [[nodiscard]] Result<Record, LogError> record_at(const RecordPlace& place);

 private:
  Reader(Disk& disk, Segment segment);

  Disk* disk_;
  Identity identity_;
  Segment segment_;  ///< the one read last
};

}  // namespace hansatsu::log
