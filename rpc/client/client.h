#pragma once

#include <functional>
#include <map>
#include <span>

#include "ledger/crypto/keys.h"
#include "rpc/json/answers.h"

/// The library with which wallets, tills and tools speak to a node.
/// Source: docs/protocol/api.md.
namespace hansatsu::rpc {

enum class CallFailure : std::uint8_t {
  unreachable = 1,    ///< no endpoint accepted a connection
  timed_out = 2,      ///< no whole answer within the call's time
  closed = 3,         ///< the connection broke before the answer was whole
  malformed = 4,      ///< the answer is not what docs/protocol/api.md says
  refused = 5,        ///< the node answered with a problem: `status`, `code` and `text` say which
  clock_differs = 6,  ///< the node's clock and ours are too far apart: one of them is wrong
};
struct CallError {
  CallFailure failure = CallFailure::unreachable;
  unsigned status = 0;  ///< HTTP status; refused only
  std::string code;     ///< "E-API-04", "E-PAY-03"; refused only
  std::string text;     ///< a sentence for people, in the language asked for
  std::chrono::milliseconds retry_after{0};
};
template <class T>
using Answer = Result<T, CallError>;

/// A key and the place of it on the ledger: who signs requests and transactions.
struct Signer {
  block::KeyReference reference;
  const KeyPair* key = nullptr;  ///< outlives the call
};

struct Endpoint {
  std::string host;  ///< a name or an address
  std::uint16_t port = 0;
};
/// Takes "http://127.0.0.1:8080", with or without a slash at the end.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view url);

struct ClientOptions {
  /// At least one. Tried in turn when one can't be reached or says that it can't answer just now
  /// (500 and above, E-API-23); questions also when it says nothing in its share of the time.
  std::vector<Endpoint> endpoints;
  std::string language = "en";  ///< of problems' sentences: "en" or "ja"
  std::chrono::milliseconds connect_time_max{2'000};
  std::chrono::milliseconds call_time_max{10'000};  ///< of every call that names no time of its own
  /// How far a node's clock, which signatures and valid_until are counted by, may be from ours.
  std::chrono::milliseconds clock_apart_max{600'000};
};

class EventStream;

/// How many submissions go side by side.
struct SubmitManyOptions {
  std::uint32_t connections = 4;
  std::uint32_t batch = 64;            ///< transactions in one request, at most kBatchMax
  std::uint32_t in_flight_a_key = 64;  ///< 1..64: what the sequence window of a key takes
  bool until_final = true;
  /// With several endpoints, of one request: what has no answer by then is offered to another.
  std::chrono::milliseconds request_time_max{10'000};
  /// Called as answers come in: how many are answered so far.
  std::function<void(std::size_t)> progress;
  /// Called with the place of each settled transaction and how long its last request took.
  std::function<void(std::size_t, std::chrono::microseconds)> settled;
};

struct HistoryPage {
  std::vector<FinalTransaction> entries;
  std::optional<Cursor> next;  ///< from where to go on; absent at the end
};
struct TransactionStatus {
  TransactionStage stage = TransactionStage::unknown;
  std::optional<FinalTransaction> result;  ///< final only
};
struct Shop {
  ShopRecord record;
  std::string name;  ///< of the published directory; empty without a verified entry
};
struct PreviewResult {
  Height height;
  Timestamp time;
  std::optional<rules::Refusal> refusal;  ///< absent: it would be done
  std::optional<rules::Outcome> outcome;  ///< what it would do; absent with a refusal
  std::vector<CoinTotals> before;         ///< of the signer's account
  std::vector<CoinTotals> after;          ///< when it pays or sends
};

/// Speaks HTTP/1.1 with keep-alive to one node at a time; synchronous.
/// Errors:  every call gives a CallError instead of waiting longer than its time.
/// Threads: one thread at a time; make one client a thread. No thread of its own.
class Client {
 public:
  explicit Client(ClientOptions options);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  [[nodiscard]] Answer<NodeStatus> status();
  [[nodiscard]] Answer<state::Charter> charter();
  /// The node's figures in Prometheus' text format; for callers on its own machine.
  [[nodiscard]] Answer<std::string> metrics();
  /// With their counters for a treasurer, an issuer or an auditor of the coin, who signs.
  [[nodiscard]] Answer<std::vector<ProgramRecord>> programs(
      const std::optional<Signer>& reader = std::nullopt);
  /// Names stand in the shop directory, whose signature is checked against the charter that the
  /// caller trusts: a node that served both could give any account any name.
  [[nodiscard]] Answer<std::vector<Shop>> shops(const state::Charter& trusted);
  /// Of at most kFigureDaysMax days, those that are over.
  [[nodiscard]] Answer<Figures> figures(Date from, Date to);

  /// One transaction's canonical bytes. With `until_final` the answer is final, lapsed or
  /// inadmissible; `accepted` when the node has waited for 30 s in vain. After timed_out it may
  /// still happen: ask again, with the same bytes.
  [[nodiscard]] Answer<SubmitAnswer> submit(ByteView transaction, bool until_final);
  /// At most kBatchMax; the answers stand in the transactions' order.
  [[nodiscard]] Answer<std::vector<SubmitAnswer>> submit_batch(std::span<const Bytes> transactions,
                                                               bool until_final);
  /// Any number, over several connections side by side, never more of one key than its window
  /// takes; one key's transactions leave in the order given. Overloaded ones are offered again, and
  /// a broken connection is replaced, until `time_max` has passed; what has no answer by then stays
  /// absent. Asking again is harmless: a transaction happens once.
  [[nodiscard]] std::vector<std::optional<SubmitAnswer>> submit_many(
      std::span<const Bytes> transactions, const SubmitManyOptions& options,
      std::chrono::milliseconds time_max);
  [[nodiscard]] Answer<PreviewResult> preview(const block::UnsignedTransaction& transaction,
                                              const Signer& signer);

  [[nodiscard]] Answer<TransactionStatus> transaction(const Hash& id, const Signer& signer);
  [[nodiscard]] Answer<ProvenTransaction> receipt(const Hash& id, const Signer& signer);
  [[nodiscard]] Answer<AccountAnswer> account(AccountId account, const Signer& signer);
  /// `from` absent: from the beginning, or the newest. `count` at most kHistoryCountMax.
  [[nodiscard]] Answer<HistoryPage> history(AccountId account, const Signer& signer,
                                            std::optional<Cursor> from, bool newest_first,
                                            std::uint32_t count);
  /// The signer's account's history as it grows: rpc/client/event_stream.h says how it is read.
  /// `after` absent: from now on.
  [[nodiscard]] EventStream events(const Signer& signer, std::optional<Cursor> after = {}) const;
  /// Where on the ledger this key stands; asks with the key itself.
  [[nodiscard]] Answer<std::vector<block::KeyReference>> find_key(const KeyPair& key);
  /// For treasurers, issuers and auditors of the coin; ascending from `from` on.
  [[nodiscard]] Answer<std::vector<RedemptionRecord>> redemptions(CoinId coin,
                                                                  state::RedemptionState state,
                                                                  RedemptionId from,
                                                                  const Signer& signer);
  [[nodiscard]] Answer<BlockRecord> block(Height height, const Signer& signer);
  [[nodiscard]] Answer<std::vector<BlockRecord>> headers(Height from, std::uint32_t count);

  /// The node's clock, told apart from ours at the last answer and never further from it than the
  /// options allow: what valid_until is counted from.
  [[nodiscard]] Timestamp now() const;
  /// Of every later call that names no time of its own.
  void set_call_time_max(std::chrono::milliseconds time);
  /// Where the next call begins: an endpoint that gave no answer, or said that it can't just now,
  /// is left without being told.
  [[nodiscard]] std::size_t endpoint() const;
  /// Modulo their number.
  void begin_at(std::size_t endpoint);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace hansatsu::rpc
