#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <future>

#include "rpc/json/codec.h"
#include "tests/rpc/harness.h"

using namespace test_rpc;

namespace {
const std::string kStatus = "GET /v1/status HTTP/1.1\r\nHost: node\r\n\r\n";
}

TEST_CASE("a connection serves one request after another, also when they come at once", "[rpc]") {
  TestServer server;
  RawConnection connection{server.port()};
  for (int i = 0; i < 3; ++i) {
    connection.send(kStatus);
    const auto answer = connection.read();
    REQUIRE(answer.has_value());
    CHECK(answer->result_int() == 200);
  }
  connection.send(kStatus + kStatus);
  CHECK(connection.read().has_value());
  CHECK(connection.read().has_value());
  connection.send("GET /v1/status HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n");
  CHECK(connection.read().has_value());
  CHECK(connection.is_closed());
}

TEST_CASE("what is not HTTP is told so and cut off", "[rpc]") {
  TestServer server;
  for (const char* bytes :
       {"HELLO\r\n\r\n", "GET /v1/status HTTP/9.1\r\n\r\n", "GET / HTTP/1.1\r\nBad Header\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    CAPTURE(bytes);
    RawConnection connection{server.port()};
    connection.send(bytes);
    const auto answer = connection.read();
    REQUIRE(answer.has_value());
    CHECK(answer->result_int() == 400);
    CHECK(code_of(*answer) == "E-API-01");
    CHECK(connection.is_closed());
  }
}

TEST_CASE("unknown paths, wrong methods and odd expectations have their codes", "[rpc]") {
  TestServer server;
  CHECK(code_of(ask(server, {"GET", "/v1/nothing", {}, {}})) == "E-API-02");
  CHECK(code_of(ask(server, {"GET", "/v1/status/", {}, {}})) == "E-API-02");
  const auto wrong = ask(server, {"DELETE", "/v1/status", {}, {}});
  CHECK(wrong.result_int() == 405);
  CHECK(code_of(wrong) == "E-API-03");
  CHECK(wrong["Allow"] == "GET");
  CHECK(code_of(ask(server, {"GET", "/v1/accounts/0001-2345-21", {}, {}})) == "E-API-11");
  CHECK(code_of(ask(server, {"GET", "/v1/status", {}, "Expect: miracles\r\n"})) == "E-API-06");
  const auto japanese =
      ask(server, {"GET", "/v1/nothing", {}, "Accept-Language: ja-JP,en;q=0.5\r\n"});
  CHECK(japanese["Content-Language"] == "ja");
  CHECK(japanese["Content-Type"] == "application/problem+json");
  CHECK(rpc::parse_json(japanese.body())->at("title") == "このアドレスはありません。");
}

TEST_CASE("a caller who asks first is told to go on", "[rpc]") {
  TestServer server;
  RawConnection connection{server.port()};
  connection.send(
      "POST /v1/transactions HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n"
      "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  const auto go_on = connection.read();
  REQUIRE(go_on.has_value());
  CHECK(go_on->result_int() == 100);
  connection.send("{}");
  const auto answer = connection.read();
  REQUIRE(answer.has_value());
  CHECK(code_of(*answer) == "E-API-08");
}

TEST_CASE("headers and bodies have bounds", "[rpc]") {
  rpc::ServerLimits limits;
  limits.header_bytes = 1'000;
  limits.body_bytes = 2'000;
  TestServer server{limits};
  const auto header =
      ask(server, {"GET", "/v1/status", {}, "X: " + std::string(2'000, 'x') + "\r\n"});
  CHECK(code_of(header) == "E-API-04");
  const auto body = ask(server, {"POST", "/v1/transactions", std::string(3'000, 'x'), {}});
  CHECK(code_of(body) == "E-API-05");
  RawConnection chunks{server.port()};
  chunks.send("POST /v1/transactions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nbb8\r\n" +
              std::string(3'000, 'x') + "\r\n0\r\n\r\n");
  const auto chunked = chunks.read();
  REQUIRE(chunked.has_value());
  CHECK(code_of(*chunked) == "E-API-05");
}

TEST_CASE("slow callers are cut off wherever they dawdle", "[rpc]") {
  rpc::ServerLimits limits;
  limits.idle_max = std::chrono::milliseconds{100};
  limits.header_max = std::chrono::milliseconds{100};
  limits.body_max = std::chrono::milliseconds{100};
  TestServer server{limits};
  RawConnection silent{server.port()};
  CHECK(silent.is_closed());

  RawConnection header{server.port()};
  header.send("GET /v1/status HTTP/1.1\r\nHost: no");
  CHECK(header.is_closed());

  RawConnection body{server.port()};
  body.send("POST /v1/transactions HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf");
  CHECK(body.is_closed());
}

TEST_CASE("an address has only so many requests at once", "[rpc]") {
  rpc::ServerLimits limits;
  limits.loopback.requests_burst = 3;
  limits.loopback.requests_a_second = 0;
  TestServer server{limits};
  RawConnection first{server.port()};
  for (int i = 0; i < 3; ++i) {
    first.send(kStatus);
    const auto answer = first.read();
    REQUIRE(answer.has_value());
    CHECK(answer->result_int() == 200);
  }
  first.send(kStatus);
  const auto refused = first.read();
  REQUIRE(refused.has_value());
  CHECK(code_of(*refused) == "E-API-22");
  CHECK((*refused)["Retry-After"] == "1");
  CHECK(first.is_closed());
}

TEST_CASE("an address has only so many connections", "[rpc]") {
  rpc::ServerLimits limits;
  limits.loopback.connections = 2;
  TestServer server{limits};
  RawConnection first{server.port()};
  RawConnection second{server.port()};
  for (RawConnection* open : {&first, &second}) {
    open->send(kStatus);
    CHECK(open->read().has_value());
  }
  RawConnection third{server.port()};
  CHECK(third.is_closed());
}

TEST_CASE("a stuck disk is told, not waited for", "[rpc]") {
  rpc::ServerLimits limits;
  limits.view_max = std::chrono::milliseconds{50};
  TestServer server{limits};
  const Market market;
  server.ledger().set_stuck(true);
  auto client = server.client();
  const auto history =
      client.history(market.person, signer_of(market.person), std::nullopt, true, 10);
  REQUIRE_FALSE(history.has_value());
  CHECK(history.error().code == "E-API-25");
}

TEST_CASE("a stop lets a begun request have its answer", "[rpc]") {
  TestServer server;
  Market market;
  RawConnection idle{server.port()};
  RawConnection busy{server.port()};
  idle.send(kStatus);
  REQUIRE(idle.read().has_value());
  server.ledger().hold();
  RawRequest request{"POST", "/v1/transactions?wait=final",
                     R"({"transactions":[")" + to_hex(market.pay(5).bytes) + "\"]}",
                     "Content-Type: application/json\r\n"};
  busy.send(request.text());
  while (server.ledger().waiting() == 0) std::this_thread::yield();
  auto stopped = std::async(std::launch::async, [&server] { return server.stop(); });
  CHECK(idle.is_closed());
  server.ledger().release();
  const auto answer = busy.read();
  REQUIRE(answer.has_value());
  CHECK(answer->result_int() == 200);
  CHECK((*answer)["Connection"] == "close");
  CHECK(stopped.get());
}

TEST_CASE("a stop does not wait for ever for a block", "[rpc]") {
  rpc::ServerLimits limits;
  limits.stop_max = std::chrono::milliseconds{100};
  TestServer server{limits};
  Market market;
  server.ledger().hold();
  RawConnection busy{server.port()};
  RawRequest request{"POST", "/v1/transactions?wait=final",
                     R"({"transactions":[")" + to_hex(market.pay(5).bytes) + "\"]}",
                     "Content-Type: application/json\r\n"};
  busy.send(request.text());
  while (server.ledger().waiting() == 0) std::this_thread::yield();
  CHECK(server.stop());
  CHECK(busy.is_closed());
}

TEST_CASE("plain HTTP is spoken on loopback only", "[rpc]") {
  boost::asio::io_context io;
  TestLedger ledger{Market{}.town};
  const auto start = [&](const std::string& address) {
    rpc::Server server{io, ledger, {address, 0, {}}};
    const auto started = server.start();
    REQUIRE_FALSE(started.has_value());
    return started.error();
  };
  CHECK(start("0.0.0.0") == rpc::ServerError::needs_tls);
  CHECK(start("192.0.2.1") == rpc::ServerError::needs_tls);
  CHECK(start("::") == rpc::ServerError::needs_tls);
  CHECK(start("localhost") == rpc::ServerError::bad_address);
  TestServer taken;
  rpc::Server second{io, ledger, {"127.0.0.1", taken.port(), {}}};
  const auto started = second.start();
  REQUIRE_FALSE(started.has_value());
  CHECK(started.error() == rpc::ServerError::cannot_bind);
}
