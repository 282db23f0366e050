#include "node/store/checkpoint.h"

#include <algorithm>

namespace hansatsu::store {

void ChangedRows::add(const state::Overlay& overlay) {
  const auto keys = state::changed_rows(overlay);
  keys_.insert(keys_.end(), keys.begin(), keys.end());
}

void ChangedRows::add_all(const state::State& state) {
  const state::Bounds bounds = state::bounds_of(state);
  for (std::size_t table = 0; table < bounds.size(); ++table) {
    for (std::uint64_t index = bounds[table].first; index < bounds[table].next; ++index) {
      keys_.push_back({static_cast<state::TableId>(table + 1), index});
    }
  }
}

std::vector<state::RowKey> ChangedRows::take() {
  std::ranges::sort(keys_);
  const auto doubles = std::ranges::unique(keys_);
  keys_.erase(doubles.begin(), doubles.end());
  return std::exchange(keys_, {});
}

Checkpoint make_checkpoint(const state::State& state, ChangedRows& changed,
                           CheckpointRecord record) {
  ASSERT(record.header.state_root == state.root());
  Checkpoint checkpoint{std::move(record), {}, {}};
  checkpoint.record.bounds = state::bounds_of(state);
  for (const state::RowKey& key : changed.take()) {
    const Bytes bytes = state::encode_row(state, key);
    if (bytes.empty()) continue;  // pruned since
    ASSERT(bytes.size() <= kRowBytesMax);
    RowBytes row;
    row.assign(bytes.begin(), bytes.end());
    checkpoint.rows.emplace_back(key, std::move(row));
  }
  return checkpoint;
}

}  // namespace hansatsu::store
