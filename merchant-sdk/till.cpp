#include <algorithm>

#include "ledger/types/account_number.h"
#include "merchant-sdk/implementation.h"
#include "wallet/keystore/keystore.h"
#include "wallet/keystore/passphrase.h"

namespace hansatsu::merchant {
namespace {

using WallClock = std::chrono::system_clock;

constexpr std::int64_t kExpirySecondsMax = 253'402'300'799;  // the end of 9999
/// What callers mean by "for ever", without a clock that overflows.
constexpr std::chrono::hours kTimeMax{24 * 366};

Clock::time_point deadline_in(std::chrono::milliseconds time_max) {
  const std::chrono::milliseconds longest{kTimeMax};
  return Clock::now() + std::clamp(time_max, std::chrono::milliseconds{0}, longest);
}

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

}  // namespace

Till::Implementation::Implementation(Pinned pinned, AccountId shop, CoinId coin, KeyPair key,
                                     const std::vector<rpc::Endpoint>& endpoints,
                                     const std::filesystem::path& journal)
    : pinned_{std::move(pinned)}, shop_{shop}, coin_{coin}, key_{std::move(key)} {
  const Reader reader{pinned_.chain_id, shop_, &key_};
  for (const rpc::Endpoint& endpoint : endpoints) nodes_.emplace_back(endpoint, reader);
  if (!journal.empty())
    journal_.emplace(journal, JournalOwner{pinned_.chain_id, shop_, coin_name()});
}

Result<Payment> Till::Implementation::verify(const Order& order, ByteView receipt) const {
  const auto amount = Amount::from_units(order.amount);
  if (!amount) return ErrorCode::proof_of_another;
  return verify_payment(pinned_, {shop_, coin_, *amount, {order.reference}}, receipt);
}

Result<Done> Till::Implementation::note(const Order& order, const Payment& payment) const {
  if (!journal_) return ErrorCode::no_journal;
  return journal_->add_payment(order.reference, payment);
}

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
  request.coin = coin_name();
  request.amount = *amount;
  request.order.bytes = order.reference;
  request.expires = Timestamp{static_cast<std::uint64_t>(seconds) * 1'000};
  request.label = terms.label;
  order.uri = rpc::to_uri(request);
  if (journal_) {
    // What is shown must be known after a power cut.
    if (const auto kept = journal_->add_order(order); !kept) return kept.error();
  }
  return order;
}

Town Till::Implementation::town() const {
  const state::Coin& coin = pinned_.charter.coins[coin_.raw];
  return {to_hex(pinned_.chain_id.view()), coin.name.text, coin.display_name.text,
          pinned_.charter.utc_offset.minutes,
          static_cast<std::uint32_t>(pinned_.charter.validators.size())};
}

Result<Till> Till::open(const Settings& settings) {
  if (!initialize_crypto()) return ErrorCode::no_randomness;
  const auto passphrase = wallet::passphrase_from_file(settings.passphrase_file);
  if (!passphrase) return ErrorCode::passphrase_unreadable;
  return open(settings, passphrase->view());
}

Result<Till> Till::open(const Settings& settings, std::string_view passphrase) {
  if (!initialize_crypto()) return ErrorCode::no_randomness;
  std::vector<rpc::Endpoint> nodes;
  for (const std::string& url : settings.nodes) {
    const auto endpoint = rpc::parse_endpoint(url);
    if (!endpoint) return ErrorCode::bad_node_url;
    nodes.push_back(*endpoint);
  }
  if (nodes.empty()) return ErrorCode::bad_node_url;
  auto pinned = read_pinned(settings.charter);
  if (!pinned) return pinned.error();
  const auto shop = parse_account_number(settings.shop);
  if (!shop) return ErrorCode::bad_account_number;
  const auto coin = find_coin(pinned->charter, settings.coin);
  if (!coin) return ErrorCode::unknown_coin;
  auto key = read_key(settings, passphrase);
  if (!key) return key.error();
  return Till{std::make_unique<Implementation>(*std::move(pinned), *shop, *coin, *std::move(key),
                                               nodes, settings.journal)};
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
  return implementation_->wait_for_payment(order, deadline_in(time_max), wait_on);
}

Result<LookBack> Till::look_back(std::chrono::milliseconds time_max, const WaitOn& wait_on) {
  return implementation_->look_back(deadline_in(time_max), wait_on);
}

Result<Done> Till::note(const Order& order, const Payment& payment) {
  return implementation_->note(order, payment);
}

Result<Payment> Till::verify(const Order& order, const std::vector<std::uint8_t>& receipt) const {
  return implementation_->verify(order, receipt);
}

}  // namespace hansatsu::merchant
