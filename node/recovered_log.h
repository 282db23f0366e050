#pragma once

#include <map>
#include <string>
#include <unordered_map>

#include "consensus/records.h"
#include "node/log/reader.h"
#include "node/mempool.h"
#include "node/store/checkpoint.h"

namespace hansatsu::node {

/// Where the records of each view begin in the log: what a checkpoint says replay has to start at.
class ReplayPoints {
 public:
  /// A record of this view stands in this group. Requires: groups come in the log's order.
  void add(View view, const log::GroupPlace& group) { first_groups_.emplace(view, group); }
  /// The newest group, with records or without.
  void set_last(const log::GroupPlace& group) { last_ = group; }
  [[nodiscard]] const log::GroupPlace& last() const { return last_; }
  /// The earliest group with a record of a view above; without one, the newest group there is;
  /// absent in an empty log.
  [[nodiscard]] std::optional<log::GroupPlace> from(View above) const;
  /// No checkpoint asks below this view any more.
  void forget_up_to(View view) {
    first_groups_.erase(first_groups_.begin(), first_groups_.upper_bound(view));
  }

 private:
  std::map<View, log::GroupPlace> first_groups_;
  log::GroupPlace last_;
};

/// What the log says beyond the state that was loaded.
struct RecoveredLog {
  consensus::Recovered recovered;
  std::unordered_map<Hash, log::RecordPlace, HashOfHash> places;  ///< of the blocks in it
  ReplayPoints points;
  store::ChangedRows changed;  ///< all of genesis, where no checkpoint was ever written
};

/// The lowest view of a base from which a start has no use for the record: a block is done with at
/// its own, votes and certificates some views later.
[[nodiscard]] View done_at(const consensus::Record& record);

/// Reads the log's groups from `from` (from its start, without it) into `out`, but for what lies at
/// or below `out.recovered.base`: a validator that was catching up has all of that in its log
/// behind a certificate from far above.
/// Requires: log::Log::open has made the last group durable.
/// Errors: one sentence for the operator.
[[nodiscard]] Result<void, std::string> read_log(log::Disk& disk,
                                                 const std::optional<log::GroupPlace>& from,
                                                 RecoveredLog& out);

}  // namespace hansatsu::node
