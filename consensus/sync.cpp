#include <algorithm>

#include "consensus/actions.h"

namespace hansatsu::consensus {

/// What a certificate and its header prove: how high the chain is final.
void note_tip(Step& step, const FinalTip& tip) {
  State& state = step.state;
  if (tip.header.height <= state.last_final.header.height) return;
  if (!state.best_tip || tip.header.height > state.best_tip->header.height) state.best_tip = tip;
}

/// A12: sync mode begins more than kLagMax blocks behind and ends at half of that, so that it does
/// not flicker; the rest comes block by block (A9).
bool choose_sync(Step& step) {
  State& state = step.state;
  const std::uint64_t height = state.last_final.header.height.raw;
  const std::uint64_t tip = state.best_tip ? state.best_tip->header.height.raw : 0;
  const std::uint64_t lag = tip > height ? tip - height : 0;
  const bool syncing = state.replay.empty() && lag > (state.syncing ? kLagMax / 2 : kLagMax);
  const bool changed = syncing != state.syncing;
  state.syncing = syncing;
  if (syncing) state.near = false;
  return changed;
}

/// A11. Being a few blocks behind is the ordinary course once everything was here, and only then;
/// and only for a moment when nobody could tell of more.
void note_near(Step& step) {
  State& state = step.state;
  if (!is_cut_off(state)) {
    state.cut_off_at.reset();
  } else if (!state.cut_off_at) {
    state.cut_off_at = step.at();
  }
  if (state.cut_off_at && step.at() > *state.cut_off_at + kSkip) state.stale = true;
  if (state.near && !state.stale) return;
  if (!is_quorum_near(state)) return;
  state.near = true;
  state.stale = false;
}

/// The checker has seen that the range proves itself; here its blocks are only put in their places.
void admit_range(Step& step, const Range& range) {
  State& state = step.state;
  for (const FinalBlock& final : range.blocks) {
    const Header& header = final.block.header;
    if (header.height <= state.last_final.header.height) continue;
    BlockEntry& entry = state.blocks[chain::block_id(header)];
    if (entry.block.body == nullptr) entry.block = final.block;
    entry.final = true;
    if (final.proof) entry.proof = final.proof;
  }
  const Header& last = range.links.empty() ? range.blocks.back().block.header : range.links.back();
  note_tip(step, FinalTip{last, range.finalization});
  admit_certificate(step, range.finalization, std::nullopt);
}

}  // namespace hansatsu::consensus
