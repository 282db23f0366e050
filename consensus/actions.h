#pragma once

#include "consensus/guards.h"

/// The actions, one file for each concern. `drive` in engine.cpp runs them in order until nothing
/// changes. Source: docs/protocol/consensus.md A0-A14.
namespace hansatsu::consensus {

// admit.cpp (A0, A13)
[[nodiscard]] bool is_wanted(const State& state, ValidatorIndex from, const Message& message);
[[nodiscard]] ViewState& view_at(State& state, View view);
void receive(Step& step, ValidatorIndex from, const Message& message);
void admit_vote(Step& step, const Vote& vote);
void admit_certificate(Step& step, const Certificate& certificate,
                       std::optional<ValidatorIndex> from);
void admit_block(Step& step, const Block& block, bool logged);

// start.cpp (A11)
void start(Step& step, Start start);
bool feed_replay(Step& step);
void stop_voting(Step& step, const Vote& unknown);
void admit_status(Step& step, ValidatorIndex from, const Status& status);
void peer_up(Step& step, ValidatorIndex peer);
void peer_down(Step& step, ValidatorIndex peer);

// views.cpp (A1)
bool enter_views(Step& step);
void raise_backoff(State& state, View view);

// blocks.cpp: validation in order, and what may go (A1, A14)
bool validate_blocks(Step& step);
void on_validated(Step& step, const Validated& validated);
void discard_dead_blocks(Step& step);
void prune(Step& step);

// propose.cpp (A3)
bool propose(Step& step);
void on_built(Step& step, Built built);
/// The proposal of a view this validator led, from its own durable vote: none if it made none.
[[nodiscard]] std::optional<Proposal> own_proposal(const State& state, View view);

// votes.cpp (A4, A5, A7)
bool notarize(Step& step);
bool nullify(Step& step);
bool finalize(Step& step);
/// Hands a vote to the log. It leaves with the Persisted that confirms it.
void cast(Step& step, const chain::Ballot& ballot);
void log_block(Step& step, const Hash& id);
/// Goes to the log with the next group that is written for something else.
void queue_lazy(Step& step, Record record);
/// All that this node wants on disk is there.
[[nodiscard]] bool is_all_logged(const Step& step);
void on_persisted(Step& step, const Persisted& persisted);
void flush(Step& step);
void acknowledge(Step& step);

// commit.cpp (A8)
bool commit(Step& step);
/// From the block back to last_final, newest first.
struct Chain {
  std::vector<Hash> ids;
  std::optional<Hash> missing;  ///< the ancestor (or block) that is not here
  bool conflicting = false;     ///< it leads past last_final
};
[[nodiscard]] Chain chain_of(const State& state, const Hash& id);

// sync.cpp (A12)
void note_tip(Step& step, const FinalTip& tip);
void admit_range(Step& step, const Range& range);
bool choose_sync(Step& step);
void note_near(Step& step);

// fetch.cpp (A9)
void fetch_missing(Step& step);
void on_response(Step& step, ValidatorIndex from, const Response& response);
void drop_requests_to(Step& step, ValidatorIndex peer);

// help.cpp (A10)
void on_request(Step& step, ValidatorIndex from, const Request& request);
void help(Step& step, ValidatorIndex peer, View view);
void send_own_votes(Step& step, ValidatorIndex peer);
void send_status(Step& step, ValidatorIndex peer);
void retransmit(Step& step);
void standstill(Step& step);
void announce_status(Step& step);
void note_progress(Step& step);

// timers.cpp (A6)
void refresh_work(Step& step);
[[nodiscard]] Instant next_wake(const State& state, Instant now);

// shared
void halt(Step& step, HaltReason reason);

}  // namespace hansatsu::consensus
