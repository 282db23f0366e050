#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "ledger/block/transaction.h"
#include "ledger/chain/certificate.h"
#include "ledger/rules/outcome.h"
#include "ledger/state/charter.h"
#include "ledger/state/records.h"

/// What the API answers, as values that server and client share.
/// Source: docs/protocol/api.md.
namespace hansatsu::rpc {

inline constexpr std::uint32_t kBatchMax = 1'000;             ///< transactions in one submission
inline constexpr std::uint32_t kHistoryCountMax = 200;        ///< entries of one page
inline constexpr std::uint32_t kHeadersCountMax = 100;        ///< headers of one page
inline constexpr std::uint32_t kRedemptionsCountMax = 1'000;  ///< redemptions of one page

struct PeerStatus {
  std::string name;  ///< of the validator, as the charter says
  bool connected = false;
  Height final_height;  ///< as it last told; 0 before
  bool operator==(const PeerStatus&) const = default;
};

struct NodeStatus {
  Hash chain_id;
  std::string chain_name;
  std::string node_name;  ///< the validator's own name in the charter
  std::string version;
  Height height;         ///< of the newest final block
  Hash block_id;         ///< of the same
  Hash state_root;       ///< of the same
  Timestamp block_time;  ///< of the same
  View view;             ///< the agreement's present view
  bool serving = false;  ///< false while what was acknowledged might not be in the state yet
  bool syncing = false;  ///< true while blocks that others hold are being fetched
  bool voting = true;  ///< false: others hold a vote of its key that its log lacks; see operator.md
  std::vector<PeerStatus> peers;
  std::uint64_t waiting_transactions = 0;  ///< in the mempool
  std::uint64_t disk_bytes = 0;            ///< log and database
  bool operator==(const NodeStatus&) const = default;
};

/// An account as the newest final block left it.
struct AccountRecord {
  AccountId id;
  Height height;
  Timestamp block_time;
  state::Account account;
  bool operator==(const AccountRecord&) const = default;
};
struct ProgramRecord {
  ProgramId id;
  state::Program program;
  bool has_counters = true;  ///< false: the program's are not told, and are zero here
  bool operator==(const ProgramRecord&) const = default;
};
/// A shop that is neither closed nor frozen.
struct ShopRecord {
  AccountId account;
  std::uint16_t category = 0;
  std::vector<CoinId> coins;
  bool operator==(const ShopRecord&) const = default;
};

/// A shop's wish to be paid its takings.
struct RedemptionRecord {
  RedemptionId id;
  state::Redemption redemption;
  bool operator==(const RedemptionRecord&) const = default;
};

/// What an account can spend of one coin at a named time. Prepaid and free value never mix.
struct CoinTotals {
  CoinId coin;
  Amount prepaid;
  Amount free;
  Amount takings;
  bool operator==(const CoinTotals&) const = default;
};
/// An account and what its lots are worth at `time`: those with expiry >= `date` count.
struct AccountAnswer {
  AccountRecord record;
  Timestamp time;
  Date date;  ///< local date of `time`
  std::vector<CoinTotals> totals;
  bool operator==(const AccountAnswer&) const = default;
};

/// A transaction in a final block.
struct FinalTransaction {
  Hash id;
  Height height;
  std::uint32_t position = 0;    ///< in the block's body
  Bytes transaction;             ///< canonical, signatures included; empty for who may not see it
  rules::PublicOutcome outcome;  ///< done if its code is 0; its time is the block's
  std::optional<rules::PrivateOutcome> private_outcome;  ///< absent for who may not see it
  bool operator==(const FinalTransaction&) const = default;
};
/// The same with its proof.
struct ProvenTransaction {
  FinalTransaction transaction;
  Bytes receipt;  ///< canonical block::Receipt
  bool operator==(const ProvenTransaction&) const = default;
};

/// Figures of days that are over, for everybody. One of fewer than `smallest_group` accounts is
/// absent: it could tell what one of them did.
struct ActivityFigure {
  CoinId coin;
  std::optional<rules::OperationCode> operation;  ///< absent: any
  std::optional<std::uint64_t> transactions;
  std::optional<std::uint32_t> accounts;  ///< different ones: who charged, paid, was granted ...
  bool operator==(const ActivityFigure&) const = default;
};
struct ProgramFigure {
  CoinId coin;
  ProgramId program;
  rules::OperationCode operation = rules::OperationCode::pay;
  std::optional<Amount> amount;
  bool operator==(const ProgramFigure&) const = default;
};
struct DayFigures {
  Date day;  ///< local
  std::vector<ActivityFigure> activity;
  std::vector<ProgramFigure> programs;
  bool operator==(const DayFigures&) const = default;
};
struct Figures {
  Date newest;  ///< not over yet: told once a block of a later day is final
  std::uint32_t smallest_group = 0;
  std::vector<DayFigures> days;  ///< ascending; days on which nothing moved are not there
  bool operator==(const Figures&) const = default;
};
inline constexpr std::uint32_t kFigureDaysMax = 31;  ///< of one answer
inline constexpr std::uint32_t kSmallestGroup = 5;

/// In the API: DO NOT RENUMBER.
enum class SubmitState : std::uint8_t {
  accepted = 1,      ///< in the mempool, and handed to the other validators
  final = 2,         ///< in a final block, done or refused: `result` is there
  inadmissible = 3,  ///< can't enter a block: `code`
  lapsed = 4,        ///< a final block is past its valid-until; it never happened
  overloaded = 5,    ///< not taken; again after `retry_after`
};
constexpr bool known(SubmitState s) {
  return s >= SubmitState::accepted && s <= SubmitState::overloaded;
}
struct SubmitAnswer {
  SubmitState state = SubmitState::overloaded;
  Hash id;                 ///< zero when the bytes are no transaction
  std::uint16_t code = 0;  ///< inadmissible: why, of the ledger's table
  std::chrono::milliseconds retry_after{0};
  std::shared_ptr<const ProvenTransaction> result;
};

enum class TransactionStage : std::uint8_t {
  unknown = 1,  ///< neither: never seen here, or lapsed
  waiting = 2,
  final = 3,
};

/// A place in the chain's order of transactions.
struct Cursor {
  Height height;
  std::uint32_t position = 0;
  auto operator<=>(const Cursor&) const = default;
};

struct BlockRecord {
  chain::Header header;
  chain::FinalityProof proof;
  Bytes body;  ///< canonical; empty in answers about headers
  bool operator==(const BlockRecord&) const = default;
};

}  // namespace hansatsu::rpc
