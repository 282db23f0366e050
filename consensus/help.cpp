#include <algorithm>

#include "consensus/actions.h"

namespace hansatsu::consensus {
namespace {

constexpr std::uint64_t kResendViews = 2;  ///< votes this far below cur are sent again

constexpr std::array kStrongestFirst{VoteKind::finalize, VoteKind::nullify, VoteKind::notarize};

const Certificate* strongest_certificate(const ViewState& view) {
  for (const VoteKind kind : kStrongestFirst) {
    const auto& held = view.certificates[slot(kind)];
    if (held) return &held->certificate;
  }
  return nullptr;
}

const Certificate* highest_certificate(const State& state) {
  for (auto view = state.views.rbegin(); view != state.views.rend(); ++view) {
    if (const Certificate* held = strongest_certificate(view->second)) return held;
  }
  return nullptr;
}

const Certificate* newest_finalization(const State& state) {
  for (auto view = state.views.rbegin(); view != state.views.rend(); ++view) {
    const auto& held = view->second.certificates[slot(VoteKind::finalize)];
    if (held) return &held->certificate;
  }
  return state.final_tip ? &state.final_tip->finalization : nullptr;
}

/// The peer's vote as this node knows it, by itself or within a certificate. Single votes of others
/// end with the process; certificates are in the log.
std::optional<Vote> vote_of(const ViewState& view, VoteKind kind, ValidatorIndex peer) {
  const auto& kept = view.votes[slot(kind)];
  if (const auto vote = kept.find(peer.raw); vote != kept.end()) return vote->second;
  const auto& held = view.certificates[slot(kind)];
  return held ? chain::vote_in(held->certificate, peer) : std::nullopt;
}

/// Final blocks' too: in a quiet town there are no others, and a peer whose disk is an older copy
/// must hear of one it has not.
std::optional<Vote> newest_finalize_of(const State& state, ValidatorIndex peer) {
  for (auto view = state.views.rbegin(); view != state.views.rend(); ++view) {
    if (const auto vote = vote_of(view->second, VoteKind::finalize, peer)) return vote;
  }
  return state.final_tip ? chain::vote_in(state.final_tip->finalization, peer) : std::nullopt;
}

/// The peer's newest FINALIZE, and its newest other votes above this node's own last_final (A11).
BoundedVector<Vote, kStatusVotesMax> votes_of(const State& state, ValidatorIndex peer) {
  BoundedVector<Vote, kStatusVotesMax> votes;
  if (const auto finalize = newest_finalize_of(state, peer)) votes.push_back(*finalize);
  for (auto view = state.views.rbegin();
       view != state.views.rend() && view->first > state.last_final.view; ++view) {
    for (const VoteKind kind : {VoteKind::nullify, VoteKind::notarize}) {
      const auto vote = vote_of(view->second, kind, peer);
      if (!vote) continue;
      if (votes.is_full()) return votes;
      votes.push_back(*vote);
    }
  }
  return votes;
}

Answer find_certificate_for(const State& state, const Request& request) {
  const CertificateEntry* asked = find_certificate(state, request.view, request.vote_kind);
  if (asked != nullptr) return asked->certificate;
  const ViewState* view = find_view(state, request.view);
  const Certificate* other = view == nullptr ? nullptr : strongest_certificate(*view);
  if (other != nullptr) return *other;
  return Absent{};
}

Answer find_block_for(const State& state, const Hash& id) {
  if (const BlockEntry* entry = find_block(state, id)) return entry->block;
  for (const CommittedBlock& committed : state.recent) {
    if (committed.block_id == id) return committed.block.block;
  }
  return Absent{};
}

}  // namespace

void on_request(Step& step, ValidatorIndex from, const Request& request) {
  const State& state = step.state;
  Answer answer = Absent{};
  const bool same_epoch = request.epoch == state.setup.context.epoch;
  if (same_epoch && request.kind == RequestKind::certificate) {
    answer = find_certificate_for(state, request);
  }
  if (same_epoch && request.kind == RequestKind::block) {
    answer = find_block_for(state, request.block_id);
  }
  if (std::holds_alternative<Absent>(answer)) {
    step.effects.push_back(Serve{from, request});
  } else {
    step.effects.push_back(Send{from, Response{request.id, std::move(answer)}});
  }
}

/// A10 (ii): brings a peer that is behind to where this node is, at most once in T_help.
void help(Step& step, ValidatorIndex peer, View view) {
  State& state = step.state;
  Peer& behind = state.peers[peer.raw];
  if (behind.helped && step.at() < *behind.helped + kHelpInterval) return;
  // What was broadcast just now may still be on its way.
  if (step.at() < state.entered_at + state.timing.body_grace) return;
  behind.helped = step.at();
  std::size_t count = 0;
  const Certificate* finalization = newest_finalization(state);
  if (finalization != nullptr && finalization->ballot.view >= view) {
    step.effects.push_back(Send{peer, *finalization});
    ++count;
  }
  const View from = std::max(view, next(state.last_final.view));
  for (auto at = state.views.lower_bound(from); at != state.views.end(); ++at) {
    for (const auto& held : at->second.certificates) {
      if (!held || count >= kHelpObjectsMax) continue;
      step.effects.push_back(Send{peer, held->certificate});
      ++count;
    }
  }
  send_status(step, peer);
}

void send_own_votes(Step& step, ValidatorIndex peer) {
  const State& state = step.state;
  std::size_t count = 0;
  for (auto own = state.own.rbegin(); own != state.own.rend(); ++own) {
    if (own->first <= state.last_final.view || count >= kHelpObjectsMax) break;
    for (const Vote& vote : own->second.durable) {
      step.effects.push_back(Send{peer, vote});
      ++count;
    }
  }
  if (auto proposal = own_proposal(state, state.cur)) {
    step.effects.push_back(Send{peer, std::move(*proposal)});
  }
}

/// Not before the log is read to its end: what it says of the peer's votes must not come after what
/// it says of the chain.
void send_status(Step& step, ValidatorIndex peer) {
  const State& state = step.state;
  if (!state.peers[peer.raw].connected || !state.replay.empty()) return;
  Status status;
  status.epoch = state.setup.context.epoch;
  status.sender = state.setup.self;
  status.view = state.cur;
  status.voted = state.voted;
  status.final_tip = state.final_tip;
  if (const Certificate* highest = highest_certificate(state)) status.highest = *highest;
  status.yours = votes_of(state, peer);
  status.utc = step.now.utc;
  status.nonce = state.nonce;
  status.echo = state.peers[peer.raw].nonce;
  status.signature = state.signer.sign(status_message(state.setup.context, status));
  step.effects.push_back(Send{peer, std::move(status)});
}

void announce_status(Step& step) {
  State& state = step.state;
  if (step.at() < state.status_at) return;
  const bool active = state.working || state.starting || state.syncing;
  state.status_at = step.at() + (active ? kStatusActive : kStatusIdle);
  const auto count = static_cast<std::uint8_t>(state.peers.size());
  for (std::uint8_t index = 0; index < count; ++index) {
    send_status(step, ValidatorIndex{index});
  }
}

void note_progress(Step& step) {
  State& state = step.state;
  state.retransmit_interval = state.timing.retransmit;
  state.retransmit_at = step.at() + state.retransmit_interval;
}

/// A10 (i).
void retransmit(Step& step) {
  State& state = step.state;
  if (!state.working || step.at() < state.retransmit_at) return;
  state.retransmit_interval = std::min(2 * state.retransmit_interval, kRetransmitMax);
  state.retransmit_at = step.at() + state.retransmit_interval;
  if (const ViewState* before = find_view(state, View{state.cur.raw - 1})) {
    if (const Certificate* entry = strongest_certificate(*before)) {
      step.effects.push_back(Broadcast{*entry, std::nullopt});
    }
  }
  for (auto own = state.own.upper_bound(state.last_final.view); own != state.own.end(); ++own) {
    if (own->first.raw + kResendViews < state.cur.raw) continue;
    for (const Vote& vote : own->second.durable) {
      step.effects.push_back(Broadcast{vote, std::nullopt});
    }
  }
  if (auto proposal = own_proposal(state, state.cur)) {
    step.effects.push_back(Broadcast{std::move(*proposal), std::nullopt});
  }
  state.status_at = step.at();
}

/// A10 (iii): everything above the newest FINALIZATION, a window of it each T_stall.
void standstill(Step& step) {
  State& state = step.state;
  if (!state.working || step.at() < state.stall_at) return;
  state.stall_at = step.at() + kStall;
  std::size_t count = 0;
  if (const Certificate* finalization = newest_finalization(state)) {
    step.effects.push_back(Broadcast{*finalization, std::nullopt});
    ++count;
  }
  auto view = state.views.upper_bound(std::max(state.stall_cursor, state.last_final.view));
  for (; view != state.views.end() && count < kHelpObjectsMax; ++view) {
    state.stall_cursor = view->first;
    for (const auto& held : view->second.certificates) {
      if (!held) continue;
      step.effects.push_back(Broadcast{held->certificate, std::nullopt});
      ++count;
    }
    const OwnVotes* own = find_own(state, view->first);
    if (own == nullptr) continue;
    for (const Vote& vote : own->durable) {
      step.effects.push_back(Broadcast{vote, std::nullopt});
      ++count;
    }
  }
  if (view == state.views.end()) state.stall_cursor = View{};
}

}  // namespace hansatsu::consensus
