#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <unordered_map>

#include "node/store/entries.h"
#include "node/store/hash_of_hash.h"

namespace hansatsu::store {

/// A transaction as the index sees it.
struct IndexedTransaction {
  Hash id;
  std::vector<AccountId> accounts;  ///< in whose histories it stands; each once
};

/// A committed block with all that readers may ask of it.
struct CommittedBlock {
  Hash id;
  chain::Header header;
  std::shared_ptr<const Bytes> body;
  std::optional<chain::FinalityProof> proof;
  std::vector<IndexedTransaction> transactions;
  Outcomes outcomes;  ///< one a transaction
};

/// Part of an account's history.
struct HistoryQuery {
  AccountId account;
  std::optional<TransactionPlace> after;   ///< exclusive; absent: from the first
  std::optional<TransactionPlace> before;  ///< exclusive; absent: to the newest
  bool newest_first = false;
  std::uint32_t count = 0;  ///< at most so many, counted in the order asked for
};

/// Committed blocks that no checkpoint holds yet: readers find them here, the next checkpoint takes
/// them from here. Bounded by the time between checkpoints.
/// Threads: any; writers hold the lock for a block at a time.
class RecentBlocks {
 public:
  struct Entry {
    std::shared_ptr<const CommittedBlock> block;
    std::optional<log::RecordPlace> place;  ///< absent until its group is synced
  };

  /// Requires: one height above the last added, unless empty.
  void add(CommittedBlock block, const std::optional<log::RecordPlace>& place);
  /// The block's bytes are in the log now. Nothing happens for a block that is not here.
  void set_place(const Hash& block_id, const log::RecordPlace& place);
  /// Forgets blocks up to this height: a checkpoint holds them.
  void drop_up_to(Height height);

  /// Null if not here.
  [[nodiscard]] std::shared_ptr<const CommittedBlock> at(Height height) const;
  [[nodiscard]] std::optional<Height> height_of(const Hash& block_id) const;
  [[nodiscard]] std::optional<TransactionPlace> find_transaction(const Hash& id) const;
  [[nodiscard]] std::vector<TransactionPlace> history(const HistoryQuery& query) const;
  /// In ascending height.
  [[nodiscard]] std::vector<Entry> up_to(Height height) const;
  /// The newest height such that all blocks here up to it are in the log; absent if none is.
  [[nodiscard]] std::optional<Height> placed_up_to() const;

 private:
  /// The oldest block if it is not above the height, taken out of everything.
  [[nodiscard]] std::shared_ptr<const CommittedBlock> drop_first(Height up_to);

  mutable std::shared_mutex mutex_;
  std::map<Height, Entry> blocks_;
  std::unordered_map<Hash, Height, HashOfHash> heights_;
  std::unordered_map<Hash, TransactionPlace, HashOfHash> transactions_;
  std::unordered_map<std::uint32_t, std::vector<TransactionPlace>> history_;  ///< each ascending
};

}  // namespace hansatsu::store
