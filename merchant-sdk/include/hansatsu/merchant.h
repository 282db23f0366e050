#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A shop's till on a town's ledger: show an order as a QR, wait for its payment, prove the payment
/// without trusting any node. Names the standard library and its own types only.
/// Source: docs/merchant.md.
namespace hansatsu::merchant {

/// Why a call gave nothing. Part of the interface: DO NOT RENUMBER.
enum class ErrorCode : std::uint16_t {
  // What the till was opened with.
  bad_node_url = 1,       ///< not "http://host:port", or no node at all
  charter_unreadable,     ///< the file can't be read
  charter_malformed,      ///< neither a charter's canonical bytes nor its JSON, or not consistent
  bad_account_number,     ///< mistyped: its check digits do not fit
  unknown_coin,           ///< not in the charter; or none was named, and the charter has several
  passphrase_unreadable,  ///< the passphrase's file: missing, or open to others than its owner
  keystore_unreadable,    ///< missing, damaged, or open to others than its owner
  wrong_passphrase,       ///< or the keystore was altered
  unknown_key_name,       ///< the keystore has no key of that name
  no_randomness,          ///< the system gives no random bytes
  // What an order was asked with.
  bad_amount = 20,  ///< zero, or above what a ledger can hold
  bad_label,        ///< above 128 bytes, not UTF-8, or with control characters
  bad_expiry,       ///< in the past, or not a time of the ledger
  // What waiting met.
  not_paid = 40,     ///< the time was over and no payment of the order there
  paid_differently,  ///< the same, but there was a payment of the order in another amount or coin
  unreachable,       ///< the time was over and no node answers
  other_chain,       ///< the node serves another chain than the pinned one
  key_not_of_shop,   ///< the key is no key of the shop's account, or may not read
  refused,           ///< the node refused for another reason: `node_code`
  malformed_answer,  ///< the node's answer is not what the interface says
  stopped,           ///< whoever waited did not want to wait on
  // What a proof lacked.
  proof_malformed = 60,  ///< no receipt in its canonical form
  proof_not_final,       ///< no quorum of the pinned validators has signed the block
  proof_not_in_block,    ///< the block does not hold that outcome
  proof_of_another,      ///< final, but not the payment of this order in full to this shop
};
/// A sentence for the log of a till.
[[nodiscard]] std::string_view text(ErrorCode code);

struct Error {
  ErrorCode code{};
  std::string node_code;  ///< refused only: the node's own, "E-API-22"
};

/// A value or the reason why there is none. Asking for what is not there ends the program.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_{std::move(value)} {}        // NOLINT: implicit by design
  Result(Error error) : error_{std::move(error)} {}    // NOLINT: implicit by design
  Result(ErrorCode code) : error_{Error{code, {}}} {}  // NOLINT: implicit by design

  [[nodiscard]] bool has_value() const { return value_.has_value(); }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] T& operator*() & { return checked(); }
  [[nodiscard]] T&& operator*() && { return std::move(checked()); }
  [[nodiscard]] T* operator->() { return &checked(); }
  [[nodiscard]] const Error& error() const {
    if (has_value()) std::abort();
    return error_;
  }

 private:
  T& checked() {
    if (!has_value()) std::abort();
    return *value_;
  }
  std::optional<T> value_;
  Error error_;
};

struct Settings {
  std::vector<std::string> nodes;         ///< "http://10.0.0.1:8080"; tried in turn
  std::filesystem::path charter;          ///< pinned: canonical bytes, or JSON
  std::string shop;                       ///< account number, "0001-2345-20"
  std::string coin;                       ///< its name in the charter; empty: the only one
  std::filesystem::path keystore;         ///< as `hansatsu` makes it
  std::filesystem::path passphrase_file;  ///< its first line; mode 0600; unless given to `open`
  std::string key_name;  ///< a key of the shop's account; the right to read will do
};

using OrderReference = std::array<std::uint8_t, 16>;

struct OrderTerms {
  std::uint64_t amount = 0;  ///< in the coin's smallest unit
  std::string label;         ///< for the payer's eyes; at most 128 bytes of UTF-8
  std::chrono::system_clock::time_point expires;  ///< wallets don't pay later; whole seconds count
};
/// Plain data: keep it with the goods, also through a restart of the till.
struct Order {
  OrderReference reference{};
  std::uint64_t amount = 0;
  std::chrono::system_clock::time_point created;
  std::string uri;  ///< what the QR shows
};

struct Payment {
  std::string transaction_id;  ///< 64 hex digits
  std::uint64_t amount = 0;
  std::uint64_t number = 0;  ///< of the payment on the ledger: what a refund names
  std::uint64_t height = 0;  ///< of its block
  std::chrono::system_clock::time_point time;  ///< of its block
  std::uint32_t signatures = 0;                ///< of validators under the block, each checked
  std::vector<std::uint8_t> receipt;           ///< the proof: keep it as long as the books
};

/// What a slip tells of the town. From the pinned charter.
struct Town {
  std::string chain;             ///< its id, 64 hex digits
  std::string coin;              ///< the till's coin, as payment requests name it
  std::string coin_shown;        ///< the same for people
  int utc_offset_minutes = 0;    ///< of local dates and times
  std::uint32_t validators = 0;  ///< how many there are
};

/// Asked after every question that found no payment: false ends the wait with `stopped`.
using WaitOn = std::function<bool()>;

/// Threads: one at a time. No thread of its own; every call ends in its time.
class Till {
 public:
  /// Reads charter and key; asks no node. Cost: one Argon2id, about 0.2 s.
  [[nodiscard]] static Result<Till> open(const Settings& settings);
  /// With a passphrase that the caller asked for; it is not kept.
  [[nodiscard]] static Result<Till> open(const Settings& settings, std::string_view passphrase);
  Till(Till&&) noexcept;
  Till& operator=(Till&&) noexcept;
  ~Till();

  [[nodiscard]] Town town() const;

  /// Asks no node. The reference is random: an order is paid at most once by each payer.
  [[nodiscard]] Result<Order> create_order(const OrderTerms& terms);

  /// Returns as soon as a payment of the order in full is final and its proof holds. Nodes are
  /// asked in turn until `time_max` is over: one that is silent, busy, lags or lies only costs
  /// time. Errors: those of waiting; those that no honest node gives, or proofs that do not hold
  /// (`proof_...`), when all nodes answer so.
  [[nodiscard]] Result<Payment> wait_for_payment(const Order& order,
                                                 std::chrono::milliseconds time_max,
                                                 const WaitOn& wait_on = {});

  /// Whether the receipt proves a payment of the order in full to this shop. Asks no node.
  /// Errors: those of proofs. Cost: a quorum of signature checks.
  [[nodiscard]] Result<Payment> verify(const Order& order,
                                       const std::vector<std::uint8_t>& receipt) const;

 private:
  class Implementation;
  explicit Till(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace hansatsu::merchant
