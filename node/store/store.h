#pragma once

#include <leveldb/cache.h>
#include <leveldb/filter_policy.h>

#include <atomic>

#include "node/store/checkpoint.h"
#include "node/store/columns.h"
#include "node/store/recent_blocks.h"

namespace hansatsu::store {

/// LevelDB with the checkpoints of the state and the index of history. All of it can be made again
/// from the log; none of it is on the way of a payment.
///
///     core:     changed.add(overlay); state.merge(overlay); store.add(block, place);
///               // every few seconds, when blocks up to here are synced in the log:
///               checkpoint = make_checkpoint(state, changed, {chain id, header, ...});
///     storage:  store.write(checkpoint);   // one synced batch: state and index together
///     start:    store.load() gives the state; replay the log from record.replay_from.
///
/// Source:  docs/protocol/log.md "The store".
/// Threads: load and write: one at a time. add, set_place: the core's. Reads: any, and they see
///          blocks from add() on.
class Store {
 public:
  /// Makes the folder if it is missing. Errors: io, corrupt.
  [[nodiscard]] static Result<std::unique_ptr<Store>, StoreError> open(const std::string& path,
                                                                       const Hash& chain_id);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  /// The newest checkpoint, its state built and its root compared; absent in a new store.
  /// Errors: io, corrupt, foreign. Cost: reads every row, some hashes each.
  [[nodiscard]] Result<std::optional<LoadedCheckpoint>, StoreError> load();

  /// One synced batch; on return the checkpoint is the newest, and its blocks leave memory.
  /// Requires: every block up to its height has been added and has its place; it is above the
  /// last one, or the first. After an error nothing more may be written.
  [[nodiscard]] Result<void, StoreError> write(const Checkpoint& checkpoint);
  /// Of the newest checkpoint written or loaded; absent before any.
  [[nodiscard]] std::optional<Height> checkpoint_height() const;

  void add(CommittedBlock block, const std::optional<log::RecordPlace>& place) {
    recent_.add(std::move(block), place);
  }
  void set_place(const Hash& block_id, const log::RecordPlace& place) {
    recent_.set_place(block_id, place);
  }
  [[nodiscard]] const RecentBlocks& recent() const { return recent_; }
  [[nodiscard]] DayBook& days() { return days_; }

  // Reads. Absent: no such block or transaction is final. Errors: io, corrupt.
  [[nodiscard]] Result<std::optional<chain::Header>, StoreError> header(Height height) const;
  /// For blocks that recent() no longer has: where their bytes are in the log.
  [[nodiscard]] Result<std::optional<log::RecordPlace>, StoreError> place(Height height) const;
  [[nodiscard]] Result<std::optional<Height>, StoreError> height_of(const Hash& block_id) const;
  /// Absent also for an empty block that is final through a descendant.
  [[nodiscard]] Result<std::optional<chain::FinalityProof>, StoreError> proof(Height height) const;
  /// Empty for a block without transactions.
  [[nodiscard]] Result<Outcomes, StoreError> outcomes(Height height) const;
  [[nodiscard]] Result<std::optional<TransactionPlace>, StoreError> find_transaction(
      const Hash& id) const;
  [[nodiscard]] Result<std::vector<TransactionPlace>, StoreError> history(
      const HistoryQuery& query) const;
  /// Figures of the days that are over, of `from`..`to`, with the newest day, which is not.
  /// Threads: as write. Errors: io, corrupt.
  [[nodiscard]] Result<DayBook::Told, StoreError> figures(Date from, Date to) const;
  /// Bytes that the database takes on disk, about.
  [[nodiscard]] std::uint64_t disk_bytes() const;

 private:
  Store(const Hash& chain_id, std::unique_ptr<leveldb::Cache> cache,
        std::unique_ptr<const leveldb::FilterPolicy> filter, std::unique_ptr<leveldb::DB> db);
  [[nodiscard]] Result<std::optional<BlockEntry>, StoreError> written_block(Height height) const;
  void put_rows(leveldb::WriteBatch& batch, const Checkpoint& checkpoint) const;
  void put_days(leveldb::WriteBatch& batch, const DayChanges& days) const;
  [[nodiscard]] Result<void, StoreError> load_days(Date newest);
  void put_block(leveldb::WriteBatch& batch, const RecentBlocks::Entry& entry) const;

  static constexpr std::uint64_t kNoHeight = ~std::uint64_t{0};

  Hash chain_id_;
  std::unique_ptr<leveldb::Cache> cache_;
  std::unique_ptr<const leveldb::FilterPolicy> filter_;
  std::unique_ptr<leveldb::DB> db_;  ///< goes before what it uses
  Columns columns_;
  RecentBlocks recent_;
  DayBook days_;
  state::Bounds bounds_{};  ///< of the newest checkpoint
  std::atomic<std::uint64_t> checkpoint_height_{kNoHeight};
};

/// Deletes the folder's database, so that it is made again from the log. Requires: no one has it
/// open.
[[nodiscard]] Result<void, StoreError> destroy_store(const std::string& path);

}  // namespace hansatsu::store
