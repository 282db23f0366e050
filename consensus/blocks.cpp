#include <algorithm>

#include "consensus/actions.h"

namespace hansatsu::consensus {
namespace {

bool is_quorum_backed(const State& state, const Hash& id, const BlockEntry& entry) {
  if (entry.final) return true;
  for (const VoteKind kind : {VoteKind::notarize, VoteKind::finalize}) {
    const CertificateEntry* held = find_certificate(state, entry.block.header.view, kind);
    if (held != nullptr && held->certificate.ballot.block_id == id) return true;
  }
  return false;
}

bool is_dead(const State& state, const BlockEntry& entry, const std::vector<Hash>& dead) {
  const Header& header = entry.block.header;
  const Header& final = state.last_final.header;
  if (header.height <= final.height || header.view <= state.last_final.view) return true;
  if (header.height == next(final.height)) return header.parent_id != state.last_final.id;
  return std::find(dead.begin(), dead.end(), header.parent_id) != dead.end();
}

void discard(Step& step, const Hash& id) {
  const auto entry = step.state.blocks.find(id);
  const Validity validity = entry->second.validity;
  if (validity == Validity::valid || validity == Validity::asked) {
    step.effects.push_back(Discard{id});
  }
  step.state.blocks.erase(entry);
}

bool has_child(const State& state, const Hash& id) {
  return std::any_of(state.blocks.begin(), state.blocks.end(),
                     [&](const auto& other) { return other.second.block.header.parent_id == id; });
}

}  // namespace

/// Asks for the validation of every block whose parent is final or validated.
bool validate_blocks(Step& step) {
  State& state = step.state;
  bool changed = false;
  for (auto& [id, entry] : state.blocks) {
    if (entry.validity == Validity::invalid && is_quorum_backed(state, id, entry)) {
      halt(step, HaltReason::invalid_notarized);
      return false;
    }
    if (entry.validity != Validity::unknown) continue;
    const auto parent = find_base(state, entry.block.header.parent_id);
    if (!parent) continue;
    changed = true;
    if (!fits_parent(state, entry.block.header, *parent->header, parent->view)) {
      entry.validity = Validity::invalid;
      continue;
    }
    entry.validity = Validity::asked;
    step.effects.push_back(Validate{id, entry.block});
  }
  return changed;
}

void on_validated(Step& step, const Validated& validated) {
  const auto entry = step.state.blocks.find(validated.block_id);
  if (entry == step.state.blocks.end() || entry->second.validity != Validity::asked) return;
  entry->second.validity = validated.ok ? Validity::valid : Validity::invalid;
}

/// What the final chain has left behind: off it, or built on what is.
void discard_dead_blocks(Step& step) {
  State& state = step.state;
  std::vector<std::pair<Height, Hash>> by_height;
  by_height.reserve(state.blocks.size());
  for (const auto& [id, entry] : state.blocks) {
    by_height.emplace_back(entry.block.header.height, id);
  }
  std::sort(by_height.begin(), by_height.end());
  std::vector<Hash> dead;
  for (const auto& [height, id] : by_height) {
    if (is_dead(state, state.blocks.at(id), dead)) dead.push_back(id);
  }
  for (const Hash& id : dead) discard(step, id);
}

/// A14, and the bodies of views left without a NOTARIZATION: should one appear, its voters have the
/// body.
void prune(Step& step) {
  State& state = step.state;
  while (!state.views.empty() &&
         state.views.begin()->first.raw + kWindowBehind <= state.last_final.view.raw) {
    state.views.erase(state.views.begin());
  }
  while (!state.own.empty() &&
         state.own.begin()->first.raw + kWindowBehind <= state.last_final.view.raw) {
    state.own.erase(state.own.begin());
  }
  if (state.last_final.view.raw > kWindowBehind) {
    state.nullified.erase_below(View{state.last_final.view.raw - kWindowBehind});
  }
  std::vector<Hash> given_up;
  for (const auto& [id, entry] : state.blocks) {
    const View view = entry.block.header.view;
    if (view.raw + kDepthMax < state.cur.raw && !is_quorum_backed(state, id, entry) &&
        !has_child(state, id) && !state.replay_names.contains(id)) {
      given_up.push_back(id);
    }
  }
  for (const Hash& id : given_up) discard(step, id);
}

}  // namespace hansatsu::consensus
