#include <algorithm>

#include "consensus/actions.h"

namespace hansatsu::consensus {
namespace {

bool is_vote_wanted(const State& state, ValidatorIndex from, const Vote& vote) {
  // A vote speaks only over its signer's own connection, so that nobody floods in another's name.
  if (vote.signer != from || vote.epoch != state.setup.context.epoch) return false;
  if (!in_vote_window(state, vote.ballot.view)) return false;
  const ViewState* view = find_view(state, vote.ballot.view);
  if (view == nullptr) return true;
  const auto& kept = view->votes[slot(vote.ballot.kind)];
  const auto first = kept.find(vote.signer.raw);
  if (first == kept.end()) return true;
  const bool accused = (view->accused >> vote.signer.raw & 1U) != 0;
  return first->second.ballot != vote.ballot && !accused;
}

bool is_certificate_wanted(const State& state, const Certificate& certificate) {
  return certificate.epoch == state.setup.context.epoch &&
         in_certificate_window(state, certificate.ballot.view) &&
         find_certificate(state, certificate.ballot.view, certificate.ballot.kind) == nullptr;
}

bool is_proposal_wanted(const State& state, const Proposal& proposal) {
  const Header& header = proposal.header;
  if (header.epoch != state.setup.context.epoch || header.view <= state.last_final.view ||
      !in_vote_window(state, header.view) || header.proposer != leader_of(state, header.view)) {
    return false;
  }
  const ViewState* view = find_view(state, header.view);
  if (view == nullptr || !view->proposal) return true;
  if (view->proposal->vote.ballot != proposal.vote.ballot) return !view->equivocated;
  // The same once more can bring certificates that the first did not.
  return header.view >= state.cur && !has_gap_proof(state, header);
}

bool is_block_wanted(const State& state, ValidatorIndex from, const Header& header) {
  if (header.view <= state.last_final.view || !in_vote_window(state, header.view)) return false;
  if (header.proposer != from || from != leader_of(state, header.view)) return false;
  const ViewState* view = find_view(state, header.view);
  return view == nullptr || !view->pushed;
}

/// A13. NOTARIZE with NULLIFY is lawful; everything else that differs is not.
void accuse(Step& step, ViewState& view, const Vote& vote) {
  if (vote.signer == step.state.setup.self) return;
  // A proposal's only signature is its leader's NOTARIZE: two of those are two proposals, though
  // the second never came here.
  if (vote.ballot.kind == VoteKind::notarize &&
      vote.signer == leader_of(step.state, vote.ballot.view)) {
    const auto& notarizes = view.votes[slot(VoteKind::notarize)];
    const auto first = notarizes.find(vote.signer.raw);
    if (first != notarizes.end() && first->second.ballot != vote.ballot) view.equivocated = true;
  }
  if ((view.accused >> vote.signer.raw & 1U) != 0) return;
  for (const auto& votes : view.votes) {
    const auto earlier = votes.find(vote.signer.raw);
    if (earlier == votes.end() || !contradict(earlier->second.ballot, vote.ballot)) continue;
    view.accused |= 1U << vote.signer.raw;
    step.effects.push_back(Evidence{earlier->second, vote});
    return;
  }
}

/// A certificate of exactly a quorum: the supporters with the lowest indices.
std::optional<Certificate> assemble(const State& state, const ViewState& view,
                                    const chain::Ballot& ballot) {
  Certificate certificate{state.setup.context.epoch, ballot, 0, {}};
  for (const auto& [signer, vote] : view.votes[slot(ballot.kind)]) {
    if (vote.ballot != ballot) continue;
    certificate.signers |= 1U << signer;
    certificate.signatures.push_back(vote.signature);
    if (certificate.signatures.size() == state.quorum) return certificate;
  }
  return std::nullopt;
}

void admit_proposal(Step& step, ValidatorIndex from, const Proposal& proposal) {
  State& state = step.state;
  if (proposal.final_tip) {
    admit_certificate(step, proposal.final_tip->finalization, from);
    note_tip(step, *proposal.final_tip);
  }
  if (proposal.parent) admit_certificate(step, *proposal.parent, from);
  for (const Certificate& skipped : proposal.gap) admit_certificate(step, skipped, from);

  const View at = proposal.header.view;
  if (proposal.header.proposer == state.setup.self) {
    const OwnVotes* own = find_own(state, at);
    const bool known = own != nullptr && own->noted == proposal.vote.ballot.block_id;
    if (!known) stop_voting(step, proposal.vote);
    return;
  }
  ViewState& view = view_at(state, at);
  if (!view.proposal) {
    const Height brought = proposal.final_tip ? proposal.final_tip->header.height : Height{};
    view.proposal = SeenProposal{
        proposal.header, proposal.vote.ballot.block_id, proposal.vote, brought, step.now.utc,
        step.at(),       leader_timeout(state)};
  } else if (view.proposal->block_id != proposal.vote.ballot.block_id) {
    view.equivocated = true;
  } else if (proposal.final_tip) {
    view.proposal->final_height =
        std::max(view.proposal->final_height, proposal.final_tip->header.height);
  }
  admit_vote(step, proposal.vote);
}

void admit_pushed(Step& step, const Block& block) {
  view_at(step.state, block.header.view).pushed = true;
  admit_block(step, block, false);
}

void forget_oldest_view(State& state) {
  // A notarized block is what others build on: it goes last.
  auto oldest = state.views.begin();
  while (oldest != state.views.end() && oldest->second.certificates[slot(VoteKind::notarize)]) {
    ++oldest;
  }
  state.views.erase(oldest == state.views.end() ? state.views.begin() : oldest);
}

}  // namespace

bool is_wanted(const State& state, ValidatorIndex from, const Message& message) {
  if (!state.started || state.halted || from.raw >= state.peers.size() ||
      from == state.setup.self) {
    return false;
  }
  if (const auto* vote = std::get_if<Vote>(&message)) return is_vote_wanted(state, from, *vote);
  if (const auto* certificate = std::get_if<Certificate>(&message)) {
    return is_certificate_wanted(state, *certificate);
  }
  if (const auto* proposal = std::get_if<Proposal>(&message)) {
    return is_proposal_wanted(state, *proposal);
  }
  if (const auto* status = std::get_if<Status>(&message)) {
    return status->sender == from && status->epoch == state.setup.context.epoch;
  }
  if (const auto* block = std::get_if<Block>(&message)) {
    return is_block_wanted(state, from, block->header);
  }
  if (const auto* response = std::get_if<Response>(&message)) {
    const auto asked = state.requests.find(response->id);
    return asked != state.requests.end() && asked->second.peer == from;
  }
  return true;
}

ViewState& view_at(State& state, View view) {
  const auto found = state.views.find(view);
  if (found != state.views.end()) return found->second;
  while (state.views.size() >= kViewsMax) forget_oldest_view(state);
  return state.views[view];
}

void receive(Step& step, ValidatorIndex from, const Message& message) {
  State& state = step.state;
  if (from.raw >= state.peers.size() || from == state.setup.self) return;
  state.peers[from.raw].last_heard = step.at();
  if (const auto* vote = std::get_if<Vote>(&message)) {
    const bool stale = vote->ballot.kind != VoteKind::finalize && vote->ballot.view < state.cur;
    if (stale && vote->signer == from) help(step, from, vote->ballot.view);
  }
  if (!is_wanted(state, from, message)) return;
  if (const auto* vote = std::get_if<Vote>(&message)) admit_vote(step, *vote);
  if (const auto* certificate = std::get_if<Certificate>(&message)) {
    admit_certificate(step, *certificate, from);
  }
  if (const auto* proposal = std::get_if<Proposal>(&message)) {
    admit_proposal(step, from, *proposal);
  }
  if (const auto* status = std::get_if<Status>(&message)) admit_status(step, from, *status);
  if (const auto* request = std::get_if<Request>(&message)) on_request(step, from, *request);
  if (const auto* block = std::get_if<Block>(&message)) admit_pushed(step, *block);
  if (const auto* response = std::get_if<Response>(&message)) on_response(step, from, *response);
}

void admit_vote(Step& step, const Vote& vote) {
  State& state = step.state;
  const chain::Ballot& ballot = vote.ballot;
  ViewState& view = view_at(state, ballot.view);
  accuse(step, view, vote);
  // The first vote stays; a later one never replaces it.
  if (!view.votes[slot(ballot.kind)].try_emplace(vote.signer.raw, vote).second) return;
  if (view.certificates[slot(ballot.kind)]) return;
  if (const auto certificate = assemble(state, view, ballot)) {
    admit_certificate(step, *certificate, std::nullopt);
  }
}

void admit_certificate(Step& step, const Certificate& certificate,
                       std::optional<ValidatorIndex> from) {
  State& state = step.state;
  if (!is_certificate_wanted(state, certificate)) return;
  const chain::Ballot& ballot = certificate.ballot;
  ViewState& view = view_at(state, ballot.view);
  view.certificates[slot(ballot.kind)] = CertificateEntry{certificate, step.at()};
  if (ballot.kind == VoteKind::nullify) state.nullified.insert(ballot.view);
  if (ballot.view <= state.last_final.view) return;
  if (ballot.kind == VoteKind::nullify) raise_backoff(state, ballot.view);
  if (ballot.kind == VoteKind::finalize) {
    if (const BlockEntry* entry = find_block(state, ballot.block_id)) {
      note_tip(step, FinalTip{entry->block.header, certificate});
    }
  }
  if (step.replaying) return;
  // A block out of a range may have brought the very same to the log before.
  const bool is_logged = ballot.kind == VoteKind::finalize && ballot.view == state.logged_proof;
  if (!is_logged) queue_lazy(step, certificate);
  note_progress(step);
  step.effects.push_back(Broadcast{certificate, from});
}

void admit_block(Step& step, const Block& block, bool logged) {
  State& state = step.state;
  const Header& header = block.header;
  if (header.height <= state.last_final.header.height) return;
  const Hash id = chain::block_id(header);
  const auto [entry, is_new] = state.blocks.try_emplace(id);
  if (!is_new) return;
  entry->second.block = block;
  entry->second.logged = logged;
  const CertificateEntry* finalization = find_certificate(state, header.view, VoteKind::finalize);
  if (finalization != nullptr && finalization->certificate.ballot.block_id == id) {
    note_tip(step, FinalTip{header, finalization->certificate});
  }
}

}  // namespace hansatsu::consensus
