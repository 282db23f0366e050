#include <algorithm>

#include "consensus/actions.h"

namespace hansatsu::consensus {
namespace {

/// The earliest of the moments that are still to come.
class Earliest {
 public:
  explicit Earliest(Instant now) : now_{now} {}
  void consider(Instant at) {
    if (at > now_) value_ = std::min(value_, at);
  }
  [[nodiscard]] Instant value() const { return value_; }

 private:
  Instant now_;
  Instant value_ = Instant::never();
};

void consider_view_timers(const State& state, Earliest& earliest) {
  earliest.consider(state.retransmit_at);
  earliest.consider(state.stall_at);
  const Instant since = timers_since(state);
  if (may_nullify(state)) {
    earliest.consider(since + leader_timeout(state) / 2);
    earliest.consider(since + leader_timeout(state));
    earliest.consider(since + certify_timeout(state));
    const Peer& leader = state.peers[leader_of(state, state.cur).raw];
    // One past the limit: silence must be longer than it.
    earliest.consider(leader.last_heard + (kSilence + Duration{1}));
    if (!leader.connected) earliest.consider(leader.down_since + (kSkip + Duration{1}));
  }
}

void consider_work(const State& state, Earliest& earliest) {
  const bool leader = leads(state, state.cur);
  const Duration tail = leader ? state.timing.tail : state.timing.tail + state.timing.tail / 2;
  for (auto view = state.views.upper_bound(state.last_final.view); view != state.views.end();
       ++view) {
    const auto& notarization = view->second.certificates[slot(VoteKind::notarize)];
    if (notarization) {
      earliest.consider(std::max(notarization->since, state.entered_at) + tail);
    }
  }
  const Duration heartbeat = state.timing.heartbeat;
  if (heartbeat.count() == 0) return;
  earliest.consider(state.last_commit + (leader ? heartbeat : heartbeat + heartbeat / 4));
}

}  // namespace

/// A6 is a level: it is asked anew in each step, and only its rise has a moment of its own.
void refresh_work(Step& step) {
  State& state = step.state;
  const bool works = has_work(state, step.at());
  if (works && !state.working) {
    state.work_since = step.at();
    state.stall_at = step.at() + kStall;
    note_progress(step);
    state.status_at = std::min(state.status_at, step.at() + kStatusActive);
  }
  state.working = works;
}

Instant next_wake(const State& state, Instant now) {
  Earliest earliest{now};
  if (state.halted || !state.started) return earliest.value();
  const bool has_peers = std::any_of(state.peers.begin(), state.peers.end(),
                                     [](const Peer& peer) { return peer.connected; });
  if (has_peers) earliest.consider(state.status_at);
  if (state.cut_off_at) earliest.consider(*state.cut_off_at + (kSkip + Duration{1}));
  if (state.lazy_flush_at) earliest.consider(*state.lazy_flush_at);
  for (const auto& [want, fetching] : state.wants) earliest.consider(fetching.next_at);
  for (const auto& [id, request] : state.requests) earliest.consider(request.deadline);
  if (state.working) consider_view_timers(state, earliest);
  consider_work(state, earliest);
  return earliest.value();
}

}  // namespace hansatsu::consensus
