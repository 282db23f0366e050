#pragma once

#include <chrono>
#include <unordered_map>
#include <variant>

#include "consensus/engine.h"
#include "node/archive.h"
#include "node/block_tree.h"
#include "node/bounded_queue.h"
#include "node/log_writer.h"
#include "node/message_checker.h"
#include "node/net/peer_network.h"
#include "node/recovery.h"
#include "node/verify_pool.h"
#include "node/waiters.h"

namespace hansatsu::node {

/// When to ask again of one who had no room.
inline constexpr std::chrono::milliseconds kRetryAfter{250};

/// A transaction that a worker has parsed and, where it knew the keys, verified.
struct Incoming {
  block::TransactionPointer transaction;
  bool until_final = false;
  SubmitAnswerer answer;  ///< absent for one that a peer forwarded
};

// What the core's queue brings.
struct MessageArrived {
  ValidatorIndex from;
  consensus::Message message;
  Timestamp utc;
  net::Message held;  ///< counts against what the peer may have under way until it is checked
};
struct MessageChecked {
  ValidatorIndex from;
  Result<consensus::VerifiedMessage, consensus::CheckError> message;
  Timestamp utc;
};
struct TransactionsArrived {
  std::vector<Incoming> transactions;
};
struct PeerChanged {
  ValidatorIndex peer;
  bool up = false;
};
struct CheckpointWritten {
  Height height;
  bool ok = false;
};
struct TransactionAsked {
  Hash id;
  std::function<void(Result<rpc::TransactionAnswer, rpc::ViewError>)> answer;
};
/// The node ends: nothing is asked of the core any more.
struct Stopping {};
using CoreEvent = std::variant<MessageArrived, MessageChecked, TransactionsArrived, PersistResult,
                               PeerChanged, CheckpointWritten, TransactionAsked, Stopping>;
using CoreQueue = BoundedQueue<CoreEvent>;

/// What others may see of the core without asking it.
struct CoreFigures {
  consensus::Snapshot snapshot;
  std::size_t waiting = 0;
  log::GroupPlace last_group;  ///< of the log; each group is one sync
  std::optional<std::string> halted;
};

/// The one thread that decides: it steps the engine, executes blocks and commits them. Everything
/// reaches it through its queue, one thing after the other.
/// Source: docs/architecture.md "The way of one payment".
class Core {
 public:
  struct Parts {
    consensus::Setup setup;
    const consensus::Signer& signer;
    const MessageChecker& checker;
    Chain& chain;
    SignatureCache& signatures;
    VerifyPool& pool;
    Archive& archive;
    LogWriter& log;
    net::PeerNetwork& network;
    CoreQueue& queue;
    StageTimes& times;
    std::size_t mempool_transactions_max = 0;
    std::chrono::milliseconds checkpoint_interval{5'000};
    /// Called once when the engine or the disk gives up: the process must end.
    std::function<void(std::string)> on_halt;
  };
  Core(Parts parts, RecoveredLog log);

  /// Until it is told that the node stops, and the log proves the newest block or can't soon; then,
  /// if it does, one last checkpoint.
  void run();
  [[nodiscard]] CoreFigures figures() const;

 private:
  using Clock = std::chrono::steady_clock;
  /// A payment that only this node has is work for nobody else, so that no view would end.
  static constexpr std::chrono::seconds kOfferAgain{2};
  /// Twice what a correct peer has under way.
  static constexpr std::uint32_t kServingMax = 2 * consensus::kOutstandingPerPeer;
  /// A slow disk's sync, and the second that a proof may wait for company.
  static constexpr std::chrono::seconds kProofMax{3};

  void on(MessageArrived& event);
  void on(MessageChecked& event);
  void on(TransactionsArrived& event);
  void on(PersistResult& event);
  void on(PeerChanged& event);
  void on(CheckpointWritten& event);
  void on(TransactionAsked& event);
  void on(Stopping& event);

