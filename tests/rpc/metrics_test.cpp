#include <catch2/catch.hpp>

#include "tests/rpc/harness.h"

using namespace test_rpc;

TEST_CASE("metrics are not on the port that a proxy makes public", "[rpc]") {
  TestServer server;
  CHECK(ask_metrics(server).result_int() == 200);
  CHECK(code_of(ask(server, {"GET", "/metrics", {}, {}})) == "E-API-02");

  // And nothing else is on the other one.
  RawConnection other{server.metrics_port()};
  other.send(RawRequest{"GET", "/v1/status", {}, {}}.text());
  const auto answer = other.read();
  REQUIRE(answer.has_value());
  CHECK(code_of(*answer) == "E-API-02");
}

TEST_CASE("metrics are refused to whom a proxy speaks for", "[rpc]") {
  TestServer server;
  for (const char* header :
       {"X-Forwarded-For: 192.0.2.1\r\n", "Forwarded: for=192.0.2.1\r\n", "Via: 1.1 town\r\n",
        "x-real-ip: 192.0.2.1\r\n", "X-Forwarded-For:\r\n"}) {
    CAPTURE(header);
    CHECK(code_of(ask_metrics(server, header)) == "E-API-20");
  }
}

TEST_CASE("metrics have an address of their own", "[rpc]") {
  boost::asio::io_context io;
  TestLedger ledger{Market{}.town};
  TestServer taken;
  const auto start = [&](const std::string& address, std::uint16_t port) {
    rpc::ServerConfig config;
    config.metrics_address = address;
    config.metrics_port = port;
    rpc::Server server{io, ledger, config};
    const auto started = server.start();
    REQUIRE_FALSE(started.has_value());
    return started.error();
  };
  CHECK(start("127.0.0.1", taken.metrics_port()) == rpc::ServerError::cannot_bind_metrics);
  CHECK(start("metrics", 0) == rpc::ServerError::bad_metrics_address);
}
