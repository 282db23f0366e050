#include <netdb.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "node/net/frame.h"
#include "node/net/peer_link.h"
#include "tests/node/net_harness.h"

namespace hansatsu::net {
namespace {

using test::identities;
using test::Identity;
using test::message_of;
using test::RawListener;
using test::RawPeer;
using test::TestNode;

Bytes one_frame(Channel channel, std::string_view text) {
  Bytes out;
  FrameCutter{channel, 1, as_bytes(text)}.append_next(out);
  return out;
}

void connect_pair(TestNode& a, TestNode& b) {
  a.knows(b);
  b.knows(a);
  a.network().start();
  b.network().start();
  REQUIRE(a.wait_up(1));
  REQUIRE(b.wait_up(1));
}

}  // namespace

TEST_CASE("network: two nodes find each other and exchange messages on both lanes", "[net]") {
  const auto who = identities(2);
  TestNode a{who[0], {&who[1]}};
  TestNode b{who[1], {&who[0]}};
  b.network().set_last_final(Epoch{0}, Height{42});
  connect_pair(a, b);
  CHECK(a.last_final_of_peer == Height{42});
  const Message body = std::make_shared<const Bytes>(Bytes(1'000'000, 7));
  REQUIRE(a.network().send(ValidatorIndex{1}, Channel::vote, message_of("a vote")));
  REQUIRE(a.network().send(ValidatorIndex{1}, Channel::body, body));
  REQUIRE(b.network().broadcast(Channel::status, message_of("a status")) == 1);
  REQUIRE(b.wait_received(2));
  REQUIRE(a.wait_received(1));
  const bool vote_first = b.received[0].channel == Channel::vote;
  CHECK(b.received[vote_first ? 0 : 1].bytes == *message_of("a vote"));
  CHECK(b.received[vote_first ? 1 : 0].bytes == *body);
  CHECK(a.received[0].peer == ValidatorIndex{1});
  CHECK(a.received[0].bytes == *message_of("a status"));
  CHECK(b.network().status(ValidatorIndex{0}).received_bytes == 1'000'006);
  CHECK_FALSE(a.network().send(ValidatorIndex{9}, Channel::vote, message_of("to nobody")));
}

TEST_CASE("network: a peer is also found by name, whichever of its addresses answers", "[net]") {
  if (::gethostbyname("localhost") == nullptr) {
    WARN("not run: this machine does not know localhost by name");
    return;
  }
  const auto who = identities(2);
  TestNode a{who[0], {&who[1]}};
  TestNode b{who[1], {&who[0]}};
  a.network().set_peer_address(ValidatorIndex{1}, "localhost:" + std::to_string(b.port()));
  a.network().start();
  b.network().start();
  CHECK(a.wait_up(1));
}

TEST_CASE("network: four nodes form a mesh", "[net]") {
  const auto who = identities(4);
  std::vector<std::unique_ptr<TestNode>> nodes;
  for (std::size_t i = 0; i < 4; ++i) {
    std::vector<const Identity*> others;
    for (std::size_t k = 0; k < 4; ++k) {
      if (k != i) others.push_back(&who[k]);
    }
    nodes.push_back(std::make_unique<TestNode>(who[i], others));
  }
  for (auto& node : nodes) {
    for (auto& other : nodes) node->knows(*other);
    node->network().start();
  }
  for (auto& node : nodes) REQUIRE(node->wait_up(3));
  // What is sent while a double dial is being settled may be lost, so each repeats itself.
  for (auto& node : nodes) {
    CHECK(node->wait_until([&](const TestNode& listening) {
      for (auto& other : nodes)
        other->network().broadcast(Channel::certificate, message_of("to all"), 1);
      std::set<ValidatorIndex> heard;
      for (const auto& received : listening.received) heard.insert(received.peer);
      return heard.size() == 3;
    }));
  }
}

TEST_CASE("network: a peer that restarts is connected again", "[net]") {
  const auto who = identities(2);
  TestNode a{who[0], {&who[1]}};
  auto b = std::make_unique<TestNode>(who[1], std::vector{&who[0]});
  connect_pair(a, *b);
  b.reset();
  REQUIRE(a.wait_until([](const TestNode& node) { return node.downs == 1; }));
  CHECK_FALSE(a.network().send(ValidatorIndex{1}, Channel::vote, message_of("to the dead")));
  TestNode again{who[1], {&who[0]}};
  a.knows(again);  // on its new port; either side may dial first
  again.knows(a);
  again.network().start();
  REQUIRE(a.wait_up(1));
  REQUIRE(a.network().send(ValidatorIndex{1}, Channel::vote, message_of("welcome")));
  CHECK(again.wait_received(1));
}

TEST_CASE("network: a peer that breaks the rules of frames is banned", "[net]") {
  const auto who = identities(2);
  TestNode a{who[0], {&who[1]}};
  a.network().start();
  RawPeer consensus{who[1], {who[0].tls_key}};
  RawPeer bulk{who[1], {who[0].tls_key}};
  REQUIRE(consensus.join(a.port(), Lane::consensus));
  REQUIRE(bulk.join(a.port(), Lane::bulk));
  REQUIRE(a.wait_up(1));
  REQUIRE(consensus.write(one_frame(Channel::vote, "lawful")));
  REQUIRE(a.wait_received(1));
  SECTION("an oversized message") {
    REQUIRE(bulk.write(Bytes{16, 1, 0x3f, 0xf4, 0, 0, 0, 1, 0x7f, 0xff, 0xff, 0xff}));
  }
  SECTION("garbage") { REQUIRE(bulk.write(Bytes(64, 0xee))); }
  SECTION("a body on the consensus lane") {
    REQUIRE(consensus.write(one_frame(Channel::body, "not here")));
  }
  CHECK(a.wait_notice(CloseReason::malformed));
  CHECK(consensus.wait_closed());
  CHECK(bulk.wait_closed());
  CHECK(a.network().status(ValidatorIndex{1}).banned);
  RawPeer again{who[1], {who[0].tls_key}};
  if (again.join(a.port(), Lane::consensus)) CHECK(again.wait_closed());
  CHECK(a.wait_notice(CloseReason::banned));
}

TEST_CASE("network: the core can have a peer banned", "[net]") {
  const auto who = identities(2);
  TestNode a{who[0], {&who[1]}};
  TestNode b{who[1], {&who[0]}};
  connect_pair(a, b);
  a.network().punish(ValidatorIndex{1});
  CHECK(a.wait_notice(CloseReason::punished));
  CHECK(a.wait_until([](const TestNode& node) { return node.downs == 1; }));
  CHECK(a.network().status(ValidatorIndex{1}).banned);
  CHECK_FALSE(a.network().send(ValidatorIndex{1}, Channel::vote, message_of("no")));
}

TEST_CASE("network: a peer that falls silent is given up", "[net]") {
  const auto who = identities(2);
  NetworkLimits limits = test::test_limits();
  limits.ping_interval = milliseconds{20};
  limits.dead_after = milliseconds{100};
  TestNode a{who[0], {&who[1]}, limits};
  a.network().start();
  RawPeer consensus{who[1], {who[0].tls_key}};
  RawPeer bulk{who[1], {who[0].tls_key}};
  REQUIRE(consensus.join(a.port(), Lane::consensus));
  REQUIRE(bulk.join(a.port(), Lane::bulk));
  CHECK(a.wait_notice(CloseReason::silent));
}

TEST_CASE("network: an idle lane carries pings", "[net]") {
  const auto who = identities(2);
  NetworkLimits limits = test::test_limits();
  limits.ping_interval = milliseconds{20};
  TestNode a{who[0], {&who[1]}, limits};
  a.network().start();
  RawPeer peer{who[1], {who[0].tls_key}};
  REQUIRE(peer.join(a.port(), Lane::bulk));
  Bytes ping;
  FrameCutter{Channel::ping, 0, {}}.append_next(ping);
  for (int i = 0; i < 3; ++i) CHECK(peer.read(ping.size()) == ping);
}

TEST_CASE("double dial: both ends keep the one dialed by the smaller key", "[net]") {
  for (const bool standing_by_us : {false, true}) {
    for (const bool our_key_is_smaller : {false, true}) {
      const bool here =
          standing_stays({standing_by_us, !standing_by_us, our_key_is_smaller, false});
      const bool there =
          standing_stays({!standing_by_us, standing_by_us, !our_key_is_smaller, false});
      CHECK(here == there);
      CHECK(here == (standing_by_us == our_key_is_smaller));
      CHECK_FALSE(standing_stays({standing_by_us, standing_by_us, our_key_is_smaller, false}));
      CHECK_FALSE(standing_stays({standing_by_us, !standing_by_us, our_key_is_smaller, true}));
    }
  }
}

TEST_CASE("double dial: on the wire one connection a lane remains", "[net]") {
  const auto who = identities(2);  // the node has the smaller key
  TestNode a{who[0], {&who[1]}};
  RawListener listener;
  a.knows(who[1].index, listener.port());
  a.network().start();
  RawPeer dialed_by_a{who[1], {who[0].tls_key}};
  REQUIRE(listener.accept(dialed_by_a));
  REQUIRE(dialed_by_a.handshake(Side::acceptor));
  const auto hello = dialed_by_a.receive_hello();
  REQUIRE(hello.has_value());
  RawPeer dials_a{who[1], {who[0].tls_key}};
  SECTION("the one it dialed comes last and takes over") {
    REQUIRE(dials_a.join(a.port(), hello->lane));
    REQUIRE(dialed_by_a.send_hello(dialed_by_a.lawful_hello(hello->lane, Side::acceptor)));
    CHECK(dials_a.wait_closed());
    CHECK(a.wait_notice(CloseReason::replaced));
  }
  SECTION("the one it dialed stands and stays") {
    REQUIRE(dialed_by_a.send_hello(dialed_by_a.lawful_hello(hello->lane, Side::acceptor)));
    REQUIRE(a.wait_until([&](const TestNode&) {
      return a.network().status(who[1].index).dialed_by_us[place_of(hello->lane)] == true;
    }));
    REQUIRE(dials_a.join(a.port(), hello->lane));
    CHECK(dials_a.wait_closed());
    CHECK(a.wait_notice(CloseReason::duplicate));
  }
  CHECK(a.network().status(who[1].index).dialed_by_us[place_of(hello->lane)] == true);
}

TEST_CASE("S37 network: a peer that does not read loses bulk first and delays nobody",
          "[net][S37]") {
  const auto who = identities(2);
  NetworkLimits limits = test::test_limits();
  limits.dead_after = limits.write_stall_max = std::chrono::hours{1};
  TestNode a{who[0], {&who[1]}, limits};
  a.network().start();
  RawPeer consensus{who[1], {who[0].tls_key}};
  RawPeer bulk{who[1], {who[0].tls_key}};
  REQUIRE(consensus.join(a.port(), Lane::consensus));
  REQUIRE(bulk.join(a.port(), Lane::bulk));
  REQUIRE(a.wait_up(1));
  const Message body = std::make_shared<const Bytes>(1'000'000);
  bool full = false;
  for (int i = 0; i < 64 && !full; ++i) full = !a.network().send(who[1].index, Channel::body, body);
  REQUIRE(full);  // the peer reads nothing, so the outbox is at its bound
  CHECK(a.network().status(who[1].index).outbox_bytes <= limits.send_bytes_max);
  const auto dropped = a.network().status(who[1].index).dropped_outgoing;
  for (int i = 0; i < 100; ++i)
    CHECK(a.network().send(who[1].index, Channel::vote, message_of("a vote passes")));
  CHECK(a.network().status(who[1].index).outbox_bytes <= limits.send_bytes_max);
  const Message proposal = std::make_shared<const Bytes>(48 * 1'024);
  for (int i = 0; i < 150; ++i) CHECK(a.network().send(who[1].index, Channel::proposal, proposal));
  CHECK(a.network().status(who[1].index).dropped_outgoing > dropped);
}

TEST_CASE("S37 network: a large message on the bulk lane does not hold up a vote", "[net][S37]") {
  const auto who = identities(2);
  NetworkLimits slow = test::test_limits();
  slow.lane_bytes[place_of(Lane::bulk)] = {1'000, 1'000};  // a body takes minutes
  TestNode a{who[0], {&who[1]}};
  TestNode b{who[1], {&who[0]}, slow};
  connect_pair(a, b);
  const Message body = std::make_shared<const Bytes>(Bytes(500'000, 1));
  for (int i = 0; i < 3; ++i) REQUIRE(a.network().send(who[1].index, Channel::body, body));
  REQUIRE(a.network().send(who[1].index, Channel::vote, message_of("a vote")));
  REQUIRE(b.wait_received(1));
  CHECK(b.received[0].channel == Channel::vote);
}

TEST_CASE("network: messages the node does not release stop the reading of their lane only",
          "[net]") {
  const auto who = identities(2);
  TestNode a{who[0], {&who[1]}};
  TestNode b{who[1], {&who[0]}};
  b.holds_messages = true;
  connect_pair(a, b);
  const Message body = std::make_shared<const Bytes>(Bytes(700'000, 1));
  for (int i = 0; i < 4; ++i) REQUIRE(a.network().send(who[1].index, Channel::body, body));
  REQUIRE(b.wait_received(2));  // 1.4 MB; a third would pass the budget
  REQUIRE(a.network().send(who[1].index, Channel::vote, message_of("a vote")));
  REQUIRE(b.wait_received(3));
  {
    const std::scoped_lock lock{b.mutex()};
    CHECK(b.received.back().channel == Channel::vote);
    b.holds_messages = false;
    b.held.clear();
  }
  CHECK(b.wait_received(5));
}

TEST_CASE("network: more Status than its rate is dropped, more votes only wait", "[net]") {
  const auto who = identities(2);
  NetworkLimits limits = test::test_limits();
  limits.channels[place_of(Channel::vote)].messages = {1'000, 10};
  limits.channels[place_of(Channel::status)].messages = {1, 10};
  TestNode a{who[0], {&who[1]}};
  TestNode b{who[1], {&who[0]}, limits};
  connect_pair(a, b);
  for (int i = 0; i < 100; ++i) {
    REQUIRE(a.network().send(who[1].index, Channel::status, message_of("status")));
    REQUIRE(a.network().send(who[1].index, Channel::vote, message_of("vote")));
  }
  CHECK(b.wait_until([](const TestNode& node) {
    return std::count_if(node.received.begin(), node.received.end(), [](const auto& received) {
             return received.channel == Channel::vote;
           }) == 100;
  }));
  const auto dropped_all = [&](const TestNode&) {
    return b.network().status(who[0].index).dropped_incoming > 0;
  };
  CHECK(b.wait_until(dropped_all));
}

}  // namespace hansatsu::net
