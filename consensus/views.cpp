#include "consensus/actions.h"

namespace hansatsu::consensus {

/// A1: NULLIFICATION and FINALIZATION end a view at once, a NOTARIZATION only when its block is
/// certified: its body is here to build on, and valid.
bool enter_views(Step& step) {
  State& state = step.state;
  for (auto view = state.views.rbegin(); view != state.views.rend(); ++view) {
    if (view->first < state.cur) break;
    const auto& certificates = view->second.certificates;
    const bool ends = certificates[slot(VoteKind::nullify)].has_value() ||
                      certificates[slot(VoteKind::finalize)].has_value() ||
                      is_certified(state, view->first);
    if (!ends) continue;
    state.cur = next(view->first);
    state.entered_at = step.at();
    state.building.reset();
    state.build_refused = false;
    note_progress(step);
    return true;
  }
  return false;
}

namespace {

/// Where nothing became final for a whole round, or more than f views in a row were given up, it is
/// not one leader that fails.
bool do_others_well(const State& state, View view) {
  const View previous{view.raw - 1};
  const std::uint64_t in_a_row = view.raw - state.nullified.run_start(previous).raw;
  return in_a_row < state.faults && view.raw <= state.last_final.view.raw + state.peers.size();
}

}  // namespace

/// k rises once for each view that was given up, here or by a quorum. That nothing comes from a
/// leader who isn't even connected, that a leader signs two blocks, or that one fails where the
/// others don't, tells nothing about how long messages take.
void raise_backoff(State& state, View view) {
  ViewState& given_up = view_at(state, view);
  const ValidatorIndex leader = leader_of(state, view);
  if (given_up.counted || given_up.equivocated) return;
  if (leader != state.setup.self && !state.peers[leader.raw].connected) return;
  given_up.counted = true;
  Peer& failed = state.peers[leader.raw];
  if (do_others_well(state, view)) {
    if (failed.credit < kCreditOfView) return;
    failed.credit -= kCreditOfView;
  }
  state.calm = 0;
  if (leader_timeout(state) < kTimeoutMax) ++state.backoff;
}

}  // namespace hansatsu::consensus
