#include <catch2/catch.hpp>

#include "tests/rpc/harness.h"
#include "tests/rpc/scripted_node.h"

using namespace test_rpc;

namespace {

/// A client that begins at the first of two nodes.
template <class First, class Second>
rpc::Client client_of(const First& first, const Second& second) {
  rpc::ClientOptions options;
  options.endpoints = {{"127.0.0.1", first.port()}, {"127.0.0.1", second.port()}};
  options.clock_apart_max = std::chrono::years{1'000};  // the towns' clocks stand at their founding
  options.call_time_max = std::chrono::seconds{20};
  return rpc::Client{std::move(options)};
}

}  // namespace

TEST_CASE("a question that a node can't answer now goes to the next", "[rpc][client]") {
  TestServer first;
  TestServer second;
  Market market;
  first.ledger().set_syncing(true);
  auto client = client_of(first, second);
  const auto person = client.account(market.person, signer_of(market.person));
  REQUIRE(person.has_value());
  CHECK(client.endpoint() == 1);
  client.begin_at(0);
  const auto pay =
      market.unsigned_from(market.person, rules::Pay{market.shop, CoinId{0}, Amount::of(1), {}});
  CHECK(client.preview(pay, signer_of(market.person)).has_value());
  CHECK(client.endpoint() == 1);

  // When none can, that is told.
  second.ledger().set_syncing(true);
  const auto refused = client.account(market.person, signer_of(market.person));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == "E-API-24");
}

TEST_CASE("a question that a node leaves open goes to the next in the call's time",
          "[rpc][client]") {
  rpc::ServerLimits limits;
  limits.stop_max = std::chrono::milliseconds{100};
  TestServer first{limits};
  TestServer second;
  Market market;
  first.ledger().set_stuck(true);
  auto client = client_of(first, second);
  client.set_call_time_max(std::chrono::seconds{1});
  const auto history =
      client.history(market.person, signer_of(market.person), std::nullopt, true, 10);
  CHECK(history.has_value());
  CHECK(client.endpoint() == 1);
}

TEST_CASE("behind a proxy that has no node, the next node is asked", "[rpc][client]") {
  for (const std::string status :
       {"500 Internal Server Error", "502 Bad Gateway", "504 Gateway Time-out"}) {
    CAPTURE(status);
    const ScriptedNode proxy{answer_of(status, "text/html", "<html>nginx</html>")};
    TestServer second;
    Market market;
    auto client = client_of(proxy, second);
    CHECK(client.account(market.person, signer_of(market.person)).has_value());
    CHECK(client.endpoint() == 1);
    client.begin_at(0);
    const auto pay =
        market.unsigned_from(market.person, rules::Pay{market.shop, CoinId{0}, Amount::of(1), {}});
    CHECK(client.preview(pay, signer_of(market.person)).has_value());
    client.begin_at(0);
    const auto paid = client.submit(market.pay(1).bytes, true);
    REQUIRE(paid.has_value());
    CHECK(paid->state == rpc::SubmitState::final);
    CHECK(proxy.requests() >= 3);

    rpc::SubmitManyOptions options;
    options.connections = 1;
    const std::vector<Bytes> batch{market.pay(2).bytes, market.pay(3).bytes};
    client.begin_at(0);
    for (const auto& answer : client.submit_many(batch, options, std::chrono::seconds{20})) {
      REQUIRE(answer.has_value());
      CHECK(answer->state == rpc::SubmitState::final);
    }

    // When none has one, that is told.
    auto lost = client_of(proxy, proxy);
    const auto refused = lost.status();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().status == std::stoul(status));
  }
}

TEST_CASE("a payment that a node leaves open goes to the next at the next call", "[rpc][client]") {
  TestServer first;
  TestServer second;
  Market market;
  first.ledger().hold();
  auto client = client_of(first, second);
  client.set_call_time_max(std::chrono::milliseconds{300});
  const auto built = market.pay(1);
  const auto late = client.submit(built.bytes, true);
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().failure == rpc::CallFailure::timed_out);
  CHECK(client.endpoint() == 1);
  client.set_call_time_max(std::chrono::seconds{20});
  const auto done = client.submit(built.bytes, true);
  REQUIRE(done.has_value());
  CHECK(done->state == rpc::SubmitState::final);
  first.ledger().release();
}

TEST_CASE("many submissions leave a node that keeps its answers", "[rpc][client]") {
  TestServer first;
  TestServer second;
  Market market;
  first.ledger().hold();
  auto client = client_of(first, second);
  rpc::SubmitManyOptions options;
  options.connections = 1;
  options.request_time_max = std::chrono::milliseconds{300};
  const std::vector<Bytes> batch{market.pay(1).bytes, market.pay(2).bytes};
  for (const auto& answer : client.submit_many(batch, options, std::chrono::seconds{20})) {
    REQUIRE(answer.has_value());
    CHECK(answer->state == rpc::SubmitState::final);
  }
  first.ledger().release();
}
