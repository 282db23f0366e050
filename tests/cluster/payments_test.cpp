#include <catch2/catch.hpp>

#include "rpc/client/event_stream.h"
#include "tests/cluster/network.h"

using namespace test_cluster;  // NOLINT: a test

TEST_CASE("four validators serve payments, and each proves them", "[cluster]") {
  RunningTown town{4, 2};
  for (std::size_t node = 0; node < 4; ++node) {
    rpc::Client client = town.network.only(node);
    Holder& payer = town.persons[node % 2];
    const rules::Pay pay = town.payment(100 + node);
    const auto done = town.must(client, payer, pay);
    CHECK(done.outcome.subject == town.shop.account());
    CHECK(done.outcome.amount == pay.amount);

    const Height height = town.network.agree(done.height).height;
    CHECK(height >= done.height);
    for (std::size_t other = 0; other < 4; ++other) {
      const auto proven = town.network.only(other).receipt(done.id, town.shop.signer());
      REQUIRE(proven.has_value());
      const auto receipt = decode<block::Receipt>(proven->receipt);
      REQUIRE(receipt.has_value());
      CHECK(block::verify_receipt(town.network.trust(), *receipt).has_value());
      CHECK(receipt->transaction_id == done.id);
      CHECK(receipt->outcome == done.outcome);
    }
  }
}

TEST_CASE("a shop hears of its payments though nodes die, each once", "[cluster]") {
  RunningTown town{4, 1};
  rpc::Client client = town.network.client(0);
  rpc::EventStream news = town.network.client(3).events(town.shop.signer());
  const auto hear = [&] {
    std::optional<rpc::FinalTransaction> heard;
    CHECK(wait_until(kAgreeMax, [&] {
      auto event = news.next(std::chrono::milliseconds{200});
      if (event && *event) heard = **std::move(event);
      return heard.has_value();
    }));
    REQUIRE(heard.has_value());
    return *heard;
  };
  REQUIRE(wait_until(kAgreeMax, [&] {
    static_cast<void>(news.next(std::chrono::milliseconds{200}));
    return news.place().has_value();
  }));
  for (int i = 0; i < 3; ++i) {
    const Hash paid = town.must(client, town.persons[0], town.payment(5)).id;
    const auto heard = hear();
    CHECK(heard.id == paid);
    CHECK(heard.outcome.amount == Amount::of(5));
    // The one that told of the first payment is gone: another tells of the next.
    if (i == 0) town.network.kill(3);
  }
  // From the beginning, out of the index: the shop's opening, then the payments.
  town.network.start(3);
  town.network.wait_serving(3);
  town.network.agree();
  rpc::EventStream all = town.network.only(3).events(town.shop.signer(), rpc::Cursor{});
  std::size_t payments = 0;
  REQUIRE(wait_until(kAgreeMax, [&] {
    const auto event = all.next(std::chrono::milliseconds{200});
    if (event && *event && (*event)->outcome.operation == rules::OperationCode::pay) ++payments;
    return payments == 3 && all.place() == news.place();
  }));
  // The day is not over: no one is told of it.
  const auto figures = client.figures(Date{20'000}, Date{20'030});
  REQUIRE(figures.has_value());
  CHECK(figures->days.empty());
}
