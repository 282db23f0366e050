#include <catch2/catch.hpp>

#include "rpc/json/cursor.h"
#include "tests/rpc/harness.h"
#include "tests/support/wait.h"

/// Some accounts' streams of events must not keep the rest of the town's out.
using namespace test_rpc;

namespace {

void open_stream(RawConnection& connection, TestServer& server, AccountId account) {
  const rpc::Signer signer = signer_of(account);
  RawRequest request{"GET", "/v1/events", {}, {}};
  connection.send(request.sign(signer.reference, *signer.key, server.ledger().now()).text());
}

bool has_streams(const TestServer& server, std::size_t count) {
  const std::string line = "hansatsu_rpc_event_streams " + std::to_string(count) + "\n";
  return test::wait_for(std::chrono::seconds{20},
                        [&] { return ask_metrics(server).body().find(line) != std::string::npos; });
}

}  // namespace

TEST_CASE("events: whose account has the most streams makes room for one that has fewer", "[rpc]") {
  rpc::ServerLimits limits;
  limits.streams_account = 3;
  limits.streams = 3;
  TestServer server{limits};
  const Market market;
  std::vector<std::unique_ptr<RawConnection>> greedy;
  for (std::size_t i = 0; i < 3; ++i) {
    greedy.push_back(std::make_unique<RawConnection>(server.port()));
    open_stream(*greedy.back(), server, market.person);
    REQUIRE(has_streams(server, i + 1));
  }
  RawConnection shop{server.port()};
  open_stream(shop, server, market.shop);
  // The oldest ends, whole; its reader may come back with its place.
  const auto ended = greedy.front()->read();
  REQUIRE(ended.has_value());
  CHECK(ended->result_int() == 200);
  REQUIRE(has_streams(server, 3));

  // Two and one: nobody gains by taking turns.
  RawConnection again{server.port()};
  open_stream(again, server, market.person);
  const auto full = again.read();
  REQUIRE(full.has_value());
  CHECK(code_of(*full) == "E-API-23");
  RawConnection other{server.port()};
  open_stream(other, server, market.other);
  REQUIRE(greedy[1]->read().has_value());
  REQUIRE(has_streams(server, 3));
  RawConnection late{server.port()};
  open_stream(late, server, kStaff);
  const auto refused = late.read();
  REQUIRE(refused.has_value());
  CHECK(code_of(*refused) == "E-API-23");
}

TEST_CASE("events: an address has only so many streams, whatever its accounts", "[rpc]") {
  rpc::ServerLimits limits;
  limits.loopback.streams = 2;
  TestServer server{limits};
  const Market market;
  RawConnection first{server.port()};
  open_stream(first, server, market.person);
  RawConnection second{server.port()};
  open_stream(second, server, market.shop);
  REQUIRE(has_streams(server, 2));
  RawConnection third{server.port()};
  open_stream(third, server, market.other);
  const auto refused = third.read();
  REQUIRE(refused.has_value());
  CHECK(code_of(*refused) == "E-API-22");
}
