#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "tests/merchant-sdk/shop_in_town.h"
#include "tests/merchant-sdk/twisted_node.h"

using namespace test_cluster;  // NOLINT: a test
using merchant::ErrorCode;

namespace {

constexpr std::chrono::milliseconds kLookMax{60'000};

struct Shop : ShopInTown {
  using ShopInTown::ShopInTown;
  std::filesystem::path journal = town.network.folder() / "till.journal";

  [[nodiscard]] merchant::Till open(const std::string& node = {}) const {
    auto wanted = settings();
    wanted.journal = journal;
    if (!node.empty()) wanted.nodes = {node};
    auto till = merchant::Till::open(wanted);
    REQUIRE(till.has_value());
    return *std::move(till);
  }
};

merchant::Order ask(merchant::Till& till, std::uint64_t amount) {
  const auto expires = std::chrono::system_clock::now() + std::chrono::minutes{15};
  auto order = till.create_order({amount, "soba", expires});
  REQUIRE(order.has_value());
  return *std::move(order);
}

merchant::LookBack must_look(merchant::Till& till) {
  auto looked = till.look_back(kLookMax);
  if (!looked) FAIL(merchant::text(looked.error().code));
  CHECK(looked->complete);
  return *std::move(looked);
}

}  // namespace

TEST_CASE("a till finds what was paid while it was off, until it is noted", "[merchant]") {
  Shop shop{4};
  std::vector<merchant::Order> orders;
  {
    auto till = shop.open();
    for (const std::uint64_t amount : {480U, 90U, 7U}) orders.push_back(ask(till, amount));
  }
  const auto paid = shop.pay(orders[0], 0, 480);
  // Nobody's word is needed of the one that is gone.
  shop.town.network.kill(0);
  auto till = shop.open();
  for (int again = 0; again < 2; ++again) {
    const auto looked = must_look(till);
    REQUIRE(looked.payments.size() == 1);
    CHECK(looked.payments[0].settles);
    CHECK(looked.payments[0].order.reference == orders[0].reference);
    CHECK(looked.payments[0].order.uri == orders[0].uri);
    CHECK(looked.payments[0].payment.transaction_id == to_hex(paid.id.view()));
    CHECK(till.verify(orders[0], looked.payments[0].payment.receipt).has_value());
    REQUIRE(looked.unpaid.size() == 2);
    CHECK(looked.unpaid[0].amount + looked.unpaid[1].amount == 97);
  }
  const auto looked = must_look(till);
  REQUIRE(till.note(orders[0], looked.payments[0].payment).has_value());
  CHECK(must_look(till).payments.empty());
  CHECK(must_look(till).unpaid.size() == 2);

  shop.town.network.kill_all();
  auto none = till.look_back(std::chrono::milliseconds{300});
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code == ErrorCode::unreachable);
}

TEST_CASE("a till tells of a second payment of an order, and of one of another amount",
          "[merchant]") {
  Shop shop;
  auto till = shop.open();
  const auto order = ask(till, 480);
  shop.pay(order, 0, 480);
  const auto paid = till.wait_for_payment(order, kLookMax);
  REQUIRE(paid.has_value());
  REQUIRE(till.note(order, *paid).has_value());
  CHECK(must_look(till).payments.empty());
  // A couple, each with a phone.
  const auto second = shop.pay(order, 1, 480);
  const auto other = ask(till, 480);
  const auto wrong = shop.pay(other, 0, 48);

  const auto looked = must_look(till);
  REQUIRE(looked.payments.size() == 2);
  CHECK_FALSE(looked.payments[0].settles);
  CHECK(looked.payments[0].payment.transaction_id == to_hex(second.id.view()));
  CHECK(looked.payments[0].payment.number == second.outcome.reference);
  CHECK_FALSE(looked.payments[1].settles);
  CHECK(looked.payments[1].payment.transaction_id == to_hex(wrong.id.view()));
  CHECK(looked.payments[1].payment.amount == 48);
  REQUIRE(looked.unpaid.size() == 1);
  CHECK(looked.unpaid[0].reference == other.reference);
  for (const auto& found : looked.payments)
    REQUIRE(till.note(found.order, found.payment).has_value());
  CHECK(must_look(till).payments.empty());
  CHECK(must_look(till).unpaid.size() == 1);
}

