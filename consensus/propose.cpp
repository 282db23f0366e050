#include <algorithm>

#include "consensus/actions.h"

namespace hansatsu::consensus {
namespace {

Header draft_on(const State& state, const Base& parent, Timestamp utc) {
  const Header& above = *parent.header;
  const bool has_content =
      !above.is_empty() || above.is_sealing() || parent.id == state.setup.context.anchor_id;
  Header draft;
  draft.chain_id = state.setup.context.chain_id;
  draft.epoch = state.setup.context.epoch;
  draft.view = state.cur;
  draft.height = next(above.height);
  draft.parent_view = parent.view;
  draft.parent_id = parent.id;
  draft.content_parent_id = has_content ? parent.id : above.content_parent_id;
  draft.time = Timestamp{std::max(above.time.raw + 1, utc.raw)};
  draft.proposer = state.setup.self;
  draft.validator_set_hash = state.set_hash;
  return draft;
}

bool is_draft_kept(const Header& draft, const Header& built) {
  Header filled = draft;
  filled.transactions_root = built.transactions_root;
  filled.outcomes_root = built.outcomes_root;
  filled.state_root = built.state_root;
  filled.evidence_root = built.evidence_root;
  if ((draft.flags & chain::kFlagEmpty) == 0) filled.flags |= built.flags & chain::kFlagEmpty;
  return filled == built;
}

const Certificate* parent_certificate(const State& state, const Header& header) {
  for (const VoteKind kind : {VoteKind::finalize, VoteKind::notarize}) {
    const CertificateEntry* held = find_certificate(state, header.parent_view, kind);
    if (held != nullptr && held->certificate.ballot.block_id == header.parent_id) {
      return &held->certificate;
    }
  }
  return nullptr;
}

}  // namespace

bool propose(Step& step) {
  State& state = step.state;
  if (!state.working || state.building || !may_propose(state, state.cur)) return false;
  // A5 (e) is about to give the view up.
  if (is_nullified_by_some_correct(state, state.cur)) return false;
  const bool others_ask = is_tail_due(state, step.at()) || is_heartbeat_due(state, step.at());
  if (state.build_refused && !others_ask) return false;
  const ParentSearch search = find_parent(state, state.cur);
  if (!search.parent) return false;

  Header draft = draft_on(state, *search.parent, step.now.utc);
  const bool is_deep = draft.height.raw > state.last_final.header.height.raw + kDepthMax;
  const bool with_content = state.pending && !state.build_refused && !is_deep;
  if (!with_content) draft.flags = chain::kFlagEmpty;
  state.building = draft;
  step.effects.push_back(Build{state.cur, draft, with_content});
  return true;
}

void on_built(Step& step, Built built) {
  State& state = step.state;
  const bool awaited = state.building && state.building->view == built.view;
  if (!awaited || !may_propose(state, built.view)) {
    if (awaited) state.building.reset();
    if (!built.block) return;
    // A second process with this key may have offered the very same block, and it counts here.
    const Hash id = chain::block_id(built.block->header);
    if (find_block(state, id) == nullptr) step.effects.push_back(Discard{id});
    return;
  }
  const Header draft = *state.building;
  state.building.reset();
  if (!built.block) {
    state.build_refused = true;
    return;
  }
  const Header& header = built.block->header;
  ASSERT(is_draft_kept(draft, header));
  ASSERT(built.block->body != nullptr && built.block->body->size() <= kBodyBytesMax);
  const Hash id = chain::block_id(header);
  BlockEntry& entry = state.blocks[id];
  entry.block = std::move(*built.block);
  entry.validity = Validity::valid;
  log_block(step, id);
  cast(step, {VoteKind::notarize, header.view, id});
  view_at(state, header.view).proposal = SeenProposal{
      entry.block.header, id,        step.on_disk.votes.back(), state.last_final.header.height,
      step.now.utc,       step.at(), leader_timeout(state)};
}

std::optional<Proposal> own_proposal(const State& state, View view) {
  const OwnVotes* own = find_own(state, view);
  if (own == nullptr || !own->noted || !leads(state, view)) return std::nullopt;
  const BlockEntry* entry = find_block(state, *own->noted);
  const auto vote = std::find_if(own->durable.begin(), own->durable.end(), [](const Vote& cast) {
    return cast.ballot.kind == VoteKind::notarize;
  });
  if (entry == nullptr || vote == own->durable.end()) return std::nullopt;

  Proposal proposal{entry->block.header, *vote, {}, {}, state.final_tip};
  const Header& header = proposal.header;
  if (const Certificate* parent = parent_certificate(state, header)) proposal.parent = *parent;
  // The newest ones: whoever lacks older ones asks for them.
  const std::uint64_t skipped = header.view.raw - header.parent_view.raw - 1;
  const std::uint64_t first =
      header.view.raw - std::min<std::uint64_t>(skipped, kGapCertificatesMax);
  for (View at{first}; at < header.view; at = next(at)) {
    const CertificateEntry* held = find_certificate(state, at, VoteKind::nullify);
    if (held != nullptr) proposal.gap.push_back(held->certificate);
  }
  return proposal;
}

}  // namespace hansatsu::consensus
