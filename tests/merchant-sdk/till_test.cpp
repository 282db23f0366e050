#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <thread>

#include "tests/merchant-sdk/shop_in_town.h"

using namespace test_cluster;  // NOLINT: a test
using merchant::ErrorCode;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kPaidMax{60'000};

std::chrono::system_clock::time_point in_minutes(int minutes) {
  return std::chrono::system_clock::now() + std::chrono::minutes{minutes};
}

merchant::OrderTerms terms(std::uint64_t amount) { return {amount, "soba", in_minutes(15)}; }

template <class T>
ErrorCode code_of(const merchant::Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  CHECK_FALSE(merchant::text(result.error().code).empty());
  return result.error().code;
}

/// Waits again and again until a wait ends like this, however slow the machine is.
bool ends_with(merchant::Till& till, const merchant::Order& order, ErrorCode code) {
  return wait_until(kAgreeMax, [&] {
    return code_of(till.wait_for_payment(order, milliseconds{1'000})) == code;
  });
}

merchant::Payment must_be_paid(merchant::Till& till, const merchant::Order& order) {
  auto paid = till.wait_for_payment(order, kPaidMax);
  if (!paid) FAIL(merchant::text(paid.error().code));
  return *std::move(paid);
}

}  // namespace

TEST_CASE("a till proves the payment of its order, and keeps the proof", "[merchant]") {
  ShopInTown shop{4};
  auto till = shop.till();
  auto order = till.create_order(terms(480));
  REQUIRE(order.has_value());
  const auto request = rpc::parse_payment_uri(order->uri);
  REQUIRE(request.has_value());
  CHECK(request->chain == shop.town.network.chain_id());
  CHECK(request->payee == shop.town.shop.account());
  CHECK(request->amount == Amount::of(480));
  CHECK(request->order.bytes == order->reference);
  CHECK(request->label == "soba");
  REQUIRE(request->expires.has_value());

  // The till waits before the customer pays.
  std::optional<merchant::Result<merchant::Payment>> waited;
  std::thread waiting{[&] { waited.emplace(till.wait_for_payment(*order, kPaidMax)); }};
  auto another = shop.till();
  const auto other = shop.pay(*another.create_order(terms(480)), 0, 480);
  const auto paid = shop.pay(*order, 1, 480);
  waiting.join();
  if (!*waited) FAIL(merchant::text(waited->error().code));
  merchant::Payment payment = **waited;
  CHECK(payment.transaction_id == to_hex(paid.id.view()));
  CHECK(payment.transaction_id != to_hex(other.id.view()));
  CHECK(payment.amount == 480);
  CHECK(payment.number == paid.outcome.reference);
  CHECK(payment.height == paid.height.raw);

  // Nodes are not needed for what was paid already.
  shop.town.network.kill_all();
  const auto again = shop.till();
  CHECK(again.verify(*order, payment.receipt).has_value());

  auto receipt = decode<block::Receipt>(payment.receipt);
  REQUIRE(receipt.has_value());
  block::Receipt changed = *receipt;
  changed.outcome.amount = Amount::of(4'800);
  CHECK(code_of(again.verify(*order, encode(changed))) == ErrorCode::proof_not_in_block);
  // A byte of a signature is a validator less.
  changed = *receipt;
  changed.finality.finalization.signatures[0].bytes[0] ^= 1U;
  CHECK(code_of(again.verify(*order, encode(changed))) == ErrorCode::proof_not_final);
  Bytes cut = payment.receipt;
  cut.pop_back();
  CHECK(code_of(again.verify(*order, cut)) == ErrorCode::proof_malformed);
  auto next = till.create_order(terms(480));
  CHECK(code_of(again.verify(*next, payment.receipt)) == ErrorCode::proof_of_another);
  merchant::Order dearer = *order;
  dearer.amount = 4'800;
  CHECK(code_of(again.verify(dearer, payment.receipt)) == ErrorCode::proof_of_another);
}

TEST_CASE("a till does not take another amount for its order", "[merchant]") {
  ShopInTown shop;
  auto till = shop.till();
  auto order = till.create_order(terms(480));
  REQUIRE(order.has_value());
  CHECK(ends_with(till, *order, ErrorCode::not_paid));
  shop.pay(*order, 0, 48);
  CHECK(ends_with(till, *order, ErrorCode::paid_differently));
  shop.pay(*order, 1, 480);
  must_be_paid(till, *order);
}

TEST_CASE("a till finds a payment among many that came later", "[merchant]") {
  ShopInTown shop;
  auto till = shop.till();
  auto order = till.create_order(terms(7));
  REQUIRE(order.has_value());
  shop.pay(*order, 0, 7);
  rpc::Client client = shop.town.network.client();
  for (int i = 0; i < 120; ++i) shop.town.must(client, shop.town.persons[1], shop.town.payment(7));
  CHECK(must_be_paid(till, *order).amount == 7);
}

TEST_CASE("a till goes on with the next node and waits for all to come back", "[merchant]") {
  ShopInTown shop{4};
  auto till = shop.till();
  auto order = till.create_order(terms(480));
  REQUIRE(order.has_value());
  shop.town.network.kill(0);
  CHECK(ends_with(till, *order, ErrorCode::not_paid));
  // The kernel takes connections for a process that stands still.
  shop.town.network.process(1).send(SIGSTOP);
  CHECK(ends_with(till, *order, ErrorCode::not_paid));
  shop.town.network.kill_all();
  CHECK(code_of(till.wait_for_payment(*order, milliseconds{300})) == ErrorCode::unreachable);
  shop.town.network.start_all();
  shop.pay(*order, 0, 480);
  must_be_paid(till, *order);
}

TEST_CASE("a till says what is wrong with its settings", "[merchant]") {
  ShopInTown shop;
  const auto opening = [](const merchant::Settings& settings) {
    return code_of(merchant::Till::open(settings));
  };
  auto settings = shop.settings();
  settings.nodes = {"ftp://x:1"};
  CHECK(opening(settings) == ErrorCode::bad_node_url);
  settings.nodes.clear();
  CHECK(opening(settings) == ErrorCode::bad_node_url);
  settings = shop.settings();
  settings.charter = shop.town.network.folder() / "nothing.json";
  CHECK(opening(settings) == ErrorCode::charter_unreadable);
  settings.charter = shop.keystore_file();
  CHECK(opening(settings) == ErrorCode::charter_malformed);
  settings = shop.settings();
  settings.shop = "0000-0003-00";
  CHECK(opening(settings) == ErrorCode::bad_account_number);
  settings = shop.settings();
  settings.coin = "no-such-coin";
  CHECK(opening(settings) == ErrorCode::unknown_coin);
  settings = shop.settings();
  settings.passphrase_file = shop.town.network.folder() / "charter.json";
  CHECK(opening(settings) == ErrorCode::passphrase_unreadable);
  settings = shop.settings();
  settings.keystore = shop.town.network.folder() / "nothing.keys";
  CHECK(opening(settings) == ErrorCode::keystore_unreadable);
  settings = shop.settings();
  settings.key_name = "nobody";
  CHECK(opening(settings) == ErrorCode::unknown_key_name);
  settings = shop.settings();
  settings.passphrase_file = shop.town.network.folder() / "wrong";
  std::ofstream{settings.passphrase_file} << "udon\n";
  std::filesystem::permissions(settings.passphrase_file, std::filesystem::perms::owner_read);
  CHECK(opening(settings) == ErrorCode::wrong_passphrase);

  // The canonical bytes of a charter are as good as its JSON.
  settings = shop.settings();
  settings.charter = shop.town.network.data(0) / "charter.bin";
  CHECK(merchant::Till::open(settings).has_value());

  // What only a node can tell.
  settings = shop.settings();
  settings.key_name = "stranger";
  auto stranger = merchant::Till::open(settings);
  REQUIRE(stranger.has_value());
  auto order = stranger->create_order(terms(1));
  REQUIRE(order.has_value());
  CHECK(code_of(stranger->wait_for_payment(*order, kPaidMax)) == ErrorCode::key_not_of_shop);

  const Network elsewhere{1};
  settings = shop.settings();
  settings.charter = elsewhere.folder() / "charter.json";
  auto lost = merchant::Till::open(settings);
  REQUIRE(lost.has_value());
  CHECK(code_of(lost->wait_for_payment(*order, kPaidMax)) == ErrorCode::other_chain);
}

TEST_CASE("a till takes the coin it asked for and no other", "[merchant]") {
  ShopInTown shop{1, [](state::Charter& charter) {
                    state::Coin second = charter.coins[0];
                    second.name.text = "other-coin";
                    charter.coins.push_back(second);
                  }};
  auto settings = shop.settings();
  CHECK(code_of(merchant::Till::open(settings)) == ErrorCode::unknown_coin);
  settings.coin = "other-coin";
  auto other = merchant::Till::open(settings);
  REQUIRE(other.has_value());
  auto asked = other->create_order(terms(480));
  REQUIRE(asked.has_value());
  CHECK(rpc::parse_payment_uri(asked->uri)->coin == "other-coin");
  const Hash wrong = shop.pay(*asked, 1, 480).id;
  CHECK(ends_with(*other, *asked, ErrorCode::paid_differently));
  rpc::Client client = shop.town.network.client();
  const auto proven = client.receipt(wrong, shop.town.shop.signer());
  REQUIRE(proven.has_value());
  CHECK(code_of(other->verify(*asked, proven->receipt)) == ErrorCode::proof_of_another);

  settings.coin = shop.town.network.charter().coins[0].name.text;
  auto till = merchant::Till::open(settings);
  REQUIRE(till.has_value());
  auto order = till->create_order(terms(480));
  REQUIRE(order.has_value());
  shop.pay(*order, 0, 480);
  must_be_paid(*till, *order);
}

TEST_CASE("a till refuses an order that no wallet could pay", "[merchant]") {
  const ShopInTown shop;
  auto till = shop.till();
  CHECK(code_of(till.create_order(terms(0))) == ErrorCode::bad_amount);
  CHECK(code_of(till.create_order(terms(Amount::kMax + 1))) == ErrorCode::bad_amount);
  merchant::OrderTerms asked = terms(1);
  asked.label = "two\nlines";
  CHECK(code_of(till.create_order(asked)) == ErrorCode::bad_label);
  asked.label = std::string(129, 'x');
  CHECK(code_of(till.create_order(asked)) == ErrorCode::bad_label);
  asked = terms(1);
  asked.expires = in_minutes(-1);
  CHECK(code_of(till.create_order(asked)) == ErrorCode::bad_expiry);
}
