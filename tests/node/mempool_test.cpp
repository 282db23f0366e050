#include "node/mempool.h"

#include <catch2/catch.hpp>

#include "tests/ledger/town.h"

using namespace hansatsu;  // NOLINT: a test
using node::Mempool;

namespace {

/// Payments that differ by their order; their signatures do not matter here.
class Payments {
 public:
  block::TransactionPointer next(std::uint64_t lives_ms = 60'000) {
    rules::Pay pay;
    pay.amount = Amount::of(1);
    auto transaction = town_.unsigned_from(test_town::kAgent, pay);
    transaction.valid_until = plus_ms(town_.now, lives_ms);
    return town_.sign(transaction, {1});
  }
  [[nodiscard]] Timestamp now() const { return town_.now; }

 private:
  test_town::Town town_;
};

std::vector<Hash> order_of(const Mempool& mempool) {
  std::vector<Hash> ids;
  mempool.for_each([&](const Mempool::Transaction& one) {
    ids.push_back(one->id());
    return true;
  });
  return ids;
}

}  // namespace

TEST_CASE("a mempool gives transactions in the order they came", "[node][mempool]") {
  Payments payments;
  Mempool mempool{100};
  const auto first = payments.next(90'000);
  const auto second = payments.next(10'000);
  const auto third = payments.next(50'000);
  for (const auto& one : {first, second, third}) CHECK(mempool.add(one) == Mempool::Added::yes);
  CHECK(order_of(mempool) == std::vector{first->id(), second->id(), third->id()});
  mempool.remove(second->id());
  CHECK(order_of(mempool) == std::vector{first->id(), third->id()});
  CHECK(mempool.find(second->id()) == nullptr);
  CHECK(mempool.find(third->id()) == third);
  mempool.remove(second->id());
  CHECK(mempool.size() == 2);
}

TEST_CASE("a mempool knows what it has, whatever bytes sign it", "[node][mempool]") {
  test_town::Town town;
  Mempool mempool{100};
  const auto transaction = town.unsigned_from(test_town::kAgent, rules::Pay{});
  const auto signed_once = town.sign(transaction, {1});
  const auto signed_otherwise = town.sign(transaction, {2});
  REQUIRE(signed_once->envelope() != signed_otherwise->envelope());
  CHECK(mempool.add(signed_once) == Mempool::Added::yes);
  CHECK(mempool.add(signed_otherwise) == Mempool::Added::known);
  CHECK(mempool.size() == 1);
}

TEST_CASE("of two that use the same sequence of a key, the first waits", "[node][mempool]") {
  test_town::Town town;
  Mempool mempool{100};
  auto transaction = town.unsigned_from(test_town::kAgent, rules::Pay{});
  const auto first = town.sign(transaction, {1});
  transaction.valid_until = plus_ms(transaction.valid_until, 1);
  const auto rival = town.sign(transaction, {1});
  CHECK(mempool.add(first) == Mempool::Added::yes);
  CHECK(mempool.add(rival) == Mempool::Added::rival);
  CHECK(mempool.size() == 1);
  // A block held the rival: what waits here can never be final any more.
  CHECK(mempool.remove_used(rival->unsigned_part()) == first);
  CHECK(mempool.remove_used(rival->unsigned_part()) == nullptr);
  CHECK(mempool.is_empty());
  CHECK(mempool.add(rival) == Mempool::Added::yes);
}

TEST_CASE("a full mempool refuses, and takes again when one has left", "[node][mempool]") {
  Payments payments;
  Mempool mempool{2};
  const auto first = payments.next();
  CHECK(mempool.add(first) == Mempool::Added::yes);
  CHECK(mempool.add(payments.next()) == Mempool::Added::yes);
  const auto third = payments.next();
  CHECK(mempool.add(third) == Mempool::Added::full);
  CHECK(mempool.add(first) == Mempool::Added::known);
  mempool.remove(first->id());
  CHECK(mempool.add(third) == Mempool::Added::yes);
}

TEST_CASE("a mempool counts bytes, not only transactions", "[node][mempool]") {
  test_town::Town town;
  Mempool mempool{1'000'000};
  rules::Grant grant;
  for (std::uint32_t i = 0; i < rules::kGrantEntriesMax; ++i) {
    grant.entries.push_back({AccountId{i}, Amount::of(1), {}, Date{Date::kNever}});
  }
  std::size_t bytes = 0;
  Mempool::Added added = Mempool::Added::yes;
  while (added == Mempool::Added::yes) {
    REQUIRE(bytes <= Mempool::kBytesMax);
    const auto one = town.from(test_town::kStaff, grant);
    added = mempool.add(one);
    if (added == Mempool::Added::yes) bytes += one->bytes().size();
  }
  CHECK(added == Mempool::Added::full);
  CHECK(bytes > Mempool::kBytesMax - block::kTransactionBytesMax);
}

TEST_CASE("what has lapsed leaves the mempool, and nothing else", "[node][mempool]") {
  Payments payments;
  Mempool mempool{100};
  const auto soon = payments.next(10'000);
  const auto later = payments.next(20'000);
  const auto as_soon = payments.next(10'000);
  for (const auto& one : {soon, later, as_soon}) REQUIRE(mempool.add(one) == Mempool::Added::yes);
  // A block at the very moment may still hold them.
  CHECK(mempool.take_lapsed(plus_ms(payments.now(), 10'000)).empty());
  const auto lapsed = mempool.take_lapsed(plus_ms(payments.now(), 10'001));
  REQUIRE(lapsed.size() == 2);
  CHECK(lapsed[0] == soon);
  CHECK(lapsed[1] == as_soon);
  CHECK(order_of(mempool) == std::vector{later->id()});
  CHECK(mempool.take_lapsed(plus_ms(payments.now(), 10'001)).empty());
}

TEST_CASE("however many pass through, those that stay keep their order", "[node][mempool]") {
  Payments payments;
  Mempool mempool{100};
  std::vector<block::TransactionPointer> staying;
  for (std::uint32_t round = 0; round < 4; ++round) {
    staying.push_back(payments.next());
    REQUIRE(mempool.add(staying.back()) == Mempool::Added::yes);
    for (std::uint32_t i = 0; i < 500; ++i) {
      const auto passing = payments.next();
      REQUIRE(mempool.add(passing) == Mempool::Added::yes);
      REQUIRE(mempool.remove_used(passing->unsigned_part()) == passing);
    }
  }
  std::vector<Hash> expected;
  for (const auto& one : staying) {
    expected.push_back(one->id());
    CHECK(mempool.find(one->id()) == one);
  }
  CHECK(order_of(mempool) == expected);
  mempool.remove(staying[1]->id());
  expected.erase(expected.begin() + 1);
  CHECK(order_of(mempool) == expected);
  CHECK(mempool.take_lapsed(plus_ms(payments.now(), 60'001)).size() == 3);
  CHECK(mempool.is_empty());
}
