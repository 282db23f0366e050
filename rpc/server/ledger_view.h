#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rpc/json/answers.h"

/// What the server asks of the node it serves. The node implements it; nothing here knows a node.
///
/// Threads: every function is called on the server's I/O thread and must not block it, except for a
/// short read under the state's shared lock. What may touch a disk or wait for a block takes a
/// callback, which may run on any thread, even inside the call, and once: the server brings it home
/// to its own thread, and stops waiting after a while. A node that stops may drop callbacks.
/// What can't be told for now is a ViewError, never an answer that leaves it out.
/// Copies: answers are values; nothing points into the node's state.
namespace hansatsu::rpc {

/// Why the node has no answer; asked again, or at another node, there may be one.
enum class ViewError : std::uint8_t {
  busy = 1,        ///< too much waits before it
  unreadable = 2,  ///< the node's own disk does not give it, or does not take it
};

struct TransactionAnswer {
  TransactionStage stage = TransactionStage::unknown;
  Timestamp valid_until;                            ///< waiting only
  std::vector<AccountId> signers;                   ///< waiting only: with co-signers; they may ask
  std::shared_ptr<const ProvenTransaction> result;  ///< final only
};

/// What a transaction would do on the newest final state, at the time that is named.
struct PreviewAnswer {
  Height height;
  Timestamp time;
  Result<rules::Outcome, rules::Refusal> outcome;  ///< as block::preview gives it
  state::Account signer;                           ///< as it is now; empty if it does not exist
};

struct HistoryQuery {
  AccountId account;
  Cursor from;                ///< exclusive
  bool newest_first = false;  ///< true: what lies before `from`; false: what lies after it
  std::uint32_t count = 0;    ///< at most; 1..kHistoryCountMax
};
struct HistoryPart {
  std::vector<FinalTransaction> entries;
  /// False: there may be more behind the last entry. Of a part without entries it is true.
  bool is_end = false;
};

struct RedemptionQuery {
  CoinId coin;
  state::RedemptionState state = state::RedemptionState::requested;
  RedemptionId from;        ///< inclusive
  std::uint32_t count = 0;  ///< at most; 1..kRedemptionsCountMax
};

/// What was added up of a day; nothing is withheld here.
struct FigureLine {
  Date day;
  CoinId coin;
  std::optional<ProgramId> program;               ///< absent: all; `amount` means nothing then
  std::optional<rules::OperationCode> operation;  ///< absent: all
  std::uint64_t transactions = 0;                 ///< without a program only
  Amount amount;
  std::uint32_t accounts = 0;  ///< different ones that it concerns
  std::uint32_t others = 0;    ///< and on the other side, of what has two
};
struct FiguresAnswer {
  Date newest;                    ///< not over yet
  std::vector<FigureLine> lines;  ///< ascending by day
};

/// A member of staff read somebody's account: for the file the auditor gets.
struct StaffRead {
  block::KeyReference reader;
  AccountId subject;
  Timestamp time;
  std::string what;  ///< the request's method and path
};

class LedgerView {
 public:
  template <class T>
  using Callback = std::function<void(Result<T, ViewError>)>;

  virtual ~LedgerView() = default;

  [[nodiscard]] virtual NodeStatus status() const = 0;
  /// As status().serving, without the rest. Asked before every read.
  [[nodiscard]] virtual bool is_serving() const = 0;
  /// Payments may wait here. So they may for a while where no read is served: in a node that lost
  /// its connections to a quorum.
  [[nodiscard]] virtual bool takes_payments() const = 0;
  /// The node's UTC clock, never below the newest block's time: balances are told as of it.
  [[nodiscard]] virtual Timestamp now() const = 0;
  /// The charter in force.
  [[nodiscard]] virtual std::shared_ptr<const state::Charter> charter() const = 0;
  [[nodiscard]] virtual std::vector<ProgramRecord> programs() const = 0;
  [[nodiscard]] virtual std::vector<ShopRecord> shops() const = 0;
  /// The signed shop directory's file as it lies on the node's disk; null without one.
  [[nodiscard]] virtual std::shared_ptr<const std::string> shop_directory() const = 0;
  /// Absent for an index that no account has yet. Cost: a copy, below 10 KiB.
  [[nodiscard]] virtual std::optional<AccountRecord> account(AccountId account) const = 0;
  /// Every filled slot that holds the key. At most 64.
  [[nodiscard]] virtual std::vector<block::KeyReference> find_key(const PublicKey& key) const = 0;
  /// Of one coin and state, ascending from `from` on, at most `count` (1..kRedemptionsCountMax).
  [[nodiscard]] virtual std::vector<RedemptionRecord> redemptions(
      const RedemptionQuery& query) const = 0;
  /// block::preview at `now()` on the newest final state.
  [[nodiscard]] virtual PreviewAnswer preview(
      const block::UnsignedTransaction& transaction) const = 0;

  /// Takes a batch of at most kBatchMax, each on its own. Called back once for each transaction,
  /// with its place in the batch. Unless `until_final`, accepted is an answer; otherwise the answer
  /// waits for final, inadmissible, lapsed or overloaded, and is accepted only if many wait for the
  /// same transaction. One that is final already, or waits already, is answered like the first
  /// time.
  virtual void submit(std::vector<Bytes> transactions, bool until_final,
                      std::function<void(std::size_t, SubmitAnswer)> answer) = 0;
  virtual void find_transaction(const Hash& id, Callback<TransactionAnswer> answer) const = 0;
  /// Transactions that touched the account, in the query's order, without a gap: what stands behind
  /// one that can't be read comes when that one can.
  virtual void history(const HistoryQuery& query, Callback<HistoryPart> answer) const = 0;
  /// Absent above the newest final block. Blocks that became final through a descendant carry that
  /// proof. Genesis has no proof and is absent too.
  virtual void block(Height height, Callback<std::optional<BlockRecord>> answer) const = 0;
  /// From `from` upwards, at most kHeadersCountMax; fewer only at the newest, or where the next
  /// can't be read just now.
  virtual void headers(Height from, std::uint32_t count,
                       Callback<std::vector<BlockRecord>> answer) const = 0;

  /// Of the days `from`..`to` that are over.
  virtual void figures(Date from, Date to, Callback<FiguresAnswer> answer) const = 0;
  /// From now on `listener` hears of each final block, which the history has by then: the accounts
  /// that one of its transactions touched, transaction by transaction. On any thread, so it must be
  /// short. An empty one ends it: on return the former one runs no more.
  virtual void on_final(std::function<void(std::span<const AccountId>)> listener) = 0;

  /// Called back once the line is written and synced: only then is the read answered. An error: it
  /// may not be there, and the read is refused.
  virtual void log_staff_read(const StaffRead& read, Callback<void> answer) = 0;
  /// The node's own figures in Prometheus' text format.
  [[nodiscard]] virtual std::string metrics() const = 0;
};

}  // namespace hansatsu::rpc
