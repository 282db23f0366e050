#include <algorithm>

#include "consensus/actions.h"

namespace hansatsu::consensus {
namespace {

/// How many records are applied before what they started is waited for.
constexpr std::size_t kReplayChunk = 32;

/// What the log says was promised must be known before anything else happens. False if two of its
/// votes contradict each other or are not our own.
bool recall(State& state, const Vote& vote) {
  const chain::Ballot& ballot = vote.ballot;
  if (vote.signer != state.setup.self || vote.epoch != state.setup.context.epoch) return false;
  OwnVotes& own = state.own[ballot.view];
  const auto earlier = std::find_if(own.durable.begin(), own.durable.end(), [&](const Vote& cast) {
    return cast.ballot.kind == ballot.kind;
  });
  if (earlier != own.durable.end()) return earlier->ballot == ballot;
  if (ballot.kind == VoteKind::notarize) own.noted = ballot.block_id;
  if (ballot.kind == VoteKind::nullify) own.nulled = true;
  if (ballot.kind == VoteKind::finalize) own.finalized = ballot.block_id;
  own.durable.push_back(vote);
  state.voted = std::max(state.voted, ballot.view);
  if (ballot.kind == VoteKind::finalize) {
    state.durable_finalize = std::max(state.durable_finalize, ballot.view);
    state.undecided = std::max(state.undecided, ballot.view);
  }
  const bool contradicts_note = own.noted && own.finalized && *own.noted != *own.finalized;
  return !(own.nulled && own.finalized) && !contradicts_note;
}

/// What the log rests on must not be given up while it is read: behind a certificate from far ahead
/// all that follows is old. A rival that nothing names goes as it went in the life before.
void note_names(State& state, const Record& record) {
  if (const auto* block = std::get_if<Block>(&record)) {
    state.replay_names.insert(block->header.parent_id);
  }
  if (const auto* certificate = std::get_if<Certificate>(&record)) {
    const bool names = certificate->ballot.kind != VoteKind::nullify;
    if (names) state.replay_names.insert(certificate->ballot.block_id);
  }
}

/// A proposal of ours goes on as what it was: offered again, never made anew.
void recall_proposal(Step& step, const Vote& vote) {
  State& state = step.state;
  if (vote.ballot.kind != VoteKind::notarize || !leads(state, vote.ballot.view)) return;
  const BlockEntry* entry = find_block(state, vote.ballot.block_id);
  if (entry == nullptr) return;
  const Header& header = entry->block.header;
  view_at(state, header.view).proposal = SeenProposal{
      header,    vote.ballot.block_id, vote, state.last_final.header.height, header.time,
      step.at(), state.timing.leader};
}

void apply_record(Step& step, const Record& record) {
  State& state = step.state;
  if (const auto* block = std::get_if<Block>(&record)) {
    if (block->header.view > state.last_final.view) admit_block(step, *block, true);
  }
  if (const auto* vote = std::get_if<Vote>(&record)) {
    if (!in_certificate_window(state, vote->ballot.view)) return;
    recall_proposal(step, *vote);
    admit_vote(step, *vote);
  }
  if (const auto* certificate = std::get_if<Certificate>(&record)) {
    admit_certificate(step, *certificate, std::nullopt);
  }
}

bool is_validation_open(const State& state) {
  return std::any_of(state.blocks.begin(), state.blocks.end(),
                     [](const auto& block) { return block.second.validity == Validity::asked; });
}

void count_fresh(State& state) {
  const auto fresh = std::count_if(state.peers.begin(), state.peers.end(),
                                   [](const Peer& peer) { return peer.fresh; });
  if (static_cast<std::uint32_t>(fresh) + 1 >= state.quorum) state.starting = false;
}

/// Whether the log holds this vote of ours, or it is so old that it no longer matters.
bool is_known_own(const State& state, const Vote& vote) {
  const chain::Ballot& ballot = vote.ballot;
  if (ballot.view <= state.last_final.view) return true;
  const OwnVotes* own = find_own(state, ballot.view);
  if (own == nullptr) return false;
  switch (ballot.kind) {
    case VoteKind::notarize:
      return own->noted == ballot.block_id;
    case VoteKind::nullify:
      return own->nulled;
    case VoteKind::finalize:
      return own->finalized == ballot.block_id;
  }
  return false;
}

}  // namespace

void start(Step& step, Start start) {
  State& state = step.state;
  ASSERT(!state.started && start.nonce != 0);
  Recovered& recovered = start.recovered;
  const Hash base_id = chain::block_id(recovered.base);
  const bool is_anchor = base_id == state.setup.context.anchor_id;
  state.last_final = {is_anchor ? View{} : recovered.base.view, base_id, recovered.base};
  state.final_tip = std::move(recovered.final_tip);
  state.acknowledged = recovered.base.height;
  state.durable_final = recovered.base.height;
  state.cur = next(state.last_final.view);
  state.nonce = start.nonce;
  // An answer that was on its way to an earlier life is not the answer to a question of this one.
  state.next_request = start.nonce;
  state.started = true;
  state.entered_at = state.last_commit = state.status_at = step.at();
  state.stall_at = step.at() + kStall;
  for (Peer& peer : state.peers) peer.last_heard = peer.down_since = step.at();
  note_progress(step);
  for (const Record& record : recovered.records) {
    const auto* vote = std::get_if<Vote>(&record);
    if (vote != nullptr && !recall(state, *vote)) {
      halt(step, HaltReason::bad_log);
      return;
    }
    note_names(state, record);
  }
  state.replay.assign(std::make_move_iterator(recovered.records.begin()),
                      std::make_move_iterator(recovered.records.end()));
  count_fresh(state);
}

/// Applies the next records once the blocks of the earlier ones are executed, so that a long log
/// needs no more memory than a short one.
bool feed_replay(Step& step) {
  State& state = step.state;
  if (state.replay.empty() || is_validation_open(state)) return false;
  step.replaying = true;
  for (std::size_t i = 0; i < kReplayChunk && !state.replay.empty(); ++i) {
    apply_record(step, state.replay.front());
    state.replay.pop_front();
  }
  step.replaying = false;
  if (state.replay.empty()) {
    state.replay_names.clear();
    state.status_at = step.at();
  }
  return true;
}

/// A11: peers hold a genuine vote of ours that our log does not.
void stop_voting(Step& step, const Vote& unknown) {
  State& state = step.state;
  if (state.voting_stopped || is_known_own(state, unknown)) return;
  state.voting_stopped = true;
  step.effects.push_back(VotingStopped{unknown});
}

void admit_status(Step& step, ValidatorIndex from, const Status& status) {
  State& state = step.state;
  Peer& peer = state.peers[from.raw];
  peer.nonce = status.nonce;
  if (status.final_tip) {
    peer.final_height = std::max(peer.final_height, status.final_tip->header.height);
    admit_certificate(step, status.final_tip->finalization, from);
    note_tip(step, *status.final_tip);
  }
  if (status.highest) admit_certificate(step, *status.highest, from);
  for (const Vote& vote : status.yours) {
    if (vote.signer == state.setup.self) stop_voting(step, vote);
  }
  if (status.echo == state.nonce) {
    peer.fresh = true;
    peer.told = true;
    count_fresh(state);
  } else if (!peer.answered || step.at() >= *peer.answered + kHelpInterval) {
    peer.answered = step.at();
    send_status(step, from);
  }
  const View final_view = status.final_tip ? status.final_tip->header.view : View{};
  if (status.view < state.cur || final_view < state.last_final.view) help(step, from, status.view);
}

void peer_up(Step& step, ValidatorIndex index) {
  State& state = step.state;
  ASSERT(index.raw < state.peers.size() && index != state.setup.self);
  Peer& peer = state.peers[index.raw];
  peer.connected = true;
  peer.last_heard = step.at();
  send_status(step, index);
  send_own_votes(step, index);
}

void peer_down(Step& step, ValidatorIndex index) {
  State& state = step.state;
  ASSERT(index.raw < state.peers.size() && index != state.setup.self);
  Peer& peer = state.peers[index.raw];
  peer.connected = false;
  peer.told = false;
  peer.down_since = step.at();
  drop_requests_to(step, index);
}

}  // namespace hansatsu::consensus
