"""The bugs that the suite has to find, one at a time.

Each takes the place of a piece of a source file, which must stand there exactly once: a statement if it ends with a
semicolon, otherwise an expression. What kills it is a test of test-simulation, test-consensus, test-log or
tests/node/key_change_test.cpp by its name (with * as in Catch2), or some seeds of the swarm.
"""

from typing import NamedTuple


class Mutant(NamedTuple):
    name: str
    file: str
    old: str
    new: str
    killers: tuple


QUEUED = "step.on_disk.votes.push_back(vote);"


def released_at_once(kind):
    """The vote leaves with the step that casts it, not when it is on the disk."""
    return (f"if (ballot.kind == VoteKind::{kind}) {{ release(step, vote); }}"
            f" else {{ {QUEUED} }}")


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
    Mutant("nullify_before_synced", "consensus/votes.cpp", QUEUED, released_at_once("nullify"), ("seeds 1-8",)),
    Mutant("finalize_before_synced", "consensus/votes.cpp", QUEUED, released_at_once("finalize"), ("seeds 1-4",)),
    Mutant("own_votes_not_counted_again", "consensus/start.cpp",
           "admit_vote(step, *vote);", "",
           ("S4: *",)),
    Mutant("no_alarm_at_unknown_own_vote", "consensus/start.cpp",
           "return own->noted == ballot.block_id;", "return true;",
           ("A11: a genuine own vote for another block *",)),
    Mutant("noted_forgotten_at_start", "consensus/start.cpp",
           "if (ballot.kind == VoteKind::notarize) own.noted = ballot.block_id;", "",
           ("S8 *",)),
    Mutant("finalized_forgotten_at_start", "consensus/start.cpp",
           "if (ballot.kind == VoteKind::finalize) own.finalized = ballot.block_id;", "",
           ("S6: *",)),
    Mutant("own_votes_of_others_ignored", "consensus/start.cpp",
           "if (vote.signer == state.setup.self) stop_voting(step, vote);", "",
           ("S28 *",)),
    Mutant("alarm_at_old_votes", "consensus/start.cpp",
           "if (ballot.view <= state.last_final.view) return true;", "",
           ("S56 *",)),
    Mutant("answered_before_it_is_kept", "consensus/votes.cpp",
           "state.durable_finalize >= state.final_tip->header.view", "true",
           ("S58 *",)),
    # What the log promises.
    Mutant("group_before_sync_of_last", "node/log/log.cpp",
           "current_.file().sync()",
           "group->header.sequence % 2 == 0 ? current_.file().sync() : Result<void, DiskError>{}",
           ("log: a group costs one write and one sync*",)),
    Mutant("tail_used_before_its_sync", "node/log/log.cpp",
           "if (const auto done = sync(current_); !done) return done;", "",
           ("S53 *",)),
    Mutant("torn_group_taken", "node/log/format.cpp",
           "salted_hash(kRoleBody, identity, bytes.subspan(kGroupHeaderBytes)) != header.body",
           "false",
           ("recovery: sectors of a torn write *",)),
    Mutant("failed_sync_taken_for_done", "node/log/log.cpp",
           "current_.file().sync()",
           "((void)current_.file().sync(), Result<void, DiskError>{})",
           ("S30 *",)),
    Mutant("rot_taken_for_the_end", "node/log/reader.cpp",
           "if (!*later) return std::optional<Group>{};", "return std::optional<Group>{};",
           ("S29*",)),
    # Who is believed.
    Mutant("quorum_2f_plus_1", "consensus/state.cpp",
           "setup.set.quorum()", "2 * setup.set.faults() + 1",
           ("town: a payment is final everywhere*",)),
    Mutant("vote_overwritten", "consensus/admit.cpp",
           "if (!view.votes[slot(ballot.kind)].try_emplace(vote.signer.raw, vote).second) return;",
           "view.votes[slot(ballot.kind)].insert_or_assign(vote.signer.raw, vote);",
           ("A0: the first vote stays*",)),
    Mutant("vote_not_verified", "consensus/verify.cpp",
           "is_signed(vote.signer, chain::vote_message(context_, vote.ballot), vote.signature)", "true",
           ("S24*",)),
    Mutant("certificate_not_verified", "consensus/verify.cpp",
           "!is_certificate(certificate)", "false",
           ("S26 *",)),
    Mutant("body_not_checked", "consensus/verify.cpp",
           "!is_body_of(block.header, *block.body)", "false",
           ("S26 *",)),
    Mutant("anchor_not_signed", "ledger/chain/vote.cpp",
           "encoder(context, ballot.view, ballot.block_id);",
           "encoder(context.chain_id, context.epoch, ballot.view, ballot.block_id);",
           ("S24*",)),
    Mutant("signature_of_any_key", "node/signature_cache.cpp",
           "checks_[set][0] == check || checks_[set][1] == check",
           "[&] { for (const Check& known : checks_[set]) if (known.message == check.message &&"
           "  known.signature == check.signature) return true; return false; }()",
           ("S47 a key of a block that was left behind *",)),
    Mutant("answer_to_anything", "consensus/fetch.cpp",
           "want.kind == RequestKind::certificate && certificate->ballot.view == want.view", "true",
           ("S26*",)),
    Mutant("views_without_end", "consensus/guards.cpp",
           "view.raw >= 1 && view <= kViewMax && view.raw + kWindowBehind > state.last_final.view.raw",
           "view.raw >= 1 && view.raw + kWindowBehind > state.last_final.view.raw",
           ("S25*",)),
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
    Mutant("one_nullify_is_followed", "consensus/guards.cpp",
           "if (nullifies.size() > state.faults) return NullifyCause::others_nullified;",
           "if (!nullifies.empty()) return NullifyCause::others_nullified;",
           ("S20 *",)),
    Mutant("all_hearts_beat_at_once", "consensus/guards.cpp",
           "leads(state, state.cur) ? interval : interval + interval / 4", "interval",
           ("S21 *",)),
    Mutant("timers_without_work", "consensus/guards.cpp",
           "if (!state.working) return std::nullopt;", "",
           ("S18 *",)),
    Mutant("tail_left_lying", "consensus/guards.cpp",
           "if (!header.is_empty() || header.is_sealing()) return true;", "",
           ("S17 *",)),
    Mutant("depth_without_end", "consensus/propose.cpp",
           "draft.height.raw > state.last_final.header.height.raw + kDepthMax", "false",
           ("S46 while who *",)),
    Mutant("proof_with_empty_blocks", "consensus/commit.cpp",
           "is_first || has_content(block.header)", "true",
           ("S54*",)),
    Mutant("proofs_of_ranges_not_logged", "consensus/commit.cpp",
           "log_proof(step, finalization);", "",
           ("A8: the log of a catch-up *",)),
    Mutant("replayed_block_given_up", "consensus/blocks.cpp",
           "!state.replay_names.contains(id)", "true",
           ("A8: a crash in the middle of a catch-up *",)),
    Mutant("acknowledged_by_a_rival", "consensus/votes.cpp",
           "state.durable_finalize >= state.final_tip->header.view", "state.durable_finalize.raw != 0",
           ("A8: the FINALIZE of a rival *",)),
    Mutant("reads_of_an_old_state", "consensus/guards.cpp",
           "state.last_final.header.height >= heard", "heard.raw != ~0ULL",
           ("A11: reads are served *",)),
]
