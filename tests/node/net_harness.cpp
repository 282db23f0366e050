#include "tests/node/net_harness.h"

#include <algorithm>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

namespace hansatsu::net::test {
namespace {

using asio::ip::tcp;

SecretBytes<32> numbered_secret(std::uint8_t first, std::uint8_t second) {
  SecretBytes<32> secret;
  secret.writable()[0] = first;
  secret.writable()[31] = second;
  return secret;
}

SecretBytes<32> copy_of(const SecretBytes<32>& secret) {
  return SecretBytes<32>{std::span<const std::uint8_t, 32>{secret.view()}};
}

}  // namespace

Identity::Identity(std::uint8_t number)
    : index{number},
      validator{*KeyPair::from_secret(numbered_secret(1, static_cast<std::uint8_t>(number + 1)))},
      seed{numbered_secret(2, number)},
      tls_key{*tls_key_of(seed)} {}

Hash test_chain() { return hash(HashTag::demo, as_bytes("a test's chain")); }

NetworkLimits test_limits() {
  NetworkLimits limits;
  limits.redial = {milliseconds{20}, milliseconds{100}};
  limits.handshakes.address_pause = milliseconds{0};
  limits.handshakes.failures = {1'000, 1'000};
  limits.second_dial_delay = milliseconds{50};
  return limits;
}

PeerInfo info_of(const Identity& identity, std::uint16_t port) {
  return {identity.index, "peer", identity.validator.public_key(), identity.tls_key,
          "127.0.0.1:" + std::to_string(port)};
}

std::vector<Identity> identities(std::size_t count) {
  std::vector<Identity> made;
  for (std::size_t i = 0; i < count; ++i) made.emplace_back(static_cast<std::uint8_t>(i));
  std::sort(made.begin(), made.end(), [](const Identity& a, const Identity& b) {
    return a.validator.public_key() < b.validator.public_key();
  });
  for (std::size_t i = 0; i < count; ++i)
    made[i].index = ValidatorIndex{static_cast<std::uint8_t>(i)};
  return made;
}

Message message_of(std::string_view text) {
  const ByteView bytes = as_bytes(text);
  return std::make_shared<const Bytes>(bytes.begin(), bytes.end());
}

TestNode::TestNode(const Identity& own, const std::vector<const Identity*>& peers,
                   NetworkLimits limits, Hash chain, std::uint16_t port)
    : index_{own.index}, guard_{asio::make_work_guard(io_)} {
  NetworkConfig config;
  config.listen_address = "127.0.0.1:" + std::to_string(port);
  config.chain_id = chain;
  config.limits = limits;
  for (const Identity* peer : peers) config.peers.push_back(info_of(*peer, 1));
  auto opened = PeerNetwork::open(io_, std::move(config),
                                  {own.validator.clone(), copy_of(own.seed)}, recorder());
  REQUIRE(opened.has_value());
  network_ = *std::move(opened);
  thread_ = std::thread{[this] { io_.run(); }};
}

TestNode::~TestNode() { stop(); }

void TestNode::stop() {
  if (std::exchange(stopped_, true)) return;
  CHECK(network_->stop(kPatience));
  guard_.reset();
  thread_.join();
}

void TestNode::knows(ValidatorIndex peer, std::uint16_t port) {
  network_->set_peer_address(peer, "127.0.0.1:" + std::to_string(port));
}

Callbacks TestNode::recorder() {
  const auto record = [this](const auto& change) {
    const std::scoped_lock lock{mutex_};
    change();
    changed_.notify_all();
  };
  return {
      .on_message =
          [=, this](ValidatorIndex peer, Channel channel, const Message& message) {
            record([&] {
              received.push_back({peer, channel, *message});
              if (holds_messages) held.push_back(message);
            });
          },
      .on_peer_up =
          [=, this](ValidatorIndex, Height last_final) {
            record([&] {
              ++ups;
              last_final_of_peer = last_final;
            });
          },
      .on_peer_down = [=, this](ValidatorIndex) { record([&] { ++downs; }); },
      .on_notice =
          [=, this](const Notice& notice) { record([&] { notices.push_back(notice.reason); }); }};
}

bool TestNode::wait_until(const std::function<bool(const TestNode&)>& condition) {
  // Not everything that is waited for is reported, so the condition is asked again now and then.
  std::unique_lock lock{mutex_};
  const Time give_up = Clock::now() + kPatience;
  while (!condition(*this)) {
    if (Clock::now() > give_up) return false;
    changed_.wait_for(lock, milliseconds{5});
  }
  return true;
}

bool TestNode::wait_up(std::size_t peers) {
  return wait_until([peers](const TestNode& node) { return node.ups - node.downs == peers; });
}

bool TestNode::wait_received(std::size_t messages) {
  return wait_until([=](const TestNode& node) { return node.received.size() >= messages; });
}

bool TestNode::wait_notice(CloseReason reason) {
  return wait_until([reason](const TestNode& node) { return node.noticed(reason); });
}

bool TestNode::noticed(CloseReason reason) const {
  return std::find(notices.begin(), notices.end(), reason) != notices.end();
}

RawPeer::RawPeer(const Identity& shown, const std::vector<TlsKey>& pinned)
    : key_{shown.validator.clone()} {
  const auto certificate = make_key_certificate(shown.seed);
  REQUIRE(certificate.has_value());
  tls_ = TlsContext::make(*certificate, pinned);
  REQUIRE(tls_ != nullptr);
  stream_ = std::make_unique<Stream>(tcp::socket{io_}, SSL_new(tls_->handle()));
}

bool RawPeer::run() {
  io_.restart();
  io_.run_for(kPatience);
  return io_.stopped();
}

bool RawPeer::connect(std::uint16_t port) {
  boost::system::error_code failed;
  stream_->next_layer().connect({asio::ip::address_v4::loopback(), port}, failed);
  return !failed;
}

void RawPeer::take_over(tcp::socket socket) {
  stream_->next_layer().assign(tcp::v4(), socket.release());
}

bool RawPeer::handshake(Side side) {
  boost::system::error_code outcome = asio::error::timed_out;
  stream_->async_handshake(
      side == Side::dialer ? asio::ssl::stream_base::client : asio::ssl::stream_base::server,
      [&](boost::system::error_code failed) { outcome = failed; });
  return run() && !outcome;
}

ChannelBinding RawPeer::binding() {
  const auto found = channel_binding(stream_->native_handle());
  REQUIRE(found.has_value());
  return *found;
}

bool RawPeer::write(const Bytes& bytes) {
  boost::system::error_code outcome = asio::error::timed_out;
  asio::async_write(*stream_, asio::buffer(bytes),
                    [&](boost::system::error_code failed, std::size_t) { outcome = failed; });
  return run() && !outcome;
}

bool RawPeer::send_hello(const Hello& hello) {
  const Bytes body = encode(hello);
  Encoder framed;
  framed(static_cast<std::uint16_t>(body.size()));
  framed.raw(body);
  return write(framed.take());
}

std::optional<Bytes> RawPeer::read(std::size_t count) {
  Bytes bytes(count);
  boost::system::error_code outcome = asio::error::timed_out;
  asio::async_read(*stream_, asio::buffer(bytes),
                   [&](boost::system::error_code failed, std::size_t) { outcome = failed; });
  if (!run() || outcome) return std::nullopt;
  return bytes;
}

std::optional<Hello> RawPeer::receive_hello() {
  const auto framed = read(2 + encode(Hello{}).size());
  if (!framed) return std::nullopt;
  const auto hello = decode<Hello>(ByteView{*framed}.subspan(2));
  return hello ? std::optional{*hello} : std::nullopt;
}

Hello RawPeer::lawful_hello(Lane lane, Side side) {
  Hello hello;
  hello.chain_id = test_chain();
  hello.lane = lane;
  return sign_hello(hello, side, binding(), key_);
}

bool RawPeer::join(std::uint16_t port, Lane lane) {
  return connect(port) && handshake(Side::dialer) && send_hello(lawful_hello(lane, Side::dialer)) &&
         receive_hello().has_value();
}

bool RawPeer::wait_closed() {
  const Time give_up = Clock::now() + kPatience;
  std::array<std::uint8_t, 4'096> sink{};
  while (Clock::now() < give_up) {
    boost::system::error_code outcome = asio::error::timed_out;
    stream_->async_read_some(asio::buffer(sink), [&](boost::system::error_code failed,
                                                     std::size_t) { outcome = failed; });
    if (!run()) return false;
    if (outcome) return true;
  }
  return false;
}

void RawPeer::close() {
  boost::system::error_code ignored;
  stream_->next_layer().close(ignored);
}

RawListener::RawListener() : acceptor_{io_, {asio::ip::address_v4::loopback(), 0}} {}

std::uint16_t RawListener::port() const { return acceptor_.local_endpoint().port(); }

bool RawListener::accept(RawPeer& peer) {
  bool accepted = false;
  acceptor_.async_accept([&](boost::system::error_code failed, tcp::socket socket) {
    if (failed) return;
    peer.take_over(std::move(socket));
    accepted = true;
  });
  io_.restart();
  io_.run_for(kPatience);
  return accepted;
}

}  // namespace hansatsu::net::test
