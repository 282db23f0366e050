#include <algorithm>

#include "node/store/store.h"

namespace hansatsu::store {

Result<std::optional<LoadedCheckpoint>, StoreError> Store::load() {
  auto record = columns_.checkpoint.get({});
  if (!record) return Err{record.error()};
  if (!*record) return std::optional<LoadedCheckpoint>{};
  if ((*record)->chain_id != chain_id_) return Err{StoreError::foreign};

  state::StateBuilder builder{(*record)->bounds};
  bool sound = true;
  const auto walked = columns_.rows.ascend({}, [&](const state::RowKey& key, const RowBytes& row) {
    sound = builder.add(key, row).has_value();
    return sound;
  });
  if (!walked) return Err{walked.error()};
  if (!sound) return Err{StoreError::corrupt};
  auto state = builder.finish();
  if (!state || state->root() != (*record)->header.state_root) return Err{StoreError::corrupt};

  const auto& chronicle = state->chronicle();
  const auto days = load_days(local_date(chronicle.time, state->charter().utc_offset));
  if (!days) return Err{days.error()};

  const Height height = (*record)->header.height;
  bounds_ = (*record)->bounds;
  checkpoint_height_ = height.raw;
  return std::optional{LoadedCheckpoint{**std::move(record), *std::move(state)}};
}

void Store::put_rows(leveldb::WriteBatch& batch, const Checkpoint& checkpoint) const {
  for (const auto& [key, row] : checkpoint.rows) columns_.rows.put(batch, key, row);
  for (std::size_t table = 0; table < bounds_.size(); ++table) {
    const std::uint64_t kept = std::min(bounds_[table].next, checkpoint.record.bounds[table].first);
    for (std::uint64_t index = bounds_[table].first; index < kept; ++index) {
      columns_.rows.erase(batch, {static_cast<state::TableId>(table + 1), index});
    }
  }
}

Result<void, StoreError> Store::load_days(Date newest) {
  days_.begin(newest);
  const FigureKey from{newest, {}, {}, {}};
  const auto figures = columns_.figures.ascend(from, [this](const FigureKey& key, Figure figure) {
    days_.restore(key, figure);
    return true;
  });
  if (!figures) return figures;
  return columns_.figure_accounts.ascend({from, {}}, [this](const FigureAccount& key, Nothing) {
    days_.restore(key);
    return true;
  });
}

void Store::put_days(leveldb::WriteBatch& batch, const DayChanges& days) const {
  for (const auto& [key, figure] : days.figures) columns_.figures.put(batch, key, figure);
  // A damaged row is met again when the store is loaded.
  static_cast<void>(columns_.figure_accounts.ascend({}, [&](const FigureAccount& key, Nothing) {
    if (key.figure.day >= days.newest) return false;
    columns_.figure_accounts.erase(batch, key);
    return true;
  }));
  for (const FigureAccount& account : days.accounts) {
    columns_.figure_accounts.put(batch, account, {});
  }
}

void Store::put_block(leveldb::WriteBatch& batch, const RecentBlocks::Entry& entry) const {
  const CommittedBlock& block = *entry.block;
  ASSERT(entry.place.has_value());
  const Height height = block.header.height;
  columns_.blocks.put(batch, height, {block.header, *entry.place});
  columns_.heights.put(batch, block.id, height);
  if (block.proof) columns_.proofs.put(batch, height, *block.proof);
  if (!block.outcomes.empty()) columns_.outcomes.put(batch, height, block.outcomes);
  for (std::uint32_t i = 0; i < block.transactions.size(); ++i) {
    columns_.transactions.put(batch, block.transactions[i].id, {height, i});
    for (const AccountId account : block.transactions[i].accounts) {
      columns_.history.put(batch, {account, {height, i}}, {});
    }
  }
}

Result<void, StoreError> Store::write(const Checkpoint& checkpoint) {
  const Height height = checkpoint.record.header.height;
  const auto last = checkpoint_height();
  const auto blocks = recent_.up_to(height);
  ASSERT(checkpoint.record.chain_id == chain_id_);
  // The index has every height: a gap could not be told from a block that never was.
  ASSERT(blocks.size() == height.raw - (last ? last->raw : 0));

  leveldb::WriteBatch batch;
  put_rows(batch, checkpoint);
  for (const RecentBlocks::Entry& entry : blocks) put_block(batch, entry);
  put_days(batch, checkpoint.days ? *checkpoint.days : days_.take());
  columns_.checkpoint.put(batch, {}, checkpoint.record);
  leveldb::WriteOptions options;
  options.sync = true;
  const leveldb::Status status = db_->Write(options, &batch);
  if (!status.ok()) return Err{store_error(status)};

  bounds_ = checkpoint.record.bounds;
  checkpoint_height_ = height.raw;
  recent_.drop_up_to(height);
  return {};
}

}  // namespace hansatsu::store
