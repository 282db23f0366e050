#include <catch2/catch.hpp>

#include "tests/consensus/scenario.h"

using namespace hansatsu;
using namespace hansatsu::consensus;
using namespace hansatsu::consensus::test;

namespace {
constexpr std::int64_t kMinute = 60'000;
}  // namespace

TEST_CASE("S14: long idle, one restarts, then one payment", "[consensus][S14]") {
  Town town{4};
  town.genesis.parameters.heartbeat = Duration{0};
  town.start_all();
  town.pay(1);
  REQUIRE(town.run_until([&] { return town.is_paid_everywhere(1); }, 1'000));
  town.run_ms(20 * kMinute);
  const auto restarted = static_cast<std::uint8_t>(GENERATE(range(0, 4)));
  town.kill(restarted);
  town.run_ms(1'000);
  town.start(restarted);
  town.run_ms(1'000);
  const std::uint64_t view = town.view(0);
  for (std::uint8_t i = 0; i < 4; ++i) CHECK(town.view(i) == view);
  town.pay(2);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(2); }, 100));
  town.run_ms(1'000);
  CHECK(town.view(0) == view + 1);
}

TEST_CASE("S15: idle, the leader dead for long, the first payment skips one view",
          "[consensus][S15]") {
  Town town{4};
  town.genesis.parameters.heartbeat = Duration{0};
  town.start_all();
  town.pay(1);
  REQUIRE(town.run_until([&] { return town.is_paid_everywhere(1); }, 1'000));
  town.run_ms(1'000);
  const std::uint64_t view = town.view(0);
  const std::uint8_t leader = leader_now(town);
  town.kill(leader);
  town.run_ms(20 * kMinute);
  town.pay(2);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(2); }, 100));
  town.run_ms(1'000);
  const std::uint8_t alive = leader == 0 ? 1 : 0;
  CHECK(town.view(alive) <= view + 2);
}

TEST_CASE("S16: a payment that only some know", "[consensus][S16]") {
  Town town{4};
  town.start_all();
  town.run_ms(100);
  const std::uint8_t leader = leader_now(town);
  std::vector<std::uint8_t> others;
  for (std::uint8_t i = 0; i < 4; ++i) {
    if (i != leader) others.push_back(i);
  }
  SECTION("all but the leader") {
    town.pay(1, others);
    CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 1'000));
  }
  SECTION("f+1, without the leader") {
    town.pay(1, {others[0], others[1]});
    CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 2'000));
  }
  SECTION("the leader alone") {
    town.pay(1, {leader});
    CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 100));
  }
  SECTION("one that does not lead: it waits, and disturbs nobody") {
    const std::uint64_t view = town.view(leader);
    town.pay(1, {others[0]});
    town.run_ms(60'000);
    CHECK(town.view(leader) == view);
    town.pay(1);
    CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 1'000));
  }
  town.run_ms(6'000);
  town.check_agreement();
}

TEST_CASE("S17: some nullified, others notarized, nothing more comes: final anyway",
          "[consensus][S17]") {
  Town town{4};
  town.start_all();
  town.run_ms(100);
  const std::uint64_t view = town.view(0);
  // No FINALIZE of this view ever arrives: only a descendant can make its block final.
  town.loses = [&](std::uint8_t, std::uint8_t, const Message& message) {
    const auto* vote = std::get_if<Vote>(&message);
    return vote != nullptr && vote->ballot.kind == VoteKind::finalize &&
           vote->ballot.view.raw == view;
  };
  town.pay(1);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 1'000));
  town.run_ms(10'000);
  town.check_agreement();
  const auto& store = town.nodes[0].store;
  REQUIRE(store.size() == 2);
  CHECK(store[1].block.header.is_empty());
  CHECK(store[0].proof->descendants.size() == 1);
}

TEST_CASE("S18: a payment lapses while it is pending: no churn", "[consensus][S18]") {
  Town town{4};
  town.start_all();
  town.run_ms(100);
  const std::uint8_t leader = leader_now(town);
  const std::uint8_t other = leader == 0 ? 1 : 0;
  town.pay(1, {other});
  town.run_ms(200);
  town.forget_payment(1);
  const std::uint64_t view = town.view(leader);
  town.wire.clear();
  town.run_ms(60'000);
  CHECK(town.view(leader) == view);
  CHECK(town.wire["vote"] == 0);
  check_goes_on(town, 2);
}
