#include "consensus/guards.h"

#include <algorithm>

namespace hansatsu::consensus {
namespace {

const SeenProposal* current_proposal(const State& state) {
  const ViewState* view = find_view(state, state.cur);
  return view != nullptr && view->proposal ? &*view->proposal : nullptr;
}

Validity validity_of(const State& state, const Hash& id) {
  const BlockEntry* entry = find_block(state, id);
  return entry == nullptr ? Validity::unknown : entry->validity;
}

bool is_valid_proposal(const State& state, const SeenProposal& proposal) {
  if (validity_of(state, proposal.block_id) != Validity::valid) return false;
  const auto parent = find_base(state, proposal.header.parent_id);
  return parent && is_timely(proposal, parent->header->time);
}

bool is_bad_proposal(const State& state, const SeenProposal& proposal) {
  const Validity validity = validity_of(state, proposal.block_id);
  if (validity == Validity::invalid) return true;
  const auto parent = find_base(state, proposal.header.parent_id);
  return parent && !is_timely(proposal, parent->header->time);
}

bool is_heard(const Peer& peer, Instant now) {
  return peer.connected && now - peer.last_heard <= kSilence;
}

bool is_silent(const Peer& peer, Instant now) {
  if (!peer.connected && now - peer.down_since > kSkip) return true;
  return now - peer.last_heard > kSilence;
}

}  // namespace

bool in_vote_window(const State& state, View view) {
  return in_certificate_window(state, view) && view.raw <= state.cur.raw + kWindowAhead;
}

bool in_certificate_window(const State& state, View view) {
  return view.raw >= 1 && view <= kViewMax && view.raw + kWindowBehind > state.last_final.view.raw;
}

bool may_vote(const State& state) {
  return state.started && !state.halted && !state.starting && !state.voting_stopped &&
         !state.syncing && state.replay.empty() && state.in_flight.size() < kPersistsMax;
}

bool is_cut_off(const State& state) {
  const auto told = std::count_if(state.peers.begin(), state.peers.end(),
                                  [](const Peer& peer) { return peer.told; });
  return static_cast<std::uint32_t>(told) + 1 < state.quorum;
}

bool is_quorum_near(const State& state) {
  const Height heard = state.best_tip ? state.best_tip->header.height : Height{};
  return state.started && !state.starting && !state.syncing && state.replay.empty() &&
         !is_cut_off(state) && state.last_final.header.height >= heard;
}

bool may_take_payments(const State& state) {
  return state.started && !state.halted && state.near && state.last_final.view >= state.undecided;
}

bool may_serve_reads(const State& state) { return may_take_payments(state) && !state.stale; }

bool fits_parent(const State& state, const Header& header, const Header& parent, View parent_view) {
  const Hash parent_id = header.parent_id;
  const bool has_content =
      !parent.is_empty() || parent.is_sealing() || parent_id == state.setup.context.anchor_id;
  // No epoch ends yet: whoever follows the chain's proofs later must not find a new set in it.
  const bool seals = header.is_sealing() || !header.next_set_hash.is_zero();
  return !seals && header.chain_id == state.setup.context.chain_id &&
         header.epoch == state.setup.context.epoch && header.view > parent_view &&
         header.view <= kViewMax && header.parent_view == parent_view &&
         header.height.raw == parent.height.raw + 1 && header.time > parent.time &&
         header.proposer == leader_of(state, header.view) &&
         header.validator_set_hash == state.set_hash &&
         header.content_parent_id == (has_content ? parent_id : parent.content_parent_id);
}

std::optional<Base> find_base(const State& state, const Hash& id) {
  if (id == state.last_final.id) {
    return Base{&state.last_final.header, id, state.last_final.view};
  }
  const BlockEntry* entry = find_block(state, id);
  if (entry == nullptr || entry->validity != Validity::valid) return std::nullopt;
  return Base{&entry->block.header, id, entry->block.header.view};
}

bool is_certified(const State& state, View view) {
  const CertificateEntry* notarization = find_certificate(state, view, VoteKind::notarize);
  if (notarization == nullptr) return false;
  // A block is validated on its parent only once the parent is, so ancestors are covered.
  return validity_of(state, notarization->certificate.ballot.block_id) == Validity::valid;
}

ParentSearch find_parent(const State& state, View view) {
  ASSERT(view > state.last_final.view);
  // The first view on the way down that was not given up. Nullified views may be very many, those
  // of which anything is remembered are few.
  const View gap{state.nullified.run_start(View{view.raw - 1}).raw - 1};
  const View lowest = std::max(gap, next(state.last_final.view));
  auto at = state.views.lower_bound(view);
  while (at != state.views.begin() && std::prev(at)->first >= lowest) {
    --at;
    if (!is_certified(state, at->first)) continue;
    const CertificateEntry* notarization = find_certificate(state, at->first, VoteKind::notarize);
    return {find_base(state, notarization->certificate.ballot.block_id), at->first};
  }
  if (gap > state.last_final.view) return {std::nullopt, gap};
  const View base = state.last_final.view;
  return {Base{&state.last_final.header, state.last_final.id, base}, base};
}

bool has_gap_proof(const State& state, const Header& header) {
  const View parent = header.parent_view;
  if (parent < state.last_final.view) return false;
  if (parent == state.last_final.view) {
    if (header.parent_id != state.last_final.id) return false;
  } else {
    const auto names_parent = [&](VoteKind kind) {
      const CertificateEntry* held = find_certificate(state, parent, kind);
      return held != nullptr && held->certificate.ballot.block_id == header.parent_id;
    };
    if (!names_parent(VoteKind::notarize) && !names_parent(VoteKind::finalize)) return false;
  }
  return state.nullified.run_start(View{header.view.raw - 1}).raw <= parent.raw + 1;
}

bool is_shallow(const State& state, const SeenProposal& proposal) {
  if (proposal.header.is_empty() || proposal.header.is_sealing()) return true;
  const Height known = std::max(proposal.final_height, state.last_final.header.height);
  return proposal.header.height.raw <= known.raw + kDepthMax;
}

bool is_timely(const SeenProposal& proposal, Timestamp parent_time) {
  const std::uint64_t time = proposal.header.time.raw;
  const std::uint64_t local = proposal.arrived_utc.raw;
  const auto leader_ms = static_cast<std::uint64_t>(
      std::chrono::ceil<std::chrono::milliseconds>(proposal.leader_timeout).count());
  return time + kTimelyMs + leader_ms >= local &&
         time <= std::max(local + kTimelyMs, parent_time.raw + 1);
}

bool is_in_flight(const State& state) {
  if (find_certificate(state, state.cur, VoteKind::notarize) != nullptr) return true;
  const OwnVotes* own = find_own(state, state.cur);
  // Given up here: what is left to do is the others', and those who never saw the proposal have no
  // work with it. One validator alone would repeat its votes for ever.
  if (own != nullptr && own->nulled) return false;
  if (own != nullptr && own->noted) return true;
  const SeenProposal* proposal = current_proposal(state);
  return proposal != nullptr && is_valid_proposal(state, *proposal);
}

bool is_tail_due(const State& state, Instant now) {
  const Duration wait =
      leads(state, state.cur) ? state.timing.tail : state.timing.tail + state.timing.tail / 2;
  for (auto view = state.views.upper_bound(state.last_final.view); view != state.views.end();
       ++view) {
    const auto& notarization = view->second.certificates[slot(VoteKind::notarize)];
    // Each view gives the FINALIZEs of the one before it their time to arrive.
    if (!notarization || now < std::max(notarization->since, state.entered_at) + wait) continue;
    const BlockEntry* entry = find_block(state, notarization->certificate.ballot.block_id);
    if (entry == nullptr) continue;
    const Header& header = entry->block.header;
    if (!header.is_empty() || header.is_sealing()) return true;
  }
  return false;
}

bool is_heartbeat_due(const State& state, Instant now) {
  const Duration interval = state.timing.heartbeat;
  if (interval.count() == 0) return false;
  // Others wait longer than the leader by more than clocks differ, so that they only step in for a
  // leader that does not.
  const Duration wait = leads(state, state.cur) ? interval : interval + interval / 4;
  return now >= state.last_commit + wait;
}

bool is_nullified_by_some_correct(const State& state, View view) {
  const ViewState* found = find_view(state, view);
  return found != nullptr && found->votes[slot(VoteKind::nullify)].size() > state.faults;
}

bool has_work(const State& state, Instant now) {
  return state.pending || is_in_flight(state) || is_tail_due(state, now) ||
         is_heartbeat_due(state, now) || is_nullified_by_some_correct(state, state.cur);
}

bool may_propose(const State& state, View view) {
  if (!may_vote(state) || view != state.cur || !leads(state, view)) return false;
  const OwnVotes* own = find_own(state, view);
  return own == nullptr || (!own->noted && !own->nulled);
}

bool may_notarize(const State& state) {
  if (!may_vote(state)) return false;
  const OwnVotes* own = find_own(state, state.cur);
  if (own != nullptr && (own->noted || own->nulled)) return false;
  const SeenProposal* proposal = current_proposal(state);
  return proposal != nullptr && is_valid_proposal(state, *proposal) &&
         is_shallow(state, *proposal) && has_gap_proof(state, proposal->header);
}

bool may_nullify(const State& state) {
  if (!may_vote(state)) return false;
  const OwnVotes* own = find_own(state, state.cur);
  return own == nullptr || (!own->nulled && !own->finalized);
}

std::optional<NullifyCause> nullify_cause(const State& state, Instant now) {
  const ViewState* view = find_view(state, state.cur);
  const SeenProposal* proposal = current_proposal(state);
  if (view != nullptr) {
    const auto& nullifies = view->votes[slot(VoteKind::nullify)];
    if (nullifies.contains(leader_of(state, state.cur).raw)) return NullifyCause::leader_nullified;
    if (nullifies.size() > state.faults) return NullifyCause::others_nullified;
    if (view->equivocated) return NullifyCause::bad_proposal;
  }
  if (proposal != nullptr && is_bad_proposal(state, *proposal)) return NullifyCause::bad_proposal;
  if (!state.working) return std::nullopt;

  const Instant since = timers_since(state);
  const bool has_valid = proposal != nullptr && is_valid_proposal(state, *proposal);
  const OwnVotes* own = find_own(state, state.cur);
  const bool noted = own != nullptr && own->noted.has_value();
  if (!has_valid && !noted && now >= since + leader_timeout(state)) {
    return NullifyCause::no_proposal;
  }
  if (now >= since + certify_timeout(state)) return NullifyCause::not_certified;
  if (leads(state, state.cur)) {
    const bool late = now >= since + leader_timeout(state) / 2;
    // A build under way is our own machine's work, not a reason to give the view up.
    if (!noted && late && !state.building) return NullifyCause::cannot_propose;
  } else if (is_leader_silent(state, now)) {
    return NullifyCause::leader_silent;
  }
  return std::nullopt;
}

bool may_finalize(const State& state, View view) {
  if (!may_vote(state) || view <= state.last_final.view || !is_certified(state, view)) return false;
  if (state.nullified.contains(view)) return false;
  const OwnVotes* own = find_own(state, view);
  if (own == nullptr) return true;
  const Hash& id = find_certificate(state, view, VoteKind::notarize)->certificate.ballot.block_id;
  return !own->nulled && !own->finalized && (!own->noted || *own->noted == id);
}

Instant timers_since(const State& state) { return std::max(state.entered_at, state.work_since); }

Duration leader_timeout(const State& state) { return grown(state.timing.leader, state.backoff); }

Duration certify_timeout(const State& state) {
  return grown(3 * state.timing.leader, state.backoff);
}

bool is_leader_silent(const State& state, Instant now) {
  const ValidatorIndex leader = leader_of(state, state.cur);
  if (!is_silent(state.peers[leader.raw], now)) return false;
  std::uint32_t heard = 0;
  for (std::uint32_t index = 0; index < state.peers.size(); ++index) {
    if (index == leader.raw || index == state.setup.self.raw) continue;
    if (is_heard(state.peers[index], now)) ++heard;
  }
  return heard + 1 >= state.quorum;
}

}  // namespace hansatsu::consensus
