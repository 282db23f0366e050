"""The bugs that the suite has to find, one at a time.

Each takes the place of a piece of a source file, which must stand there exactly once: a statement if it ends with a
semicolon, otherwise an expression. What kills it is a test of test-simulation, test-consensus or test-log by its name
(with * as in Catch2), or some seeds of the swarm.
"""

from typing import NamedTuple


class Mutant(NamedTuple):
    name: str
    file: str
    old: str
    new: str
    killers: tuple


def released_at_once(kind):
    """The vote leaves with the step that casts it, not when it is on the disk."""
    return (f"if (ballot.kind == VoteKind::{kind}) {{ release(step, vote); }}"
            " else { step.on_disk.votes.emplace_back(vote); }")


QUEUED = "step.on_disk.votes.push_back(vote);"

MUTANTS = [
    # What a vote promises.
    Mutant("finalize_though_nulled", "consensus/guards.cpp",
           "return !own->nulled && !own->finalized && (!own->noted || *own->noted == id);",
           "return !own->finalized && (!own->noted || *own->noted == id);",
           ("S7 *",)),
    Mutant("nulled_forgotten_early", "consensus/blocks.cpp",
           "state.own.begin()->first.raw + kWindowBehind <= state.last_final.view.raw",
           "state.own.begin()->first < state.cur",
           ("S7 *",)),
    Mutant("no_gap_proof", "consensus/guards.cpp",
           "has_gap_proof(state, proposal->header)", "true",
           ("a leader that skips a notarized block *",)),
    Mutant("notarize_before_synced", "consensus/votes.cpp", QUEUED, released_at_once("notarize"), ("seeds 1-4",)),
    Mutant("nullify_before_synced", "consensus/votes.cpp", QUEUED, released_at_once("nullify"), ("seeds 1-4",)),
    Mutant("finalize_before_synced", "consensus/votes.cpp", QUEUED, released_at_once("finalize"), ("seeds 1-4",)),
    Mutant("own_votes_not_counted_again", "consensus/start.cpp",
           "admit_vote(step, *vote);", "",
           ("S4: *",)),
    Mutant("no_alarm_at_unknown_own_vote", "consensus/start.cpp",
           "return own->noted == ballot.block_id;", "return true;",
           ("A11: a genuine own vote for another block *",)),
    # What the log promises.
    Mutant("group_before_sync_of_last", "node/log/log.cpp",
           "current_.file().sync()",
           "group->header.sequence % 2 == 0 ? current_.file().sync() : Result<void, DiskError>{}",
           ("seeds 1-20",)),
    Mutant("tail_used_before_its_sync", "node/log/log.cpp",
           "if (const auto done = sync(current_); !done) return done;", "",
           ("S53 *",)),
    Mutant("torn_group_taken", "node/log/format.cpp",
           "salted_hash(kRoleBody, identity, bytes.subspan(kGroupHeaderBytes)) != header.body",
           "false",
           ("recovery: sectors of a torn write *",)),
    # Who is believed.
    Mutant("quorum_2f_plus_1", "consensus/state.cpp",
           "setup.set.quorum()", "2 * setup.set.faults() + 1",
           ("seeds 1-20",)),
    Mutant("vote_overwritten", "consensus/admit.cpp",
           "if (!view.votes[slot(ballot.kind)].try_emplace(vote.signer.raw, vote).second) return;",
           "view.votes[slot(ballot.kind)].insert_or_assign(vote.signer.raw, vote);",
           ("A0: the first vote stays*",)),
    Mutant("vote_not_verified", "consensus/verify.cpp",
           "is_signed(vote.signer, chain::vote_message(context_, vote.ballot), vote.signature)", "true",
           ("S24*",)),
    Mutant("anchor_not_signed", "ledger/chain/vote.cpp",
           "encoder(context, ballot.view, ballot.block_id);",
           "encoder(context.chain_id, context.epoch, ballot.view, ballot.block_id);",
           ("S24*",)),
    # What moves on, and when.
    Mutant("view_entered_without_body", "consensus/views.cpp",
           "is_certified(state, view->first)",
           "certificates[slot(VoteKind::notarize)].has_value()",
           ("A1: a NOTARIZATION without its body *",)),
    Mutant("pending_by_its_edge", "consensus/views.cpp",
           "state.build_refused = false;",
           "{ state.build_refused = false; state.pending = false; }",
           ("S16 *",)),
    Mutant("sends_again_only_when_timed_out", "consensus/help.cpp",
           "!state.working || step.at() < state.retransmit_at",
           "!state.working || step.at() < state.retransmit_at || !state.own[state.cur].nulled",
           ("A10: own votes *",)),
    Mutant("timeout_uncapped", "consensus/parameters.cpp",
           "return std::min(value, kTimeoutMax);", "return value;",
           ("S22*",)),
    Mutant("timeout_stuck", "consensus/votes.cpp",
           "raise_backoff(state, state.cur);", "",
           ("S22*",)),
    Mutant("timely_when_certifying", "consensus/guards.cpp",
           "return validity_of(state, notarization->certificate.ballot.block_id) == Validity::valid;",
           "{ const ViewState* seen = find_view(state, view);"
           "  return validity_of(state, notarization->certificate.ballot.block_id) == Validity::valid &&"
           "         (!seen->proposal || is_timely(*seen->proposal, Timestamp{})); }",
           ("A4: timeliness is not asked *",)),
    Mutant("timely_never", "consensus/guards.cpp",
           "return time + kTimelyMs + leader_ms >= local &&\n"
           "         time <= std::max(local + kTimelyMs, parent_time.raw + 1);",
           "return true;",
           ("S44 *",)),
]
