#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <random>

#include "tests/cluster/load.h"

using namespace test_cluster;  // NOLINT: a test

namespace {

constexpr std::size_t kPayers = 4;
constexpr std::uint64_t kRoundsStandard = 5;

std::uint64_t number_of_environment(const char* name, std::uint64_t standard) {
  const char* text = std::getenv(name);
  return text == nullptr ? standard : std::strtoull(text, nullptr, 10);
}

/// Moments of crashes: how many payments go by before each.
std::mt19937_64 moments() {
  const std::uint64_t seed = number_of_environment("HANSATSU_CLUSTER_SEED", std::random_device{}());
  std::cout << "HANSATSU_CLUSTER_SEED=" << seed << "\n";
  return std::mt19937_64{seed};
}

}  // namespace

TEST_CASE("a validator killed under load is not missed, comes back and catches up", "[cluster]") {
  RunningTown town{4, kPayers};
  auto random = moments();
  Load load{town};
  for (std::size_t node = 0; node < 4; ++node) {
    CAPTURE(node);
    load.wait_for_more(20 + random() % 60);
    town.network.kill(node);
    load.wait_for_more(20 + random() % 60);
    town.network.start(node);
    town.network.wait_serving(node);
    load.wait_for_more(20);
  }
  const auto acknowledged = load.stop();
  town.network.agree();
  require_all_there(town, acknowledged);
}

TEST_CASE("all four killed at once under load lose no acknowledged payment", "[cluster]") {
  const std::uint64_t rounds = number_of_environment("HANSATSU_CLUSTER_ROUNDS", kRoundsStandard);
  RunningTown town{4, kPayers};
  auto random = moments();
  std::vector<Acknowledged> all;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    CAPTURE(round);
    std::vector<Acknowledged> acknowledged;
    {
      Load load{town};
      load.wait_for_more(10 + random() % 150);
      town.network.kill_all();
      acknowledged = load.stop();
    }
    all.insert(all.end(), acknowledged.begin(), acknowledged.end());
    town.network.start_all();
    rpc::Client client = town.network.client();
    town.must(client, town.agent,
              rules::Charge{town.persons[0].account(), ProgramId{0}, Amount::of(1), Amount{}});
    town.network.agree();
    require_all_there(town, acknowledged);
  }
  require_all_there(town, all);
}

TEST_CASE("without a quorum nothing is promised; with one again, all goes on", "[cluster]") {
  RunningTown town{4, 1};
  const Height before = town.network.agree().height;
  town.network.kill(0);
  town.network.kill(1);
  rpc::Client client = town.network.client(2);
  const auto built = town.sign(client, town.persons[0], town.payment(100));
  client.set_call_time_max(std::chrono::milliseconds{1'500});
  const auto alone = client.submit(built.bytes, true);
  if (alone) CHECK(alone->state == rpc::SubmitState::accepted);
  CHECK(town.network.only(2).status()->height == before);

  // Who waits for what can't come doesn't keep a validator from stopping.
  std::optional<rpc::Answer<rpc::SubmitAnswer>> waited;
  std::thread waiting{[&] { waited.emplace(town.network.only(3).submit(built.bytes, true)); }};
  const bool waits = wait_until(kAgreeMax, [&] {
    const auto status = town.network.only(3).status();
    return status && status->waiting_transactions > 0;
  });
  town.network.stop(3);
  waiting.join();
  CHECK(waits);
  if (*waited) CHECK((*waited)->state != rpc::SubmitState::final);
  town.network.start(0);
  town.network.start(3);
  client.set_call_time_max(kAgreeMax);
  const auto answer = client.submit(built.bytes, true);
  REQUIRE(answer.has_value());
  REQUIRE(answer->state == rpc::SubmitState::final);
  CHECK(answer->result->transaction.outcome.code == 0);
  town.network.start(1);
  town.network.wait_serving(1);
  town.network.agree(next(before));
}
