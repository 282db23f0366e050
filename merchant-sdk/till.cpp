#include <algorithm>
#include <thread>

#include "ledger/types/account_number.h"
#include "merchant-sdk/pinned.h"
#include "rpc/client/client.h"
#include "rpc/client/payment_uri.h"
#include "wallet/keystore/keystore.h"
#include "wallet/keystore/passphrase.h"

namespace hansatsu::merchant {
namespace {

using Clock = std::chrono::steady_clock;
using WallClock = std::chrono::system_clock;

constexpr std::chrono::milliseconds kCallMax{3'000};
constexpr std::chrono::milliseconds kQuestionInterval{200};
constexpr std::chrono::milliseconds kRetryMax{2'000};
constexpr std::uint32_t kPageEntries = 50;
/// A node that lags, or hides payments, is not asked alone: after so many questions the next is.
constexpr std::uint32_t kQuestionsANode = 25;
/// How far the clocks of till and town may be apart.
constexpr std::chrono::minutes kClocksApart{10};
constexpr std::int64_t kExpirySecondsMax = 253'402'300'799;  // the end of 9999

std::optional<CoinId> find_coin(const state::Charter& charter, const std::string& name) {
  if (name.empty()) {
    if (charter.coins.size() != 1) return std::nullopt;
    return CoinId{0};
  }
  for (std::size_t i = 0; i < charter.coins.size(); ++i) {
    if (charter.coins[i].name.text == name) return CoinId{static_cast<std::uint16_t>(i)};
  }
  return std::nullopt;
}

Result<KeyPair> read_key(const Settings& settings, std::string_view passphrase) {
  const auto keystore = wallet::Keystore::open(settings.keystore, passphrase);
  if (!keystore) {
    return keystore.error() == wallet::KeystoreError::wrong_passphrase
               ? ErrorCode::wrong_passphrase
               : ErrorCode::keystore_unreadable;
  }
  auto key = keystore->key(settings.key_name);
  if (!key) return ErrorCode::unknown_key_name;
  return *std::move(key);
}

bool is_label(const std::string& label) {
  const auto is_control = [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte < 0x20 || byte == 0x7f;
  };
  return label.size() <= rpc::kPaymentLabelBytesMax && is_utf8(label) &&
         std::none_of(label.begin(), label.end(), is_control);
}

/// What the next question, or the next node, may answer differently.
bool is_passing(const rpc::CallError& error) {
  return error.failure != rpc::CallFailure::malformed &&
         (error.failure != rpc::CallFailure::refused || error.status == 429 || error.status >= 500);
}

Error error_of(const rpc::CallError& error) {
  if (error.failure == rpc::CallFailure::malformed) return {ErrorCode::malformed_answer, {}};
  if (error.failure != rpc::CallFailure::refused) return {ErrorCode::unreachable, {}};
  if (error.status == 401 || error.status == 403) return {ErrorCode::key_not_of_shop, error.code};
  return {ErrorCode::refused, error.code};
}

}  // namespace

class Till::Implementation {
 public:
  Implementation(Pinned pinned, AccountId shop, CoinId coin, KeyPair key, rpc::ClientOptions nodes)
      : pinned_{std::move(pinned)},
        shop_{shop},
        coin_{coin},
        key_{std::move(key)},
        nodes_{nodes.endpoints.size()},
        client_{std::move(nodes)} {}

  Result<Order> create_order(const OrderTerms& terms) const;
  Result<Payment> wait_for_payment(const Order& order, Clock::time_point deadline,
                                   const WaitOn& wait_on);
  Town town() const;
  Result<Payment> verify(const Order& order, ByteView receipt) const {
    const auto amount = Amount::from_units(order.amount);
    if (!amount) return ErrorCode::proof_of_another;
    return verify_payment(pinned_, {shop_, coin_, *amount, {order.reference}}, receipt);
  }

 private:
  /// How far one wait has read the shop's history.
  struct Reading {
    Clock::time_point deadline;
    Timestamp since;                  ///< what is older concerns the order no more
    std::optional<rpc::Cursor> seen;  ///< newest entry read
    std::optional<Hash> unproven;     ///< a payment of the order in full, says a node
    bool paid_differently = false;
    std::uint32_t questions = 0;  ///< answered by the node that is asked now
  };
  /// One question after another; absent: not paid yet.
  rpc::Answer<std::optional<Result<Payment>>> ask(const Order& order, Reading& reading);
  rpc::Answer<std::optional<Error>> introduce(Clock::time_point deadline);
  /// For each call by itself: a wait is over when its time is, whatever a node does.
  rpc::Client& client_until(Clock::time_point deadline);
  void go_to_next_node(Reading& reading);
  rpc::Answer<bool> read_news(const Order& order, Reading& reading);
  void take(const Order& order, const rpc::FinalTransaction& entry, Reading& reading) const;
  [[nodiscard]] rpc::Signer signer() const { return {*reference_, &key_}; }

  Pinned pinned_;
  AccountId shop_;
  CoinId coin_;
  KeyPair key_;
  std::size_t nodes_;
  std::size_t node_ = 0;  ///< asked first, modulo `nodes_`
  rpc::Client client_;
  std::optional<block::KeyReference> reference_;  ///< of the key, once a node has told it
};

Result<Order> Till::Implementation::create_order(const OrderTerms& terms) const {
  const auto amount = Amount::from_units(terms.amount);
  if (!amount || amount->is_zero()) return ErrorCode::bad_amount;
  if (!is_label(terms.label)) return ErrorCode::bad_label;
  const auto now = WallClock::now();
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(terms.expires.time_since_epoch()).count();
  if (terms.expires <= now || seconds > kExpirySecondsMax) return ErrorCode::bad_expiry;

  Order order;
  fill_random(order.reference);
  order.amount = terms.amount;
  order.created = now;
  rpc::PaymentRequest request;
  request.chain = pinned_.chain_id;
  request.payee = shop_;
  request.coin = pinned_.charter.coins[coin_.raw].name.text;
  request.amount = *amount;
  request.order.bytes = order.reference;
  request.expires = Timestamp{static_cast<std::uint64_t>(seconds) * 1'000};
  request.label = terms.label;
  order.uri = rpc::to_uri(request);
  return order;
}

rpc::Answer<std::optional<Error>> Till::Implementation::introduce(Clock::time_point deadline) {
  if (reference_) return std::optional<Error>{};
  const auto status = client_until(deadline).status();
  if (!status) return Err{status.error()};
  if (status->chain_id != pinned_.chain_id) return std::optional{Error{ErrorCode::other_chain, {}}};
  const auto places = client_until(deadline).find_key(key_);
  if (!places) return Err{places.error()};
  const auto mine = std::find_if(places->begin(), places->end(),
                                 [this](const auto& place) { return place.account == shop_; });
  if (mine == places->end()) return std::optional{Error{ErrorCode::key_not_of_shop, {}}};
  reference_ = *mine;
  return std::optional<Error>{};
}

rpc::Client& Till::Implementation::client_until(Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  client_.set_call_time_max(std::clamp(left, std::chrono::milliseconds{1}, kCallMax));
  return client_;
}

void Till::Implementation::take(const Order& order, const rpc::FinalTransaction& entry,
                                Reading& reading) const {
  const rules::PublicOutcome& outcome = entry.outcome;
  if (outcome.code != 0 || outcome.operation != rules::OperationCode::pay ||
      outcome.subject != shop_ || outcome.order.bytes != order.reference) {
    return;
  }
  if (outcome.coin == coin_ && outcome.amount.units() == order.amount) {
    reading.unproven = entry.id;
  } else {
    reading.paid_differently = true;
  }
}

rpc::Answer<bool> Till::Implementation::read_news(const Order& order, Reading& reading) {
  std::optional<rpc::Cursor> from;
  std::optional<rpc::Cursor> newest;
  Reading read = reading;  // a page that fails on the way leaves nothing half read
  for (bool at_known = false; !at_known;) {
    const auto page =
        client_until(reading.deadline).history(shop_, signer(), from, true, kPageEntries);
    if (!page) return Err{page.error()};
    for (const rpc::FinalTransaction& entry : page->entries) {
      const rpc::Cursor place{entry.height, entry.position};
      if (!newest) newest = place;
      at_known = (reading.seen && place <= *reading.seen) || entry.outcome.time < reading.since;
      if (at_known) break;
      take(order, entry, read);
    }
    if (!page->next || page->entries.empty()) break;
    // A node that sends its reader in circles must not hold the till.
    if (from && *page->next >= *from)
      return Err{rpc::CallError{rpc::CallFailure::malformed, 0, {}, {}, {}}};
    from = page->next;
  }
  reading = std::move(read);
  if (newest && (!reading.seen || *newest > *reading.seen)) reading.seen = newest;
  return true;
}

rpc::Answer<std::optional<Result<Payment>>> Till::Implementation::ask(const Order& order,
                                                                      Reading& reading) {
  using Paid = std::optional<Result<Payment>>;
  const auto stranger = introduce(reading.deadline);
  if (!stranger) return Err{stranger.error()};
  if (*stranger) return Paid{Result<Payment>{**stranger}};
  if (const auto read = read_news(order, reading); !read) return Err{read.error()};
  if (!reading.unproven) return Paid{};
  const auto proven = client_until(reading.deadline).receipt(*reading.unproven, signer());
  if (!proven) return Err{proven.error()};
  return Paid{verify(order, proven->receipt)};
}

void Till::Implementation::go_to_next_node(Reading& reading) {
  client_.begin_at(++node_);
  // Nothing that one node has told counts at another.
  reference_.reset();
  reading.seen.reset();
  reading.unproven.reset();
  reading.questions = 0;
}

Town Till::Implementation::town() const {
  const state::Coin& coin = pinned_.charter.coins[coin_.raw];
  return {to_hex(pinned_.chain_id.view()), coin.name.text, coin.display_name.text,
          pinned_.charter.utc_offset.minutes,
          static_cast<std::uint32_t>(pinned_.charter.validators.size())};
}

Result<Payment> Till::Implementation::wait_for_payment(const Order& order,
                                                       Clock::time_point deadline,
                                                       const WaitOn& wait_on) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(
      (order.created - kClocksApart).time_since_epoch());
  Reading reading;
  reading.deadline = deadline;
  reading.since = Timestamp{static_cast<std::uint64_t>(std::max<std::int64_t>(since.count(), 0))};
  std::optional<Error> trouble = Error{ErrorCode::unreachable, {}};
  std::size_t misled = 0;  // answers in a row that no honest node gives
  for (;;) {
    auto paid = ask(order, reading);
    if (paid && *paid && **paid) return **std::move(paid);
    auto pause = kQuestionInterval;
    const bool passing = paid ? !*paid : is_passing(paid.error());
    if (!passing) {
      trouble = paid ? (*paid)->error() : error_of(paid.error());
      // One node alone can't end the wait: the next may contradict it.
      if (++misled >= nodes_) return *trouble;
      go_to_next_node(reading);
      pause = {};
    } else if (paid) {
      trouble.reset();
      misled = 0;
      if (++reading.questions >= kQuestionsANode) go_to_next_node(reading);
    } else {
      // What the wait's own end has cut short says nothing about the nodes.
      if (Clock::now() < deadline) trouble = error_of(paid.error());
      pause = std::clamp(paid.error().retry_after, kQuestionInterval, kRetryMax);
      go_to_next_node(reading);
    }
    if (wait_on && !wait_on()) return ErrorCode::stopped;
    if (Clock::now() + pause >= deadline) {
      if (trouble) return *trouble;
      return reading.paid_differently ? ErrorCode::paid_differently : ErrorCode::not_paid;
    }
    std::this_thread::sleep_for(pause);
  }
}

Result<Till> Till::open(const Settings& settings) {
  if (!initialize_crypto()) return ErrorCode::no_randomness;
  const auto passphrase = wallet::passphrase_from_file(settings.passphrase_file);
  if (!passphrase) return ErrorCode::passphrase_unreadable;
  return open(settings, passphrase->view());
}

Result<Till> Till::open(const Settings& settings, std::string_view passphrase) {
  if (!initialize_crypto()) return ErrorCode::no_randomness;
  rpc::ClientOptions nodes;
  for (const std::string& url : settings.nodes) {
    const auto endpoint = rpc::parse_endpoint(url);
    if (!endpoint) return ErrorCode::bad_node_url;
    nodes.endpoints.push_back(*endpoint);
  }
  if (nodes.endpoints.empty()) return ErrorCode::bad_node_url;
  auto pinned = read_pinned(settings.charter);
  if (!pinned) return pinned.error();
  const auto shop = parse_account_number(settings.shop);
  if (!shop) return ErrorCode::bad_account_number;
  const auto coin = find_coin(pinned->charter, settings.coin);
  if (!coin) return ErrorCode::unknown_coin;
  auto key = read_key(settings, passphrase);
  if (!key) return key.error();
  return Till{std::make_unique<Implementation>(*std::move(pinned), *shop, *coin, *std::move(key),
                                               std::move(nodes))};
}

Till::Till(std::unique_ptr<Implementation> implementation)
    : implementation_{std::move(implementation)} {}
Till::Till(Till&&) noexcept = default;
Till& Till::operator=(Till&&) noexcept = default;
Till::~Till() = default;

Result<Order> Till::create_order(const OrderTerms& terms) {
  return implementation_->create_order(terms);
}

Town Till::town() const { return implementation_->town(); }

Result<Payment> Till::wait_for_payment(const Order& order, std::chrono::milliseconds time_max,
                                       const WaitOn& wait_on) {
  return implementation_->wait_for_payment(order, Clock::now() + time_max, wait_on);
}

Result<Payment> Till::verify(const Order& order, const std::vector<std::uint8_t>& receipt) const {
  return implementation_->verify(order, receipt);
}

}  // namespace hansatsu::merchant
