#include <catch2/catch.hpp>

#include "tests/node/net_harness.h"

namespace hansatsu::net {

using test::identities;
using test::RawPeer;
using test::TestNode;

TEST_CASE("network: a key that is not pinned is refused", "[net]") {
  const auto who = identities(3);
  TestNode a{who[0], {&who[1]}};
  a.network().start();
  RawPeer stranger{who[2], {who[0].tls_key}};
  REQUIRE(stranger.connect(a.port()));
  // In TLS 1.3 the dialer may finish before it hears the refusal.
  if (stranger.handshake(Side::dialer)) CHECK(stranger.wait_closed());
  CHECK(a.wait_notice(CloseReason::tls_refused));
  CHECK(a.network().peers_up() == 0);
}

TEST_CASE("network: a dialed peer must show its own key, not another pinned one", "[net]") {
  const auto who = identities(3);
  TestNode a{who[0], {&who[1], &who[2]}};
  TestNode c{who[2], {&who[0]}};
  a.knows(ValidatorIndex{1}, c.port());  // where the other pinned peer lives
  c.network().start();
  a.network().start();
  CHECK(a.wait_notice(CloseReason::wrong_key));
}

TEST_CASE("network: a node of another chain is refused", "[net]") {
  const auto who = identities(2);
  TestNode a{who[0], {&who[1]}};
  TestNode b{who[1], {&who[0]}, test::test_limits(), hash(HashTag::demo, as_bytes("another"))};
  a.knows(b);
  b.knows(a);
  a.network().start();
  b.network().start();
  CHECK(b.wait_notice(CloseReason::wrong_chain));
  CHECK(a.network().peers_up() == 0);
  CHECK(b.network().peers_up() == 0);
}

TEST_CASE("network: a Hello of another TLS session is refused, be it ever so genuine", "[net]") {
  const auto who = identities(2);
  TestNode a{who[0], {&who[1]}};
  a.network().start();
  RawPeer first{who[1], {who[0].tls_key}};
  REQUIRE(first.connect(a.port()));
  REQUIRE(first.handshake(Side::dialer));
  const Hello genuine = first.lawful_hello(Lane::consensus, Side::dialer);
  // Whoever has the TLS key alone can replay what the validator's key signed elsewhere.
  RawPeer relay{who[1], {who[0].tls_key}};
  REQUIRE(relay.connect(a.port()));
  REQUIRE(relay.handshake(Side::dialer));
  REQUIRE(relay.send_hello(genuine));
  CHECK(relay.wait_closed());
  CHECK(a.wait_notice(CloseReason::bad_signature));
  // On its own channel it is good.
  REQUIRE(first.send_hello(genuine));
  CHECK(first.receive_hello().has_value());
}

TEST_CASE("network: the acceptor's Hello sent back to it is refused", "[net]") {
  const auto who = identities(2);
  TestNode a{who[0], {&who[1]}};
  a.network().start();
  RawPeer peer{who[1], {who[0].tls_key}};
  REQUIRE(peer.connect(a.port()));
  REQUIRE(peer.handshake(Side::dialer));
  REQUIRE(peer.send_hello(peer.lawful_hello(Lane::consensus, Side::acceptor)));
  CHECK(peer.wait_closed());
  CHECK(a.wait_notice(CloseReason::bad_signature));
}

TEST_CASE("network: what is no TLS, or no Hello, is refused", "[net]") {
  const auto who = identities(2);
  TestNode a{who[0], {&who[1]}};
  a.network().start();
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket plain{io};
  plain.connect({boost::asio::ip::address_v4::loopback(), a.port()});
  plain.write_some(boost::asio::buffer(std::string_view{"GET / HTTP/1.1\r\n\r\n"}));
  CHECK(a.wait_notice(CloseReason::tls_refused));
  RawPeer peer{who[1], {who[0].tls_key}};
  REQUIRE(peer.connect(a.port()));
  REQUIRE(peer.handshake(Side::dialer));
  SECTION("a length over any Hello's is not waited for") { REQUIRE(peer.write(Bytes{0xff, 0xff})); }
  SECTION("bytes that do not decode") { REQUIRE(peer.write(Bytes{0, 3, 1, 2, 3})); }
  CHECK(peer.wait_closed());
  CHECK(a.wait_notice(CloseReason::bad_hello));
}

TEST_CASE("network: a handshake that does not go on is cut", "[net]") {
  const auto who = identities(2);
  NetworkLimits limits = test::test_limits();
  limits.handshake_max = milliseconds{200};
  TestNode a{who[0], {&who[1]}, limits};
  a.network().start();
  RawPeer peer{who[1], {who[0].tls_key}};
  REQUIRE(peer.connect(a.port()));
  SECTION("nothing is sent") {}
  SECTION("TLS stands, but no Hello comes") { REQUIRE(peer.handshake(Side::dialer)); }
  CHECK(a.wait_notice(CloseReason::handshake_slow));
  CHECK(peer.wait_closed());
}

TEST_CASE("network: after a failed handshake its address waits", "[net]") {
  const auto who = identities(3);
  NetworkLimits limits = test::test_limits();
  limits.handshakes.address_pause = std::chrono::hours{1};
  TestNode a{who[0], {&who[1]}, limits};
  a.network().start();
  RawPeer stranger{who[2], {who[0].tls_key}};
  REQUIRE(stranger.connect(a.port()));
  if (stranger.handshake(Side::dialer)) CHECK(stranger.wait_closed());
  REQUIRE(a.wait_notice(CloseReason::tls_refused));
  RawPeer peer{who[1], {who[0].tls_key}};
  REQUIRE(peer.connect(a.port()));
  CHECK_FALSE(peer.handshake(Side::dialer));
}

TEST_CASE("network: open refuses what cannot work", "[net]") {
  const auto who = identities(3);
  boost::asio::io_context io;
  const auto open = [&](const std::string& listen, std::vector<PeerInfo> peers) {
    NetworkConfig config{listen, test::test_chain(), std::move(peers), {}};
    return PeerNetwork::open(io, std::move(config), {who[0].validator.clone(), SecretBytes<32>{}},
                             {});
  };
  CHECK(open("localhost", {}).error() == NetworkError::bad_listen_address);
  CHECK(open("127.0.0.1:70000", {}).error() == NetworkError::bad_listen_address);
  CHECK(open("192.0.2.1:0", {}).error() == NetworkError::address_in_use);
  const PeerInfo peer = test::info_of(who[1], 5);
  CHECK(open("127.0.0.1:0", {peer, peer}).error() == NetworkError::bad_peers);
  PeerInfo no_port = peer;
  no_port.address = "validator.example";
  CHECK(open("127.0.0.1:0", {no_port}).error() == NetworkError::bad_peers);
  CHECK(open("127.0.0.1:0", {peer}).has_value());
}

}  // namespace hansatsu::net
