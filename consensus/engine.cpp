#include "consensus/engine.h"

#include "consensus/actions.h"

namespace hansatsu::consensus {
namespace {

struct Apply {
  Step& step;
  void operator()(Start& input) const { start(step, std::move(input)); }
  void operator()(const Tick&) const {}
  void operator()(const Received& input) const {
    receive(step, input.from, input.message.message());
  }
  void operator()(const Pending& input) const {
    step.state.pending = input.level;
    step.state.build_refused = false;
  }
  void operator()(Built& input) const { on_built(step, std::move(input)); }
  void operator()(const Validated& input) const { on_validated(step, input); }
  void operator()(const Persisted& input) const { on_persisted(step, input); }
  void operator()(const PeerUp& input) const { peer_up(step, input.peer); }
  void operator()(const PeerDown& input) const { peer_down(step, input.peer); }
  void operator()(const Leaving&) const {
    if (!step.state.lazy.empty()) step.state.lazy_flush_at = step.at();
  }
};

/// The level is told after every event, and is mostly what it was. What only waits for its time has
/// a wake of its own.
bool says_nothing_new(const State& state, const Input& input) {
  const auto* pending = std::get_if<Pending>(&input);
  return pending != nullptr && pending->level == state.pending && !state.build_refused;
}

/// Runs the actions until none has anything to do. Each either moves on something that only moves
/// forward (a view, a promise, the final height, a block's validity, the replay) or reports no
/// change, so this ends.
void drive(Step& step) {
  bool changed = true;
  while (changed && !step.state.halted) {
    changed = choose_sync(step);
    changed = validate_blocks(step) || changed;
    changed = enter_views(step) || changed;
    changed = finalize(step) || changed;
    changed = commit(step) || changed;
    if (step.state.halted) return;
    refresh_work(step);
    changed = notarize(step) || changed;
    changed = propose(step) || changed;
    changed = nullify(step) || changed;
    if (!changed) changed = feed_replay(step);
  }
  note_near(step);
}

void settle(Step& step) {
  State& state = step.state;
  if (state.halted) return;
  prune(step);
  fetch_missing(step);
  retransmit(step);
  standstill(step);
  announce_status(step);
  flush(step);
  acknowledge(step);
  const Instant wake = next_wake(state, step.at());
  if (state.wake_at != wake) {
    state.wake_at = wake;
    step.effects.push_back(WakeAt{wake});
  }
}

}  // namespace

void halt(Step& step, HaltReason reason) {
  if (step.state.halted) return;
  step.state.halted = true;
  step.effects.push_back(Halt{reason});
}

Engine::Engine(Setup setup, const Signer& signer)
    : state_{std::make_unique<State>(std::move(setup), signer)} {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

Effects Engine::step(const Now& now, Input input) {
  Step step{*state_, now, {}, {}, {}, false};
  if (state_->halted) return {};
  ASSERT(state_->started != std::holds_alternative<Start>(input));
  if (says_nothing_new(*state_, input)) return {};
  std::visit(Apply{step}, input);
  drive(step);
  settle(step);
  return std::move(step.effects);
}

bool Engine::wants(ValidatorIndex from, const Message& message) const {
  return is_wanted(*state_, from, message);
}

Snapshot Engine::snapshot() const {
  const State& state = *state_;
  Snapshot snapshot;
  snapshot.view = state.cur;
  snapshot.leader = leader_of(state, state.cur);
  snapshot.starting = state.starting || !state.replay.empty();
  snapshot.syncing = state.syncing;
  snapshot.voting_stopped = state.voting_stopped;
  snapshot.takes_payments = may_take_payments(state);
  snapshot.serves_reads = may_serve_reads(state);
  snapshot.working = state.working;
  snapshot.durable_final = state.durable_final;
  snapshot.backoff = state.backoff;
  snapshot.final_view = state.last_final.view;
  snapshot.final_height = state.last_final.header.height;
  snapshot.final_id = state.last_final.id;
  if (state.started) {
    const ParentSearch search = find_parent(state, state.cur);
    snapshot.tip_id = search.parent ? search.parent->id : state.last_final.id;
  }
  return snapshot;
}

Footprint Engine::footprint() const {
  const State& state = *state_;
  Footprint footprint;
  footprint.views = state.views.size();
  for (const auto& [view, seen] : state.views) {
    for (const auto& votes : seen.votes) footprint.votes += votes.size();
  }
  footprint.own_views = state.own.size();
  footprint.blocks = state.blocks.size();
  footprint.wants = state.wants.size();
  footprint.requests = state.requests.size();
  footprint.lazy_records = state.lazy.size();
  footprint.persists = state.in_flight.size();
  return footprint;
}

}  // namespace hansatsu::consensus
