#pragma once

#include <memory>

#include "consensus/parameters.h"
#include "consensus/records.h"
#include "consensus/verify.h"

/// The Simplex engine: a pure state machine. It is handed inputs and returns effects; it has no
/// clock, no I/O, no randomness, no thread. Source: docs/protocol/consensus.md.
namespace hansatsu::consensus {

// ---- Inputs -----------------------------------------------------------------------------------

/// The first input, once. `nonce` is fresh random for each start and never 0.
struct Start {
  Recovered recovered;
  std::uint64_t nonce = 1;
};
/// The moment asked for by WakeAt has come (early or spurious ones do no harm).
struct Tick {};
/// From an authenticated peer. Now::utc of this input is what a proposal is held against, so it is
/// read when the message arrived.
struct Received {
  ValidatorIndex from;
  VerifiedMessage message;
};
/// A level: whether the mempool holds a transaction valid on the certified tip the next leader
/// would extend. Handing in the same level again is harmless.
struct Pending {
  bool level = false;
};
/// The answer to Build: the draft with roots and flags filled in, or none if there was nothing to
/// build. The block counts as validated.
struct Built {
  View view;
  std::optional<Block> block;
};
/// The answer to Validate. By deterministic rules only, never by clocks.
struct Validated {
  Hash block_id;
  bool ok = false;
};
/// The answer to Persist: the group with these records is synced, or it failed and never will be.
struct Persisted {
  Ticket ticket;
  bool ok = false;
};
struct PeerUp {
  ValidatorIndex peer;
};
struct PeerDown {
  ValidatorIndex peer;
};
/// The node is about to end: what waits for company on its way to the log goes now.
struct Leaving {};
using Input = std::variant<Start, Tick, Received, Pending, Built, Validated, Persisted, PeerUp,
                           PeerDown, Leaving>;

// ---- Effects ----------------------------------------------------------------------------------

struct Send {
  ValidatorIndex to;
  Message message;
};
/// To all connected peers, except one that is known to have it.
struct Broadcast {
  Message message;
  std::optional<ValidatorIndex> except;
};
/// Write these as one group (or within one) and sync it, then hand in Persisted. Groups are written
/// in the order of the effects.
struct Persist {
  Ticket ticket;
  std::vector<Record> records;
};
/// Build a block on `draft.parent_id` (the committed tip or a validated block) and hand in Built.
/// The draft is complete but for the roots of content and state, and kFlagEmpty, which the builder
/// sets. Without `with_content` the block must be empty.
struct Build {
  View view;
  Header draft;
  bool with_content = false;
};
/// Execute the block on `block.header.parent_id`, which is the committed tip or validated already,
/// keep the result under `block_id`, and hand in Validated.
struct Validate {
  Hash block_id;
  Block block;
};
/// A block that became final. `proof` shows it to those who trust only the validator set; an empty
/// block that is final through a descendant has none and needs none.
struct CommittedBlock {
  Hash block_id;
  FinalBlock block;
};
/// These blocks are final, in ascending height from the one above the last Commit; all were
/// validated. The state takes them over. Clients are answered at Acknowledge, not here.
struct Commit {
  std::vector<CommittedBlock> blocks;
};
/// Everything up to this height survives the loss of power here: clients may be answered.
struct Acknowledge {
  Height height;
};
/// A validated block that will never be final; what was kept for it may go.
struct Discard {
  Hash block_id;
};
/// Answer this request from the store, as far as it has it, by a Response to `to` (Absent if not):
/// certificates by (view, kind), blocks by id, ranges of final blocks by height.
struct Serve {
  ValidatorIndex to;
  Request request;
};
/// Hand in a Tick at this moment. Replaces the moment of any earlier WakeAt.
struct WakeAt {
  Instant at;
};
/// Two votes of one signer that no correct validator casts both. Once for each (signer, view).
struct Evidence {
  Vote first;
  Vote second;
};
enum class Fault : std::uint8_t {
  wrong_answer = 1,  ///< a Response with something else than was asked for
};
/// A peer did what no correct one does.
struct Punish {
  ValidatorIndex peer;
  Fault fault;
};
/// Peers hold this genuine vote of ours, our log does not: an older copy of the log, or a second
/// process with the same key. The engine goes on following and votes no more in this life.
struct VotingStopped {
  Vote unknown;
};
enum class HaltReason : std::uint8_t {
  persist_failed = 1,     ///< a write or sync failed; what the disk holds is unknown
  invalid_notarized = 2,  ///< a quorum found valid what this node did not: nondeterminism
  conflicting_final = 3,  ///< a finalization off the final chain: more than f are faulty
  bad_log = 4,            ///< the recovered records contradict each other
};
/// The engine is over; later inputs have no effect.
struct Halt {
  HaltReason reason;
};
using Effect = std::variant<Send, Broadcast, Persist, Build, Validate, Commit, Acknowledge, Discard,
                            Serve, WakeAt, Evidence, Punish, VotingStopped, Halt>;
using Effects = std::vector<Effect>;

// ---- The machine ------------------------------------------------------------------------------

/// Who and where the engine is.
struct Setup {
  chain::EpochContext context;
  chain::ValidatorSet set;
  ValidatorIndex self;
  Header anchor;  ///< block_id(anchor) == context.anchor_id
  Parameters parameters;
};

/// Figures for status pages and tests.
struct Snapshot {
  View view;
  ValidatorIndex leader;
  bool starting = true;  ///< not enough Status heard yet to vote (A11)
  bool syncing = false;  ///< far behind, fetching ranges (A12)
  bool voting_stopped = false;
  bool takes_payments = false;  ///< its state was as new as a quorum's, about (A11)
  bool serves_reads = false;    ///< and no longer ago than it takes to notice
  bool working = false;         ///< the work predicate (A6)
  std::uint32_t backoff = 0;    ///< k of the timeouts
  View final_view;
  Height final_height;
  Height durable_final;  ///< up to it the synced log holds the final blocks and what proves them
  Hash final_id;
  Hash
      tip_id;  ///< what a leader of this view would extend, or the final block: judge Pending on it
};

/// How much the engine remembers, for tests that hold it to bounds.
struct Footprint {
  std::size_t views = 0;         ///< with votes, certificates or proposals
  std::size_t votes = 0;         ///< of others, in all views
  std::size_t own_views = 0;     ///< with own votes
  std::size_t blocks = 0;        ///< above the final one
  std::size_t wants = 0;         ///< objects that are missed
  std::size_t requests = 0;      ///< under way
  std::size_t lazy_records = 0;  ///< waiting for the log's next group
  std::size_t persists = 0;      ///< handed to the log, not confirmed
};

struct State;

/// Threads: one. Cost: a step is O(blocks above last_final + views touched); signatures are made
/// here (one a vote), never checked.
class Engine {
 public:
  /// `signer` must outlive the engine.
  Engine(Setup setup, const Signer& signer);
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  /// Effects are carried out in their order. What needs durability first is returned only by the
  /// Persisted input that brings it.
  [[nodiscard]] Effects step(const Now& now, Input input);

  /// Whether checking this message's signatures is worth it: in the window, not a duplicate, from
  /// one who may send it (A0). A false answer means: drop it, it is nobody's fault.
  [[nodiscard]] bool wants(ValidatorIndex from, const Message& message) const;

  [[nodiscard]] Snapshot snapshot() const;
  /// Cost: O(views in memory).
  [[nodiscard]] Footprint footprint() const;

 private:
  std::unique_ptr<State> state_;
};

/// leader(v) = order[v mod n]; the order follows from the anchor (A2).
[[nodiscard]] std::vector<ValidatorIndex> leader_order(const chain::EpochContext& context,
                                                       const chain::ValidatorSet& set);

}  // namespace hansatsu::consensus
