#pragma once

#include <map>
#include <memory>

#include "ledger/block/receipt.h"
#include "wallet/audit/log_source.h"

namespace hansatsu::audit {

/// Finds the one final chain among all blocks of a log: blocks and FINALIZATIONs go in as the log
/// has them, final blocks come out by height. What was notarized and left behind is only counted.
///
/// An honest log may hold a FINALIZATION long before its blocks (a validator that catches up), so
/// whatever waits is kept as its place in the log; bodies beyond kLoadedBytes are read again.
/// Threads: one.
class FinalChain {
 public:
  static constexpr std::size_t kLoadedBytes = 16U << 20U;
  static constexpr std::size_t kWaitingMax = 1'000'000;  ///< blocks, and FINALIZATIONs

  FinalChain(const block::Trust& trust, const chain::Header& genesis);

  /// Errors: too_much_not_final, or judge_end()'s when that says why.
  [[nodiscard]] std::optional<Finding> add(const log::RecordPlace& place, ReadBlock block);
  /// A FINALIZATION of a quorum.
  /// Errors: conflicting_final, late_certificate, too_much_not_final or judge_end()'s.
  [[nodiscard]] std::optional<Finding> add(const log::RecordPlace& place,
                                           const chain::Certificate& finalization);
  /// A vote of the log's own validator: what it voted for must be in the log by then.
  [[nodiscard]] std::optional<Finding> check_vote(const log::RecordPlace& place,
                                                  const chain::Ballot& ballot);

  struct Next {
    log::RecordPlace place;
    Hash id;
    std::optional<ReadBlock> block;  ///< absent: to be read from its place again
  };
  /// The next final block, its links not checked yet; absent until the log says more.
  /// Errors: conflicting_final, bad_header.
  [[nodiscard]] Result<std::optional<Next>, Finding> next();
  /// Whether the block that next() gave follows its parent. Errors: bad_header.
  [[nodiscard]] std::optional<Finding> check(const log::RecordPlace& place,
                                             const chain::Header& header) const;
  /// Takes the block that next() gave, and that was checked, for the last final one.
  /// Errors: conflicting_final.
  [[nodiscard]] std::optional<Finding> advance(const chain::Header& header);
  /// At the log's end: whether a block that the validators made final is missing below one that is
  /// here, stands here altered, or contradicts the others.
  [[nodiscard]] std::optional<Finding> judge_end();

  [[nodiscard]] const chain::Header& last() const { return last_; }
  [[nodiscard]] const Hash& last_id() const { return last_id_; }
  /// Blocks that were left behind.
  [[nodiscard]] std::uint64_t left_behind() const { return left_behind_; }
  /// Blocks above the last final one.
  [[nodiscard]] std::size_t not_final_yet() const { return blocks_.size() - chosen_.size(); }
  /// FINALIZATIONs of blocks that this log does not hold (yet).
  [[nodiscard]] std::size_t awaited() const { return finalizations_.size(); }

 private:
  using Key = std::pair<View, Hash>;
  struct Entry {
    log::RecordPlace place;
    Height height;
    Key parent;
    Key below;      ///< the parent, or a block under it down to which all are here and fit together
    bool is_noted;  ///< the last vote for it of the log's own validator is a NOTARIZE
    std::unique_ptr<ReadBlock> loaded;
  };
  [[nodiscard]] Result<Key, Finding> lowest_under(const Key& top);
  [[nodiscard]] bool is_whole(const Key& lowest) const;
  [[nodiscard]] std::optional<Finding> too_much(const log::RecordPlace& place);
  [[nodiscard]] std::optional<Finding> choose();
  [[nodiscard]] std::optional<Finding> settle();
  [[nodiscard]] bool contradicts(View view, const Hash& id) const;
  [[nodiscard]] std::optional<Finding> altered(const Key& missing) const;

  chain::EpochContext context_;
  Hash set_hash_;
  std::vector<ValidatorIndex> order_;
  chain::Header last_;
  Hash last_id_;
  std::map<Key, Entry> blocks_;  ///< above the last final one
  std::map<View, std::pair<Hash, log::RecordPlace>> finalizations_;
  std::vector<Key> chosen_;      ///< final and not taken yet, the lowest last
  std::map<View, Hash> recent_;  ///< the newest final blocks
  std::size_t loaded_bytes_ = 0;
  std::uint64_t left_behind_ = 0;
};

}  // namespace hansatsu::audit
