#include "tests/consensus/town.h"

#include <catch2/catch.hpp>

using namespace hansatsu;
using namespace hansatsu::consensus;
using namespace hansatsu::consensus::test;

TEST_CASE("town: a payment is final everywhere, for one to seven validators", "[consensus]") {
  const auto count = GENERATE(1U, 4U, 5U, 7U);
  Town town{count};
  town.start_all();
  town.run_ms(100);
  town.pay(1);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 100));
  town.run_ms(2'000);
  town.check_agreement();
  for (const auto& node : town.nodes) CHECK(node.acknowledged == Height{1});
}

TEST_CASE("town: an idle town is silent but for Status", "[consensus]") {
  Town town{4};
  town.start_all();
  town.pay(1);
  REQUIRE(town.run_until([&] { return town.is_paid_everywhere(1); }, 1'000));
  town.run_ms(3'000);
  town.wire.clear();
  std::vector<std::size_t> syncs;
  for (const auto& node : town.nodes) syncs.push_back(node.syncs);
  town.run_ms(30 * 60 * 1'000);
  for (std::size_t i = 0; i < syncs.size(); ++i) CHECK(town.nodes[i].syncs == syncs[i]);
  CHECK(town.wire["vote"] == 0);
  CHECK(town.wire["proposal"] == 0);
  CHECK(town.wire["status"] > 0);
  CHECK(town.wire["certificate"] == 0);
}

TEST_CASE("town: a stream of payments is batched into few syncs a block", "[consensus][long]") {
  Town town{4};
  town.start_all();
  town.run_ms(50);
  for (int payment = 1; payment <= 1'000; ++payment) {
    town.pay(payment);
    town.run_ms(1);
  }
  REQUIRE(town.run_until([&] { return town.is_paid_everywhere(1'000); }, 1'000));
  town.run_ms(2'000);
  town.check_agreement();
  const auto blocks = town.nodes[0].store.size();
  CHECK(blocks < 500);
  for (const auto& node : town.nodes) CHECK(node.syncs <= blocks * 22 / 10);
  for (int payment = 1; payment <= 1'000; ++payment) CHECK(town.is_paid(payment, 0));
}
