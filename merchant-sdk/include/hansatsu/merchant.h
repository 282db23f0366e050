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
  clock_differs,     ///< the till's clock and every node's are more than ten minutes apart
  // What a proof lacked.
  proof_malformed = 60,  ///< no receipt in its canonical form
  proof_not_final,       ///< no quorum of the pinned validators has signed the block
  proof_not_in_block,    ///< the block does not hold that outcome
  proof_of_another,      ///< final, but not the payment of this order in full to this shop
  // What the journal met.
  no_journal = 80,     ///< the till was opened without one
  journal_unreadable,  ///< the system says no, or it is above 64 MiB
  journal_damaged,     ///< a line amid others that no till has written, or no journal at all
  journal_unwritable,  ///< disk full or failing, or the file is no journal: nothing was added
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
  [[nodiscard]] T& operator*() & { return checked(*this); }
  [[nodiscard]] const T& operator*() const& { return checked(*this); }
  [[nodiscard]] T&& operator*() && { return std::move(checked(*this)); }
  [[nodiscard]] T* operator->() { return &checked(*this); }
  [[nodiscard]] const T* operator->() const { return &checked(*this); }
  [[nodiscard]] const Error& error() const {
    if (has_value()) std::abort();
    return error_;
  }

 private:
  template <class Self>
  static auto& checked(Self& self) {
    if (!self.has_value()) std::abort();
    return *self.value_;
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
  /// File of the till's orders, made if absent; several tills and programs may share one (see
  /// look_back). Empty: none, and a till that loses its power forgets what it asked for.
  std::filesystem::path journal;
};

using OrderReference = std::array<std::uint8_t, 16>;

struct OrderTerms {
  std::uint64_t amount = 0;  ///< in the coin's smallest unit
  std::string label;         ///< for the payer's eyes; at most 128 bytes of UTF-8
  std::chrono::system_clock::time_point expires;  ///< wallets don't pay later; whole seconds count
};
/// Plain data. A journal keeps it through a power cut; without one, keep it with the goods.
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
  std::string coin;                            ///< its name in the charter
};

/// A proven payment of an order in the journal that was not noted yet.
struct FoundPayment {
  Order order;
  Payment payment;
  /// The order is paid by it. False: it is a second one, or of another amount or coin; the shop
  /// gives it back, or comes to terms with the customer.
  bool settles = false;
};
struct LookBack {
  std::vector<FoundPayment> payments;  ///< in the order of their numbers
  std::vector<Order> unpaid;           ///< orders of the journal that none settles, oldest first
  bool complete = false;  ///< at least one node told all it has; otherwise there may be more
};
/// Nothing but that it was done.
struct Done {};

/// What a slip tells of the town. From the pinned charter.
struct Town {
  std::string chain;             ///< its id, 64 hex digits
  std::string coin;              ///< the till's coin, as payment requests name it
  std::string coin_shown;        ///< the same for people
  int utc_offset_minutes = 0;    ///< of local dates and times
  std::uint32_t validators = 0;  ///< how many there are
};

/// Asked after every question that found no payment, and about ten times a second while the till
/// listens: false ends the wait with `stopped`. Called on the caller's own thread; must not throw.
using WaitOn = std::function<bool()>;

/// A till of one shop for one coin.
/// Units:   amounts in the coin's smallest unit (1 yen for most), 1..9'000'000'000'000'000.
/// Errors:  every call gives an Error as a value; none throws but std::bad_alloc.
/// Threads: one at a time; make one till a thread. No thread of its own. One journal takes several
///          tills and programs at once (see look_back).
class Till {
 public:
  /// Reads charter, passphrase and key; asks no node.
  /// Errors: those of what the till was opened with. Cost: one Argon2id, about 0.2 s.
  [[nodiscard]] static Result<Till> open(const Settings& settings);
  /// With a passphrase that the caller asked for; it is not kept.
  [[nodiscard]] static Result<Till> open(const Settings& settings, std::string_view passphrase);
  Till(Till&&) noexcept;
  Till& operator=(Till&&) noexcept;
  ~Till();

  [[nodiscard]] Town town() const;

  /// Asks no node. The reference is random, so that no two orders share one; each payer can pay it
  /// once, but two payers can each pay it: look_back tells of the second.
  /// Ensures: with a journal, the order is on the disk when it is returned: show the QR after that.
  /// Errors:  bad_amount, bad_label, bad_expiry, journal_unwritable. Cost: with a journal one
  ///          synced write, some milliseconds.
  [[nodiscard]] Result<Order> create_order(const OrderTerms& terms);

  /// Returns as soon as a payment of the order in full is final and its proof holds: that is some
  /// milliseconds after a node knows of it. The till listens to one node and goes to the next every
  /// few seconds: one that is silent, busy, lags or lies only costs time. Where a node tells no
  /// events, it is asked once a second.
  /// Requires: `time_max` from zero up; what is above a year counts as a year.
  /// Errors:   those of waiting; those that no honest node gives, or proofs that do not hold
  ///           (`proof_...`), only when every node answers so.
  /// Cost:     a request or two each few seconds, until the payment; then one signature check for
  ///           each validator of a quorum.
  [[nodiscard]] Result<Payment> wait_for_payment(const Order& order,
                                                 std::chrono::milliseconds time_max,
                                                 const WaitOn& wait_on = {});

  /// Asks every node what became of the orders in the journal: after a power cut, after a wait that
  /// was given up, at the end of the day. Tells of each payment until it is noted, be it by another
  /// program with the same journal and during the call. A payment that one program has told of and
  /// not yet noted, another one that looks back in that moment tells of too.
  /// An order is looked for until two days after its expiry: nobody can pay it twice by then.
  /// Errors: no_journal, journal_...; those of waiting when no node tells all it has and nothing
  ///         was found.
  /// Cost:   the shop's history back to a day before the oldest such order, as the clock may have
  ///         been ahead when it was made; 50 entries a request, of each node.
  [[nodiscard]] Result<LookBack> look_back(std::chrono::milliseconds time_max,
                                           const WaitOn& wait_on = {});

  /// The shop knows of this payment: the goods are handed over, or it stands in the books. Until
  /// then look_back tells of it again, so that a power cut between the two loses nothing.
  /// Errors: no_journal, journal_unwritable. Cost: one synced write.
  [[nodiscard]] Result<Done> note(const Order& order, const Payment& payment);

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
