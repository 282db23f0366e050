#pragma once

#include "node/log/reader.h"
#include "node/log/segment_maker.h"

namespace hansatsu::log {

struct Options {
  /// Length of segments made from now on; those that exist keep theirs. A multiple of
  /// kBoundaryBytes, kSegmentBytesMin..kSegmentBytesMax, and above the largest group by 1 KiB.
  std::uint32_t segment_bytes = 64U << 20U;
};

/// Whose log is expected; anything else is refused as foreign.
struct Owner {
  Hash chain_id;
  PublicKey validator;
};

/// The writer of the append-only log: what a validator promised, in the order it promised it.
/// Source:   docs/protocol/log.md; docs/protocol/consensus.md "The log".
/// Ensures:  one write and one sync a group; a group is never written before the sync of the one
///           before it returned; after any failed write or sync every call gives `halted`.
/// Threads:  one at a time (the node's storage thread). Only one writer a folder: FolderLock.
class Log {
 public:
  /// Makes the first segment, zero-filled and synced. Requires: id and salt are random.
  /// Errors: exists, io, full.
  [[nodiscard]] static Result<Log, LogError> create(Disk& disk, const Identity& identity,
                                                    const Options& options);

  /// Recovery: walks the groups from `known` (the first, without it), drops a torn tail, and makes
  /// what it found last durable: writes it again in place, zeroes what follows, syncs. Nothing of
  /// the log may be used before this returned.
  /// Requires: the group at `known` was synced (a checkpoint names it).
  /// Errors: missing, foreign, unknown_version, io, full; corrupt: damaged before its end, and then
  ///         the log is left as it is.
  [[nodiscard]] static Result<Log, LogError> open(Disk& disk, const Owner& owner,
                                                  const Options& options,
                                                  const std::optional<GroupPlace>& known = {});

  /// Writes the records as one group and syncs. On success they are durable.
  /// Requires: 1..kRecordsMax records.
  /// Errors: too_large (nothing written, nothing halted); io, full, halted.
  [[nodiscard]] Result<GroupPlace, LogError> append(std::span<const Record> records);

  /// One small step (kPrepareBytes written and synced) of making the next segment, so that rolling
  /// finds it ready. True when there is nothing left to do. For idle moments of the thread.
  /// Errors: io, full, halted.
  [[nodiscard]] Result<bool, LogError> prepare_step();

  [[nodiscard]] const Identity& identity() const { return current_.header().identity; }
  /// The last durable group; sequence 0 while the log is empty.
  [[nodiscard]] const GroupPlace& last() const { return last_; }
  [[nodiscard]] bool has_halted() const { return halted_; }

 private:
  Log(Disk& disk, const Options& options, Segment current);
  [[nodiscard]] Result<void, LogError> settle(std::uint32_t last_end);
  [[nodiscard]] Result<void, LogError> clear_later_segments();
  [[nodiscard]] Result<void, LogError> roll();
  [[nodiscard]] bool fits(const EncodedGroup& group) const;
  [[nodiscard]] Result<bool, LogError> next_is_there();
  [[nodiscard]] LogError halt(LogError error);

  Disk* disk_;
  Options options_;
  Segment current_;
  std::uint32_t end_ = kFirstGroupOffset;  ///< where the next group goes in current_
  GroupPlace last_;
  std::optional<SegmentMaker> maker_;  ///< of the next segment, while it is not there
  bool halted_ = false;
};

}  // namespace hansatsu::log
