#include <algorithm>

#include "consensus/actions.h"

namespace hansatsu::consensus {
namespace {

void release(Step& step, const Vote& vote) {
  State& state = step.state;
  const View view = vote.ballot.view;
  if (!in_certificate_window(state, view)) return;
  state.own[view].durable.push_back(vote);
  if (vote.ballot.kind == VoteKind::finalize) {
    state.durable_finalize = std::max(state.durable_finalize, view);
  }
  const auto proposal =
      vote.ballot.kind == VoteKind::notarize ? own_proposal(state, view) : std::nullopt;
  if (proposal) {
    step.effects.push_back(Broadcast{*proposal, std::nullopt});
    step.effects.push_back(Broadcast{find_block(state, vote.ballot.block_id)->block, std::nullopt});
  } else {
    step.effects.push_back(Broadcast{vote, std::nullopt});
  }
  // Own votes are counted by the way of everybody's.
  admit_vote(step, vote);
}

}  // namespace

void cast(Step& step, const chain::Ballot& ballot) {
  State& state = step.state;
  ASSERT(may_vote(state));
  OwnVotes& own = state.own[ballot.view];
  switch (ballot.kind) {
    case VoteKind::notarize:
      ASSERT(!own.noted && !own.nulled);
      own.noted = ballot.block_id;
      break;
    case VoteKind::nullify:
      ASSERT(!own.nulled && !own.finalized);
      own.nulled = true;
      break;
    case VoteKind::finalize:
      ASSERT(!own.nulled && !own.finalized && (!own.noted || *own.noted == ballot.block_id));
      own.finalized = ballot.block_id;
      break;
  }
  state.voted = std::max(state.voted, ballot.view);
  const chain::EpochContext& context = state.setup.context;
  const Vote vote{context.epoch, ballot, state.setup.self,
                  state.signer.sign(chain::vote_message(context, ballot))};
  step.records.push_back(vote);
  step.on_disk.votes.push_back(vote);
}

void log_block(Step& step, const Hash& id) {
  BlockEntry& entry = step.state.blocks.at(id);
  if (entry.logged) return;
  entry.logged = true;
  step.records.push_back(entry.block);
}

void queue_lazy(Step& step, Record record) {
  State& state = step.state;
  state.lazy.push_back(std::move(record));
  // A node that casts no votes writes no groups: its certificates must not pile up.
  if (state.lazy.size() >= kLazyMax) state.lazy_flush_at = step.at();
}

bool notarize(Step& step) {
  State& state = step.state;
  if (!may_notarize(state)) return false;
  const Hash id = state.views.at(state.cur).proposal->block_id;
  log_block(step, id);
  cast(step, {VoteKind::notarize, state.cur, id});
  return true;
}

bool nullify(Step& step) {
  State& state = step.state;
  if (!may_nullify(state) || !nullify_cause(state, step.at())) return false;
  cast(step, {VoteKind::nullify, state.cur, {}});
  raise_backoff(state, state.cur);
  return true;
}

bool finalize(Step& step) {
  State& state = step.state;
  bool changed = false;
  for (auto view = state.views.upper_bound(state.last_final.view); view != state.views.end();
       ++view) {
    if (!may_finalize(state, view->first)) continue;
    const Hash id =
        view->second.certificates[slot(VoteKind::notarize)]->certificate.ballot.block_id;
    // The promise covers the block, its ancestors and its NOTARIZATION: all reach the disk with it.
    Chain chain = chain_of(state, id);
    ASSERT(!chain.missing);
    std::reverse(chain.ids.begin(), chain.ids.end());
    for (const Hash& ancestor : chain.ids) log_block(step, ancestor);
    cast(step, {VoteKind::finalize, view->first, id});
    changed = true;
  }
  return changed;
}

void on_persisted(Step& step, const Persisted& persisted) {
  State& state = step.state;
  const auto group = state.in_flight.find(persisted.ticket);
  ASSERT(group != state.in_flight.end() && group == state.in_flight.begin());
  const OnDisk on_disk = std::move(group->second);
  state.in_flight.erase(group);
  if (!persisted.ok) {
    halt(step, HaltReason::persist_failed);
    return;
  }
  state.durable_final = std::max(state.durable_final, on_disk.final_height);
  for (const Vote& vote : on_disk.votes) release(step, vote);
}

bool is_all_logged(const Step& step) {
  return step.state.lazy.empty() && step.state.in_flight.empty() && step.records.empty();
}

/// One Persist for all that this step wants on disk; what was lazy goes along, ahead of the votes.
void flush(Step& step) {
  State& state = step.state;
  const bool lazy_due = state.lazy_flush_at && *state.lazy_flush_at <= step.at();
  if (step.records.empty() && !lazy_due) return;
  std::vector<Record> records = std::move(state.lazy);
  state.lazy.clear();
  state.lazy_flush_at.reset();
  records.insert(records.end(), std::make_move_iterator(step.records.begin()),
                 std::make_move_iterator(step.records.end()));
  step.records.clear();
  step.on_disk.final_height = state.last_final.header.height;
  const Ticket ticket{state.next_ticket++};
  state.in_flight.emplace(ticket, std::move(step.on_disk));
  step.on_disk = {};
  step.effects.push_back(Persist{ticket, std::move(records)});
}

/// A8: at once if an own FINALIZE for the block or a descendant is synced, else when the blocks
/// are. Only above a block with a FINALIZATION of its own is every certified block its descendant:
/// an own FINALIZE of a higher view than a block that is final through another may be of a rival.
void acknowledge(Step& step) {
  State& state = step.state;
  Height height = state.durable_final;
  if (state.final_tip && state.durable_finalize >= state.final_tip->header.view) {
    height = std::max(height, state.final_tip->header.height);
  }
  if (height <= state.acknowledged) return;
  state.acknowledged = height;
  step.effects.push_back(Acknowledge{height});
}

}  // namespace hansatsu::consensus