TEST_CASE("a till without a journal says so, and one that can't write it shows nothing",
          "[merchant]") {
  const ShopInTown shop;
  auto till = shop.till();
  CHECK(till.look_back(kLookMax).error().code == ErrorCode::no_journal);
  CHECK(till.note({}, {}).error().code == ErrorCode::no_journal);
  auto settings = shop.settings();
  settings.journal = "/dev/full";
  auto full = merchant::Till::open(settings);
  REQUIRE(full.has_value());
  const auto expires = std::chrono::system_clock::now() + std::chrono::minutes{15};
  CHECK(full->create_order({480, "soba", expires}).error().code == ErrorCode::journal_unwritable);
}

TEST_CASE("a till forgets an order two days after its expiry", "[merchant]") {
  const Shop shop;
  auto till = shop.open();
  const auto now = ask(till, 7);
  // The same order as it would be in the journal of last week.
  auto old = rpc::parse_payment_uri(now.uri);
  REQUIRE(old.has_value());
  old->order.bytes = {1};
  const std::uint64_t day_ms = 86'400'000;
  for (const std::uint64_t days : {1U, 3U}) {
    old->order.bytes[1] = static_cast<std::uint8_t>(days);
    old->expires = Timestamp{old->expires->raw - days * day_ms};
    std::ofstream{shop.journal, std::ios::app} << "order 1 " << rpc::to_uri(*old) << "\n";
    old->expires = Timestamp{old->expires->raw + days * day_ms};
  }
  CHECK(must_look(till).unpaid.size() == 3);
  CHECK(must_look(till).unpaid.size() == 2);
}

TEST_CASE("a till does not tell of what another one with its journal notes meanwhile",
          "[merchant]") {
  Shop shop;
  auto first = shop.open();
  const auto twice = ask(first, 480);
  const auto once = ask(first, 90);
  shop.pay(twice, 0, 480);
  const auto paid_twice = first.wait_for_payment(twice, kLookMax);
  REQUIRE(paid_twice.has_value());
  shop.pay(once, 0, 90);
  const auto paid_once = first.wait_for_payment(once, kLookMax);
  REQUIRE(paid_once.has_value());
  const auto second = shop.pay(twice, 1, 480);

  // When the second till has read the journal and is searching, the first one notes.
  std::atomic<std::size_t> written{0};
  const TwistedNode node{
      shop.settings().nodes[0], [&](const std::string& target, std::string reply) {
        if (target.find("/v1/receipts/") == std::string::npos || written > 0) return reply;
        if (first.note(twice, *paid_twice)) ++written;
        if (first.note(once, *paid_once)) ++written;
        const auto expires = std::chrono::system_clock::now() + std::chrono::minutes{15};
        if (first.create_order({7, "soba", expires})) ++written;
        return reply;
      }};
  auto other = shop.open(node.url());
  const auto looked = must_look(other);
  CHECK(written == 3);
  REQUIRE(looked.payments.size() == 1);
  CHECK(looked.payments[0].payment.transaction_id == to_hex(second.id.view()));
  CHECK_FALSE(looked.payments[0].settles);
  CHECK(looked.unpaid.empty());
}

TEST_CASE("a till finds the payment of an order that it made while its clock was ahead",
          "[merchant]") {
  Shop shop;
  auto till = shop.open();
  const auto order = ask(till, 480);
  const auto paid = shop.pay(order, 0, 480);
  // Local time read as UTC, and a clock that was days ahead.
  for (const std::chrono::hours ahead : {std::chrono::hours{14}, std::chrono::hours{72}}) {
    const auto created = std::chrono::duration_cast<std::chrono::milliseconds>(
        (order.created + ahead).time_since_epoch());
    std::ofstream{shop.journal} << "hansatsu-till-journal 1\norder " << created.count() << ' '
                                << order.uri << "\n";
    CAPTURE(ahead.count());
    const auto looked = must_look(till);
    REQUIRE(looked.payments.size() == 1);
    CHECK(looked.payments[0].payment.transaction_id == to_hex(paid.id.view()));
    CHECK(looked.payments[0].settles);
  }
}
