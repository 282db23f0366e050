#pragma once

#include <deque>
#include <map>

#include "consensus/messages.h"
#include "node/store/checkpoint.h"
#include "tests/simulation/random.h"
#include "tests/simulation/town.h"

namespace hansatsu::simulation {

/// What the node keeps in LevelDB: checkpoints of the state, and the index of final blocks. It may
/// lose its newest checkpoints at a loss of power (they were synced, and the disk or the database
/// did not keep them): all of it can be made again from the log.
class SimulatedStore {
 public:
  /// A process begins: what no checkpoint holds is gone.
  void restart();
  /// The newest checkpoint, its state built again from its rows; absent without any.
  /// Errors: the rows do not give the header's root, which is nobody's fault but ours.
  [[nodiscard]] Result<std::optional<store::LoadedCheckpoint>, std::string> load() const;
  /// As of now durable, with all blocks up to its height.
  void write(store::Checkpoint checkpoint);
  /// S49: up to all of the newest checkpoints are as if never written. Returns how many.
  std::uint64_t lose_tail(Random& random);

  void add(consensus::FinalBlock block, std::vector<Payment> payments);
  /// Final blocks by height, those above the newest checkpoint included.
  [[nodiscard]] const std::map<Height, consensus::FinalBlock>& chain() const { return chain_; }
  [[nodiscard]] const std::map<Height, std::vector<Payment>>& payments() const { return payments_; }
  [[nodiscard]] std::optional<Height> checkpoint_height() const;
  [[nodiscard]] std::uint64_t written() const { return written_; }

 private:
  static constexpr std::size_t kTailMax = 3;
  using Rows = std::map<state::RowKey, store::RowBytes>;

  std::optional<store::CheckpointRecord> settled_;  ///< what can't be lost any more
  Rows rows_;
  std::deque<store::Checkpoint> tail_;
  std::map<Height, consensus::FinalBlock> chain_;
  std::map<Height, std::vector<Payment>> payments_;
  std::uint64_t written_ = 0;
};

}  // namespace hansatsu::simulation
