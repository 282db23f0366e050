#include <spdlog/spdlog.h>

#include "node/core.h"

/// The state's way to LevelDB: every few seconds, behind the payments.
namespace hansatsu::node {
namespace {

/// Changed rows after which a checkpoint is due at once: it bounds the core's pause.
constexpr std::size_t kChangedRowsMax = 20'000;

}  // namespace

bool Core::can_checkpoint() const {
  if (checkpoint_running_ || changed_.size() == 0) return false;
  // What a checkpoint holds must be in the synced log already, and every block have its place.
  const Height height = parts_.chain.tip().height;
  return height <= acknowledged_ && height > checkpointed_;
}

/// So must what proves it: of a block below the next start's base the log takes in no certificate
/// any more. It follows with the next vote, or a second later; who is the slowest of a town that
/// never rests has it only when the next block is final, and does not wait for ever.
bool Core::is_proved() const {
  return parts_.chain.tip().height <= figures_.snapshot.durable_final;
}
Core::Clock::time_point Core::checkpoint_at() const {
  return is_proved() ? checkpoint_due_ : checkpoint_due_ + kProofMax;
}

void Core::checkpoint_if_due() {
  if (!can_checkpoint()) return;
  const std::size_t rows_max = is_proved() ? kChangedRowsMax : 2 * kChangedRowsMax;
  if (Clock::now() < checkpoint_at() && changed_.size() < rows_max) return;
  const chain::Header tip = parts_.chain.tip();
  store::CheckpointRecord record;
  record.chain_id = tip.chain_id;
  record.header = tip;
  record.final_tip = final_tip_;
  record.replay_from = points_.from(tip.view);
  auto checkpoint = std::make_shared<store::Checkpoint>(
      store::make_checkpoint(parts_.chain.base(), changed_, std::move(record)));
  checkpoint->days = parts_.archive.store().days().take();
  checkpoint_running_ =
      parts_.archive.post_urgent([checkpoint, &queue = parts_.queue](Archive& archive) {
        const bool ok = archive.store().write(*checkpoint).has_value();
        queue.push(CheckpointWritten{checkpoint->record.header.height, ok});
      });
  // The changed rows are in the checkpoint now and nowhere else.
  ASSERT(checkpoint_running_);
  points_.forget_up_to(tip.view);
}

void Core::on(CheckpointWritten& event) {
  if (!event.ok) return halt("a checkpoint could not be written: the disk is full or broken");
  checkpoint_running_ = false;
  checkpointed_ = event.height;
  checkpoint_due_ = Clock::now() + parts_.checkpoint_interval;
  spdlog::debug("checkpoint height={}", event.height.raw);
}

}  // namespace hansatsu::node
