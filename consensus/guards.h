#pragma once

#include "consensus/state.h"

/// When an action may happen: pure and total functions of the state, named after the specification
/// (docs/protocol/consensus.md A0-A14). Effects assert the guard they rest on.
namespace hansatsu::consensus {

/// A0: whether an object of this view is looked at at all.
[[nodiscard]] bool in_vote_window(const State& state, View view);
[[nodiscard]] bool in_certificate_window(const State& state, View view);

/// Voting at all: started (A11), not stopped (A11), not far behind (A12).
[[nodiscard]] bool may_vote(const State& state);
/// A11: fewer than q-1 others said over the connections there are how far they are.
[[nodiscard]] bool is_cut_off(const State& state);
/// A11: a quorum, this validator with it, said so, and the state has all of that.
[[nodiscard]] bool is_quorum_near(const State& state);
/// A11: every FINALIZE of the recovered log is decided, and the state was near. Payments may wait
/// here also while nobody can be reached.
[[nodiscard]] bool may_take_payments(const State& state);
/// A11: what was acknowledged, here or by others, is in the state, or on its way in the ordinary
/// course. A minority does not know what was.
[[nodiscard]] bool may_serve_reads(const State& state);

/// Whether `header` can stand on `parent` (of view `parent_view` in this epoch).
[[nodiscard]] bool fits_parent(const State& state, const Header& header, const Header& parent,
                               View parent_view);
/// The header of a block that is final or validated, with its view.
struct Base {
  const Header* header;
  Hash id;
  View view;
};
[[nodiscard]] std::optional<Base> find_base(const State& state, const Hash& id);

/// A NOTARIZATION is held, and the block and all its uncommitted ancestors are validated.
[[nodiscard]] bool is_certified(const State& state, View view);

/// A3: the parent a leader of `view` extends, or the view for which evidence is missing.
struct ParentSearch {
  std::optional<Base> parent;
  View missing;  ///< neither nullified nor certified here; means nothing with a parent
};
[[nodiscard]] ParentSearch find_parent(const State& state, View view);
/// A4: a certificate of the parent and NULLIFICATIONs of every view between are held.
[[nodiscard]] bool has_gap_proof(const State& state, const Header& header);
/// A4: not more than kDepthMax blocks with content above the FINALIZATION the proposal brought.
[[nodiscard]] bool is_shallow(const State& state, const SeenProposal& proposal);
/// A4, the one place where the wall clock counts.
[[nodiscard]] bool is_timely(const SeenProposal& proposal, Timestamp parent_time);

/// A6. `now` makes tail and heartbeat due.
[[nodiscard]] bool is_in_flight(const State& state);
[[nodiscard]] bool is_tail_due(const State& state, Instant now);
[[nodiscard]] bool is_heartbeat_due(const State& state, Instant now);
[[nodiscard]] bool has_work(const State& state, Instant now);
/// A5 (e), and part of A6: f+1 validators nullified the current view.
[[nodiscard]] bool is_nullified_by_some_correct(const State& state, View view);

/// A3, before Build and again before the block is signed.
[[nodiscard]] bool may_propose(const State& state, View view);
/// A4, for the current view's proposal.
[[nodiscard]] bool may_notarize(const State& state);
/// A5 without its triggers.
[[nodiscard]] bool may_nullify(const State& state);
enum class NullifyCause : std::uint8_t {
  no_proposal = 1,       ///< (a)
  not_certified = 2,     ///< (b)
  bad_proposal = 3,      ///< (c)
  leader_nullified = 4,  ///< (d)
  cannot_propose = 5,    ///< (d')
  others_nullified = 6,  ///< (e)
  leader_silent = 7,     ///< (f)
};
[[nodiscard]] std::optional<NullifyCause> nullify_cause(const State& state, Instant now);
/// A7.
[[nodiscard]] bool may_finalize(const State& state, View view);

/// t_w of the current view: when its timers started. Only meaningful while there is work.
[[nodiscard]] Instant timers_since(const State& state);
[[nodiscard]] Duration leader_timeout(const State& state);
[[nodiscard]] Duration certify_timeout(const State& state);
/// A5 (f): the leader of the current view is silent while a quorum without it was heard.
[[nodiscard]] bool is_leader_silent(const State& state, Instant now);

}  // namespace hansatsu::consensus
