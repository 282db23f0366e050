#include <catch2/catch.hpp>

#include "rpc/json/codec.h"
#include "rpc/server/address_gate.h"
#include "tests/rpc/harness.h"

using namespace test_rpc;

namespace {

/// Begins a body that never ends.
std::string slow_body(std::size_t bytes) {
  return "POST /v1/transactions HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n"
         "Content-Length: " +
         std::to_string(bytes) + "\r\n\r\n{";
}

/// The server has read the header: it says so to who asks first.
void begin_slow(RawConnection& connection, std::size_t bytes) {
  std::string text = slow_body(bytes);
  text.insert(text.find("\r\n") + 2, "Expect: 100-continue\r\n");
  connection.send(text);
  const auto go_on = connection.read();
  REQUIRE(go_on.has_value());
  REQUIRE(go_on->result_int() == 100);
}

std::string code_for(TestServer& server, const std::string& text) {
  RawConnection connection{server.port()};
  connection.send(text);
  const auto answer = connection.read();
  REQUIRE(answer.has_value());
  return code_of(*answer);
}

std::string payment_request(Market& market) {
  const std::string body = R"({"transactions":[")" + to_hex(market.pay(5).bytes) + "\"]}";
  return RawRequest{"POST", "/v1/transactions?wait=final", body,
                    "Content-Type: application/json\r\n"}
      .text();
}

}  // namespace

TEST_CASE("bodies: who fills the room with slow ones keeps no payment out", "[rpc]") {
  rpc::ServerLimits limits;
  limits.bodies_bytes = 4'000'000;
  limits.loopback.bodies_bytes = 4'000'000;
  TestServer server{limits};
  Market market;
  RawConnection first{server.port()};
  RawConnection second{server.port()};
  begin_slow(first, 2'000'000);
  begin_slow(second, 2'000'000);
  CHECK(code_for(server, slow_body(16'385)) == "E-API-23");
  CHECK(code_for(server, payment_request(market)).empty());
}

TEST_CASE("bodies: an address has a share of the room", "[rpc]") {
  rpc::ServerLimits limits;
  limits.bodies_bytes = 100'000;
  limits.address.bodies_bytes = 40'000;
  rpc::AddressGate gate{limits};
  const auto now = rpc::AddressGate::Clock::now();
  const std::string greedy = "192.0.2.1";
  const std::string shop = "192.0.2.2";
  const std::string third = "192.0.2.3";
  for (const std::string& address : {greedy, shop, third}) {
    REQUIRE(gate.open_connection(address, false, now));
  }
  rpc::BodyRoom all{gate, greedy};
  CHECK(all.take(40'000));
  rpc::BodyRoom more{gate, greedy};
  CHECK_FALSE(more.take(20'000));
  rpc::BodyRoom others{gate, shop};
  CHECK(others.take(40'000));
  // Too much in all; small ones need no room.
  rpc::BodyRoom last{gate, third};
  CHECK_FALSE(last.take(20'001));
  rpc::BodyRoom small{gate, greedy};
  CHECK(small.take(16'384));
  all.give_back();
  CHECK(last.take(40'000));
  CHECK_FALSE(more.take(20'001));
  CHECK(more.take(20'000));
}

TEST_CASE("bodies: only a POST has one", "[rpc]") {
  TestServer server;
  CHECK(code_of(ask(server, {"GET", "/v1/status", "{}", {}})) == "E-API-27");
  CHECK(
      code_for(server, "GET /v1/status HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") ==
      "E-API-27");
  CHECK(code_for(server, "GET /v1/status HTTP/1.1\r\nContent-Length: 0\r\n\r\n").empty());
}

TEST_CASE("bodies: what proxies could read as another request is no HTTP here", "[rpc]") {
  TestServer server;
  const std::string hidden = "GET /v1/status HTTP/1.1\r\nHost: node\r\n\r\n";
  for (const char* framing :
       {"Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: identity\r\nContent-Length: 3\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 3, 3\r\n",
        "Content-Length: 3\r\nContent-Length: 3\r\n", "Content-Length: +3\r\n",
        "Content-Length: -1\r\n"}) {
    CAPTURE(framing);
    RawConnection connection{server.port()};
    connection.send("POST /v1/transactions HTTP/1.1\r\nHost: node\r\n" + std::string{framing} +
                    "\r\n" + hidden);
    const auto answer = connection.read();
    REQUIRE(answer.has_value());
    CHECK(code_of(*answer) == "E-API-01");
    CHECK_FALSE(connection.read().has_value());
  }
  // Chunks are of HTTP/1.1.
  CHECK(code_for(server,
                 "POST /v1/transactions HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "0\r\n\r\n") == "E-API-01");
}

TEST_CASE("bodies: a large one counts as several requests", "[rpc]") {
  rpc::ServerLimits limits;
  limits.address.requests_burst = 10;
  limits.address.requests_a_second = 0;
  rpc::AddressGate gate{limits};
  const auto now = rpc::AddressGate::Clock::now();
  const std::string address = "192.0.2.1";
  REQUIRE(gate.open_connection(address, false, now));
  CHECK(gate.take_request(address, now, 16'383));
  CHECK(gate.take_request(address, now, 7 * 16'384));
  CHECK_FALSE(gate.take_request(address, now, 16'384));
  CHECK(gate.take_request(address, now));
  CHECK_FALSE(gate.take_request(address, now));
}

TEST_CASE("answers that callers are slow to take have room, or are not given", "[rpc]") {
  rpc::ServerLimits limits;
  limits.bodies_bytes = 20'000;
  TestServer small{limits};
  CHECK(code_of(ask(small, {"GET", "/openapi.json", {}, {}})) == "E-API-23");
  limits.bodies_bytes = 150'000;
  TestServer large{limits};
  for (int i = 0; i < 5; ++i) {  // the room is given back
    CHECK(ask(large, {"GET", "/openapi.json", {}, {}}).result_int() == 200);
  }
}

TEST_CASE("answers to what was posted don't say that nothing was taken, for want of room",
          "[rpc]") {
  rpc::ServerLimits limits;
  limits.bodies_bytes = 20'000;
  TestServer server{limits};
  Market market;
  std::vector<rpc::BuiltTransaction> payments;
  std::string list;
  for (int i = 0; i < 20; ++i) {
    payments.push_back(market.pay(1));
    list += (i == 0 ? "\"" : ",\"") + to_hex(payments.back().bytes) + "\"";
  }
  const std::string body = R"({"transactions":[)" + list + "]}";
  const auto answer = ask(
      server, {"POST", "/v1/transactions?wait=final", body, "Content-Type: application/json\r\n"});
  CHECK(answer.result_int() == 503);
  CHECK(code_of(answer) == "E-API-25");
  // They were taken; asked for with fewer at once, there is room.
  auto client = server.client();
  const auto one = client.transaction(payments.back().id, signer_of(market.person));
  REQUIRE(one.has_value());
  CHECK(one->stage == rpc::TransactionStage::final);
}

TEST_CASE("an answer to HEAD has no body, and ends the connection", "[rpc]") {
  TestServer server;
  RawConnection connection{server.port()};
  connection.send("HEAD /v1/status HTTP/1.1\r\nHost: node\r\n\r\n");
  const auto answer = connection.read();
  REQUIRE(answer.has_value());
  CHECK(answer->result_int() == 405);
  CHECK(answer->body().empty());
  CHECK(connection.is_closed());
}