  // The engine and its effects.
  void feed(consensus::Input input, std::optional<Timestamp> utc = {});
  void run_effects(consensus::Effects& effects);
  void run_effect(consensus::Send& effect);
  void run_effect(consensus::Broadcast& effect);
  void run_effect(consensus::Persist& effect);
  void run_effect(consensus::Build& effect);
  void run_effect(consensus::Validate& effect);
  void run_effect(consensus::Commit& effect);
  void run_effect(consensus::Acknowledge& effect);
  void run_effect(consensus::Discard& effect);
  void run_effect(consensus::Serve& effect);
  void run_effect(consensus::WakeAt& effect);
  void run_effect(consensus::Evidence& effect);
  void run_effect(consensus::Punish& effect);
  void run_effect(consensus::VotingStopped& effect);
  void run_effect(consensus::Halt& effect);
  [[nodiscard]] consensus::Now now() const;
  [[nodiscard]] bool is_stopped() const;
  void refresh_pending();
  void halt(std::string why);

  // Transactions.
  /// What arriving transactions are judged on.
  struct Arrival {
    Hash tip;
    Timestamp time;
    bool is_current = false;  ///< the state is the town's newest, about
  };
  [[nodiscard]] Arrival arrival() const;
  void take_in(Incoming& incoming, const Arrival& at);
  void wait_or_accept(Incoming& incoming);
  void refuse(Incoming& incoming, rules::Refusal refusal, bool is_current);
  void answer_final(const Hash& id, const store::TransactionPlace& place, SubmitAnswerer answer);
  void forward_new();
  void offer_all(ValidatorIndex peer);
  void offer_pending_again();
  void drop(const block::ParsedTransaction& transaction, rules::Refusal refusal);
  void drop_lapsed();
  void retry_early();

  void commit(const consensus::CommittedBlock& committed);
  [[nodiscard]] bool can_checkpoint() const;
  [[nodiscard]] bool is_proved() const;
  [[nodiscard]] Clock::time_point checkpoint_at() const;
  void checkpoint_if_due();
  [[nodiscard]] Clock::time_point next_deadline() const;
  void publish_figures();

  Parts parts_;
  consensus::Engine engine_;
  BlockTree blocks_;
  Mempool mempool_;
  std::deque<consensus::Input> inputs_;  ///< brought about by effects still being carried out
  bool feeding_ = false;
  /// Nothing else waits: a short message is checked sooner, and cheaper, than a worker wakes up.
  bool idle_ = false;
  std::optional<consensus::Instant> wake_at_;

  Waiters waiters_;
  /// From peers, of accounts or keys that this node has not seen yet; tried again after a block.
  std::deque<Incoming> early_;
  std::vector<block::TransactionPointer> to_forward_;
  /// What keeps the engine at work, and the tip it was found on.
  block::TransactionPointer pending_;
  Hash pending_tip_;
  Clock::time_point offer_due_;  ///< when `pending_` is offered to the others again
  /// Final, not acknowledged yet.
  std::deque<std::shared_ptr<const store::CommittedBlock>> unacknowledged_;

  // For checkpoints.
  store::ChangedRows changed_;
  std::unordered_map<Hash, log::RecordPlace, HashOfHash> places_;  ///< of blocks not final yet
  ReplayPoints points_;
  std::optional<consensus::FinalTip> final_tip_;
  Height acknowledged_;
  Height checkpointed_;
  bool checkpoint_running_ = false;
  Clock::time_point checkpoint_due_;
  std::optional<Clock::time_point> stop_at_;  ///< told to stop: then at the latest

  /// Requests of each peer that wait for the archive, whose jobs may outlive the core.
  using Serving = std::array<std::atomic<std::uint32_t>, chain::kValidatorsMax>;
  std::shared_ptr<Serving> serving_ = std::make_shared<Serving>();

  mutable std::mutex figures_mutex_;
  CoreFigures figures_;
  bool halted_ = false;
};

}  // namespace hansatsu::node
