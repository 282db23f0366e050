#include <catch2/catch.hpp>

#include "rpc/json/codec.h"
#include "tests/rpc/harness.h"

using namespace test_rpc;

TEST_CASE("programs: counters are told to those alone who answer for the coin", "[rpc]") {
  TestServer server;
  Market market;
  auto client = server.client();
  REQUIRE(client.submit(market.pay(700).bytes, true).has_value());
  const auto everybody = ask(server, {"GET", "/v1/programs", {}, {}});
  const auto json = rpc::parse_json(everybody.body());
  REQUIRE(json.has_value());
  CHECK(json->at("programs").at(0).at("counters").is_null());

  for (const AccountId account : {market.person, market.shop, kAgent}) {
    const auto programs = client.programs(signer_of(account));
    REQUIRE(programs.has_value());
    CHECK_FALSE(programs->at(0).has_counters);
    CHECK(programs->at(0).program.counters == state::ProgramCounters{});
  }
  for (const AccountId account : {kStaff, kTreasurer}) {
    const auto programs = client.programs(signer_of(account));
    REQUIRE(programs.has_value());
    CHECK(*programs == server.ledger().programs());
    CHECK(programs->at(0).program.counters.takings == Amount::of(700));
  }
  // Who signs wrongly is told so, not shown less.
  const rpc::Signer forged{signer_of(kStaff).reference, signer_of(market.person).key};
  const auto refused = client.programs(forged);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == "E-API-17");
}
