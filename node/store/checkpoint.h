#pragma once

#include "ledger/state/state.h"
#include "node/store/day_book.h"
#include "node/store/entries.h"

namespace hansatsu::store {

/// Rows changed since the last checkpoint, each once however often it changed.
/// Threads: the core's.
class ChangedRows {
 public:
  /// Requires: the overlay is sealed and not yet merged.
  void add(const state::Overlay& overlay);
  /// Every row of a state that no checkpoint holds: genesis.
  void add_all(const state::State& state);
  [[nodiscard]] std::size_t size() const { return keys_.size(); }
  /// Ascending, without doubles; empties the list.
  [[nodiscard]] std::vector<state::RowKey> take();

 private:
  std::vector<state::RowKey> keys_;
};

/// The state as of one block, ready to be written while the state itself moves on.
struct Checkpoint {
  CheckpointRecord record;
  std::vector<std::pair<state::RowKey, RowBytes>> rows;
  /// As of the same block; absent: nobody adds to the store's book before this is written.
  std::optional<DayChanges> days;
};
/// Copies the changed rows out of the state. Requires: `record` but for its bounds is filled in.
/// Threads: the core's. Cost: an encoding a changed row.
[[nodiscard]] Checkpoint make_checkpoint(const state::State& state, ChangedRows& changed,
                                         CheckpointRecord record);

struct LoadedCheckpoint {
  CheckpointRecord record;
  state::State state;
};

}  // namespace hansatsu::store
