#include "node/core.h"

#include <spdlog/spdlog.h>

#include "rpc/json/machine_time.h"

namespace hansatsu::node {
namespace {

constexpr std::size_t kShortBodyBytes = 2'048;

/// Its check takes a vote's signature and what is remembered: certificates, transactions.
bool is_short(const consensus::Message& message) {
  if (const auto* block = std::get_if<consensus::Block>(&message)) {
    return block->body->size() <= kShortBodyBytes;
  }
  if (const auto* proposal = std::get_if<consensus::Proposal>(&message)) {
    return proposal->gap.empty();
  }
  return std::holds_alternative<consensus::Vote>(message);
}

}  // namespace

Core::Core(Parts parts, RecoveredLog log)
    : parts_{std::move(parts)},
      engine_{parts_.setup, parts_.signer},
      blocks_{parts_.chain, parts_.signatures},
      mempool_{parts_.mempool_transactions_max},
      changed_{std::move(log.changed)},
      places_{std::move(log.places)},
      points_{std::move(log.points)},
      final_tip_{log.recovered.final_tip},
      acknowledged_{log.recovered.base.height},
      checkpointed_{log.recovered.base.height},
      checkpoint_due_{Clock::now() + parts_.checkpoint_interval} {
  consensus::Start start{std::move(log.recovered), 0};
  fill_random({reinterpret_cast<std::uint8_t*>(&start.nonce), sizeof start.nonce});
  start.nonce |= 1U;
  feed(std::move(start));
  publish_figures();
}

consensus::Now Core::now() const {
  const auto monotonic =
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch());
  return {{monotonic.count()}, rpc::machine_time()};
}

Core::Clock::time_point Core::next_deadline() const {
  // Nothing else needs a wake: what lapses waits for the next event, which status brings soon.
  Clock::time_point deadline = Clock::now() + std::chrono::seconds{5};
  if (wake_at_ && *wake_at_ != consensus::Instant::never()) {
    deadline = std::min(deadline, Clock::time_point{std::chrono::duration_cast<Clock::duration>(
                                      std::chrono::nanoseconds{wake_at_->ns})});
  }
  if (can_checkpoint()) deadline = std::min(deadline, checkpoint_at());
  if (pending_) deadline = std::min(deadline, offer_due_);
  if (stop_at_) deadline = std::min(deadline, *stop_at_);
  return deadline;
}

/// Whoever is told to stop waits for the proof of the newest block, which is on its way to the log.
bool Core::is_stopped() const {
  if (!stop_at_) return false;
  return (is_proved() && !checkpoint_running_) || Clock::now() >= *stop_at_;
}

void Core::run() {
  std::deque<CoreEvent> events;
  while (!halted_ && !is_stopped() && parts_.queue.take_all(events, next_deadline())) {
    idle_ = events.size() == 1;
    for (CoreEvent& event : events) {
      std::visit([this](auto& one) { on(one); }, event);
      if (halted_) return;
    }
    if (wake_at_ && now().monotonic >= *wake_at_) {
      wake_at_.reset();
      // What has lapsed meanwhile is no reason to give the view up.
      refresh_pending();
      feed(consensus::Tick{});
    }
    drop_lapsed();
    forward_new();
    refresh_pending();
    offer_pending_again();
    publish_figures();
    checkpoint_if_due();
    if (stop_at_ && !is_proved()) feed(consensus::Leaving{});
  }
  if (!halted_) {
    checkpoint_due_ = Clock::now();  // so that the next start has nothing to replay
    checkpoint_if_due();
  }
}

void Core::on(MessageArrived& event) {
  if (stop_at_) return;  // or the newest block would always be a newer one
  if (!engine_.wants(event.from, event.message)) return;
  if (idle_ && is_short(event.message)) {
    MessageChecked checked{event.from, parts_.checker.check(std::move(event.message)), event.utc};
    return on(checked);
  }
  const bool queued = parts_.pool.submit_urgent([this, from = event.from, utc = event.utc,
                                                 message = std::move(event.message),
                                                 held = std::move(event.held)]() mutable {
    auto checked = parts_.checker.check(std::move(message));
    parts_.queue.push(MessageChecked{from, std::move(checked), utc});
  });
  if (!queued) spdlog::debug("check_queue_full peer={}", event.from.raw);
}

void Core::on(MessageChecked& event) {
  if (stop_at_) return;
  if (!event.message) {
    spdlog::warn("peer_fault peer={} why=bad_message kind={}", event.from.raw,
                 static_cast<int>(event.message.error()));
    parts_.network.punish(event.from);
    return;
  }
  feed(consensus::Received{event.from, *std::move(event.message)}, event.utc);
}

void Core::on(PersistResult& event) {
  if (event.ok) {
    if (event.group.sequence != 0) points_.set_last(event.group);  // it may have no records
    for (const View view : event.views) points_.add(view, event.group);
    store::Store& store = parts_.archive.store();
    for (const BlockPlace& block : event.blocks) {
      if (store.recent().height_of(block.block_id)) {
        store.set_place(block.block_id, block.place);
      } else {
        places_[block.block_id] = block.place;
      }
    }
  }
  feed(consensus::Persisted{event.ticket, event.ok});
}

void Core::on(PeerChanged& event) {
  if (event.up) {
    feed(consensus::PeerUp{event.peer});
    offer_all(event.peer);
  } else {
    feed(consensus::PeerDown{event.peer});
  }
}

void Core::on(Stopping&) { stop_at_ = Clock::now() + kProofMax; }

void Core::feed(consensus::Input input, std::optional<Timestamp> utc) {
  consensus::Now at = now();
  if (utc) at.utc = *utc;
  consensus::Effects effects = engine_.step(at, std::move(input));
  run_effects(effects);
  if (feeding_) return;
  feeding_ = true;
  while (!inputs_.empty() && !halted_) {
    consensus::Input next_input = std::move(inputs_.front());
    inputs_.pop_front();
    effects = engine_.step(now(), std::move(next_input));
    run_effects(effects);
  }
  feeding_ = false;
}

void Core::refresh_pending() {
  // A level, judged on the tip a leader would extend: only a different level moves anything.
  const Hash tip = engine_.snapshot().tip_id;
  const Timestamp time = now().utc;
  // On the same tip the same transaction still fits, until it lapses.
  const bool same = pending_ && pending_tip_ == tip && mempool_.find(pending_->id()) == pending_ &&
                    pending_->unsigned_part().valid_until >= time;
  if (!same) {
    BlockTree::Pending found = blocks_.find_pending(tip, mempool_, time);
    for (const auto& [dead, refusal] : found.dead) drop(*dead, refusal);
    if (found.transaction && !pending_) offer_due_ = Clock::now() + kOfferAgain;
    pending_ = std::move(found.transaction);
    pending_tip_ = tip;
  }
  feed(consensus::Pending{pending_ != nullptr});
}

void Core::halt(std::string why) {
  if (halted_) return;
  halted_ = true;
  spdlog::error("halted why=\"{}\"", why);
  {
    const std::lock_guard lock{figures_mutex_};
    figures_.halted = why;
  }
  parts_.on_halt(std::move(why));
}

void Core::publish_figures() {
  const consensus::Snapshot snapshot = engine_.snapshot();
  const std::lock_guard lock{figures_mutex_};
  figures_.snapshot = snapshot;
  figures_.waiting = mempool_.size();
  figures_.last_group = points_.last();
}

CoreFigures Core::figures() const {
  const std::lock_guard lock{figures_mutex_};
  return figures_;
}

}  // namespace hansatsu::node
