#include "tests/simulation/simulated_store.h"

namespace hansatsu::simulation {

std::optional<Height> SimulatedStore::checkpoint_height() const {
  if (!tail_.empty()) return tail_.back().record.header.height;
  if (settled_) return settled_->header.height;
  return std::nullopt;
}

void SimulatedStore::restart() {
  const Height height = checkpoint_height().value_or(Height{0});
  chain_.erase(chain_.upper_bound(height), chain_.end());
  payments_.erase(payments_.upper_bound(height), payments_.end());
}

std::uint64_t SimulatedStore::lose_tail(Random& random) {
  const auto lost = random.between(0, tail_.size());
  for (std::uint64_t i = 0; i < lost; ++i) tail_.pop_back();
  return lost;
}

void SimulatedStore::add(consensus::FinalBlock block, std::vector<Payment> payments) {
  const Height height = block.block.header.height;
  payments_[height] = std::move(payments);
  chain_[height] = std::move(block);
}

void SimulatedStore::write(store::Checkpoint checkpoint) {
  ++written_;
  tail_.push_back(std::move(checkpoint));
  if (tail_.size() <= kTailMax) return;
  for (auto& [key, row] : tail_.front().rows) rows_[key] = std::move(row);
  settled_ = tail_.front().record;
  tail_.pop_front();
}

Result<std::optional<store::LoadedCheckpoint>, std::string> SimulatedStore::load() const {
  if (!settled_ && tail_.empty()) return std::optional<store::LoadedCheckpoint>{};
  const store::CheckpointRecord& record = tail_.empty() ? *settled_ : tail_.back().record;
  std::map<state::RowKey, const store::RowBytes*> rows;
  for (const auto& [key, row] : rows_) rows[key] = &row;
  for (const store::Checkpoint& checkpoint : tail_) {
    for (const auto& [key, row] : checkpoint.rows) rows[key] = &row;
  }
  state::StateBuilder builder{record.bounds};
  for (const auto& [key, row] : rows) {
    if (key.index < record.bounds.at(static_cast<std::size_t>(key.table) - 1).first) continue;
    if (!builder.add(key, *row)) return Err{std::string{"a checkpoint's row can't be read"}};
  }
  auto state = builder.finish();
  if (!state) return Err{std::string{"a checkpoint's rows are not whole"}};
  if (state->root() != record.header.state_root) {
    return Err{std::string{"C14: a checkpoint's rows give another root than its header"}};
  }
  return std::optional{store::LoadedCheckpoint{record, *std::move(state)}};
}

}  // namespace hansatsu::simulation
