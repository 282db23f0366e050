#pragma once

#include <array>
#include <deque>
#include <map>
#include <set>

#include "consensus/engine.h"
#include "consensus/view_set.h"

/// The engine's inside: what the guards read and the actions change.
/// Source: docs/protocol/consensus.md "State".
namespace hansatsu::consensus {

enum class Validity : std::uint8_t { unknown, asked, valid, invalid };

/// A block above last_final.
struct BlockEntry {
  Block block;
  Validity validity = Validity::unknown;
  bool logged = false;  ///< in the log, or in a Persist (or the lazy records) on its way there
  bool final = false;   ///< a range proved it; `proof` as it came
  std::optional<FinalityProof> proof;
};

struct CertificateEntry {
  Certificate certificate;
  Instant since;
};

/// The first proposal of a view's leader.
struct SeenProposal {
  Header header;
  Hash block_id;
  Vote vote;
  Height final_height;  ///< of the FINALIZATION it brought: its depth is judged from there
  Timestamp arrived_utc;
  Instant arrived;
  Duration leader_timeout;  ///< T_lead as it was then
};

struct ViewState {
  std::optional<SeenProposal> proposal;
  std::array<std::map<std::uint8_t, Vote>, 3> votes;  ///< by kind, then signer: first ones only
  std::array<std::optional<CertificateEntry>, 3> certificates;  ///< by kind
  std::uint32_t accused = 0;  ///< bit i: Evidence against validator i was given
  bool equivocated = false;   ///< the leader signed two proposals
  bool pushed = false;        ///< the leader's unasked block was taken
  bool counted = false;       ///< raised k already
};
[[nodiscard]] constexpr std::size_t slot(VoteKind kind) {
  return static_cast<std::size_t>(kind) - 1;
}

/// What this validator promised in one view. Set when the vote is handed to the log, kept until the
/// view is finally behind: never pruned above last_final.
struct OwnVotes {
  std::optional<Hash> noted;
  bool nulled = false;
  std::optional<Hash> finalized;
  std::vector<Vote> durable;  ///< the votes themselves, once synced; at most one of a kind
};

struct Peer {
  bool connected = false;
  Instant down_since;
  Instant last_heard;
  std::uint64_t nonce = 0;            ///< of its current life, as last heard
  bool fresh = false;                 ///< its Status echoed our nonce
  bool told = false;                  ///< and came over the connection that there is now
  Height final_height;                ///< proved by a Status
  std::uint32_t credit = kCreditMax;  ///< as a leader
  std::optional<Instant> helped;      ///< A10: one answer in T_help
  std::optional<Instant> answered;    ///< the same for Status
  std::uint32_t outstanding = 0;
};

/// What is missing here and can be asked for (A9).
struct Want {
  RequestKind kind = RequestKind::certificate;
  View view;                               ///< certificate
  VoteKind vote_kind = VoteKind::nullify;  ///< certificate
  Hash block_id;                           ///< block
  Height from_height;                      ///< range
  auto operator<=>(const Want&) const = default;
};
struct Fetching {
  View hint;  ///< a view whose leader and voters have it, if any
  Instant next_at;
  Duration interval = kFetchFirst;
  std::uint32_t attempts = 0;
  bool needed = true;
};
struct Outstanding {
  ValidatorIndex peer;
  Want want;
  Instant deadline;
};

/// What one Persist brings when it is synced.
struct OnDisk {
  std::vector<Vote> votes;
  Height final_height;  ///< final blocks up to here are in the log with this group
};

/// The newest final block. Its view counts in this epoch: the anchor's is 0.
struct FinalPoint {
  View view;
  Hash id;
  Header header;
};

struct State {
  State(Setup setup_in, const Signer& signer_in);

  // Fixed.
  Setup setup;
  const Signer& signer;
  Timing timing;
  std::vector<ValidatorIndex> order;
  Hash set_hash;
  std::uint32_t quorum;
  std::uint32_t faults;

  // Life.
  bool started = false;
  bool halted = false;
  bool starting = true;  ///< A11: not enough fresh Status yet
  bool voting_stopped = false;
  bool near = false;   ///< A11: had all that a quorum had, and did not fall behind since
  bool stale = false;  ///< A11: was cut off from a quorum too long since
  std::optional<Instant> cut_off_at;  ///< fewer than q-1 peers tell how far they are, since then
  std::uint64_t nonce = 0;
  View voted;      ///< the highest view voted in
  View undecided;  ///< highest FINALIZE in the recovered log

  std::deque<Record> replay;    ///< records of the recovered log not applied yet
  std::set<Hash> replay_names;  ///< blocks that certificates and children in that log rest on

  // Views.
  View cur{1};
  Instant entered_at;
  std::map<View, ViewState> views;
  std::map<View, OwnVotes> own;
  ViewSet nullified;

  // Work and timers.
  bool pending = false;
  bool working = false;
  Instant work_since;
  std::uint32_t backoff = 0;  ///< k
  std::uint32_t calm = 0;     ///< finalizations in a row without a rise of k
  Instant last_commit;
  Instant retransmit_at;
  Duration retransmit_interval{};
  Instant stall_at;
  View stall_cursor;
  Instant status_at;
  std::optional<Instant> wake_at;

  // Proposing.
  std::optional<Header> building;  ///< the draft handed out for `cur`
  bool build_refused = false;

  // Blocks.
  std::map<Hash, BlockEntry> blocks;
  FinalPoint last_final;
  std::optional<FinalTip> final_tip;  ///< newest committed block with its own FINALIZATION
  std::deque<CommittedBlock> recent;  ///< the newest committed, for peers that ask
  Height acknowledged;
  Height durable_final;   ///< final blocks up to here are in the synced log
  Height level;           ///< of a catch-up: here all that was final was in the log
  View durable_finalize;  ///< highest view of an own synced FINALIZE

  // The log.
  std::uint64_t next_ticket = 1;
  std::map<Ticket, OnDisk> in_flight;
  std::vector<Record> lazy;              ///< goes with the next group, whatever it is
  View logged_proof;                     ///< highest FINALIZATION that proves a final block
  std::optional<Instant> lazy_flush_at;  ///< or alone, then

  // Peers.
  std::vector<Peer> peers;
  std::map<Want, Fetching> wants;
  std::map<std::uint64_t, Outstanding> requests;
  std::uint64_t next_request = 0;    ///< from the nonce on
  std::optional<FinalTip> best_tip;  ///< the highest finalization proved by anybody
  bool syncing = false;              ///< A12: far below best_tip
};

inline constexpr std::size_t kRecentMax = 16;

/// One input's way through the actions: what it changes, when, and what comes of it.
struct Step {
  State& state;
  Now now;
  Effects effects;
  std::vector<Record> records;  ///< of this step's Persist
  OnDisk on_disk;               ///< what that Persist will bring
  bool replaying = false;       ///< records of our own log: nothing is broadcast

  [[nodiscard]] Instant at() const { return now.monotonic; }
};

// Reading the state: pure.
[[nodiscard]] const ViewState* find_view(const State& state, View view);
[[nodiscard]] const OwnVotes* find_own(const State& state, View view);
[[nodiscard]] const BlockEntry* find_block(const State& state, const Hash& id);
[[nodiscard]] const CertificateEntry* find_certificate(const State& state, View view,
                                                       VoteKind kind);
[[nodiscard]] ValidatorIndex leader_of(const State& state, View view);
[[nodiscard]] inline bool leads(const State& state, View view) {
  return leader_of(state, view) == state.setup.self;
}

}  // namespace hansatsu::consensus
