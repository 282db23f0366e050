#include <catch2/catch.hpp>
#include <numeric>

#include "consensus/messages.h"
#include "node/net/frame.h"
#include "node/net/hello.h"
#include "node/net/limits.h"
#include "node/net/outbox.h"
#include "node/net/rate_limits.h"

namespace hansatsu::net {
namespace {

Bytes numbered_bytes(std::size_t size) {
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

Bytes frames_of(Channel channel, std::uint32_t id, ByteView message) {
  Bytes out;
  FrameCutter cutter{channel, id, message};
  while (!cutter.done()) cutter.append_next(out);
  return out;
}

/// Feeds all bytes in pieces of `step` and collects what comes out.
struct Reading {
  std::vector<Bytes> messages;
  std::size_t pings = 0;
  std::size_t skipped = 0;
  std::optional<FrameError> error;
};
Reading read_all(FrameReader& reader, ByteView bytes, std::size_t step, bool skip = false) {
  Reading reading;
  while (!bytes.empty()) {
    ByteView piece = bytes.first(std::min(step, bytes.size()));
    bytes = bytes.subspan(piece.size());
    for (;;) {
      const auto event = reader.next(piece);
      if (!event) {
        reading.error = event.error();
        return reading;
      }
      if (*event == FrameEvent::need_bytes) break;
      if (*event == FrameEvent::begins && skip) reader.skip();
      if (*event == FrameEvent::complete) reading.messages.push_back(reader.take());
      if (*event == FrameEvent::ping) ++reading.pings;
      if (*event == FrameEvent::skipped) ++reading.skipped;
    }
  }
  return reading;
}

FrameError refusal_of(Lane lane, const Bytes& bytes) {
  FrameReader reader{lane};
  const Reading reading = read_all(reader, bytes, bytes.size());
  REQUIRE(reading.error.has_value());
  CHECK(reader.allocated_bytes() <= kFragmentBytesMax * 2);
  return *reading.error;
}

Bytes raw_frame(std::uint8_t channel, std::uint8_t flags, std::uint16_t fragment_bytes,
                std::uint32_t id, std::optional<std::uint32_t> total) {
  Encoder encoder;
  encoder(channel, flags, fragment_bytes, id);
  if (total) encoder(*total);
  return encoder.take();
}

Bytes joined(Bytes front, const Bytes& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

Message message_of(std::size_t size) { return std::make_shared<const Bytes>(size); }

constexpr Time kStart{std::chrono::hours{1}};

}  // namespace

// A message the engine may send must find room in its channel, and its answer in the budget.
static_assert(message_bytes_max(Channel::vote) >= consensus::kVoteBytesMax);
static_assert(message_bytes_max(Channel::certificate) >= consensus::kCertificateBytesMax);
static_assert(message_bytes_max(Channel::proposal) >= consensus::kProposalBytesMax);
static_assert(message_bytes_max(Channel::status) >= consensus::kStatusBytesMax);
static_assert(message_bytes_max(Channel::request) >= consensus::kRequestBytesMax);
static_assert(message_bytes_max(Channel::body) >=
              consensus::kBodyBytesMax + chain::Header::kEncodedBytes + 8);
static_assert(message_bytes_max(Channel::answer) >= consensus::kBulkBytesMax);

TEST_CASE("limits: every message fits the receive budget of its lane", "[net][limits]") {
  const NetworkLimits limits;
  for (const Channel channel : kChannels) {
    CHECK(message_bytes_max(channel) <= limits.receive_bytes_max[place_of(lane_of(channel))]);
  }
}

TEST_CASE("frames: messages of every size come back as they went, in any pieces", "[net][frame]") {
  const std::size_t size = GENERATE(std::size_t{0}, std::size_t{1}, kFragmentBytesMax,
                                    kFragmentBytesMax + 1, std::size_t{1'000'000});
  const std::size_t step = GENERATE(std::size_t{1}, std::size_t{7}, std::size_t{16'384});
  const Bytes message = numbered_bytes(size);
  FrameReader reader{Lane::bulk};
  const Bytes two = joined(frames_of(Channel::body, 1, message),
                           frames_of(Channel::transactions, 2, numbered_bytes(3)));
  const Reading reading = read_all(reader, two, step);
  REQUIRE_FALSE(reading.error.has_value());
  REQUIRE(reading.messages.size() == 2);
  CHECK(reading.messages[0] == message);
  CHECK(reading.messages[1] == numbered_bytes(3));
}

TEST_CASE("frames: a ping may come between the fragments of a message", "[net][frame]") {
  const Bytes message = numbered_bytes(kFragmentBytesMax + 5);
  const Bytes frames = frames_of(Channel::body, 9, message);
  const auto cut = static_cast<std::ptrdiff_t>(kFirstFrameHeaderBytes + kFragmentBytesMax);
  Bytes bytes{frames.begin(), frames.begin() + cut};
  bytes = joined(bytes, frames_of(Channel::ping, 0, {}));
  bytes.insert(bytes.end(), frames.begin() + cut, frames.end());
  FrameReader reader{Lane::bulk};
  const Reading reading = read_all(reader, bytes, 100);
  CHECK(reading.pings == 1);
  REQUIRE(reading.messages.size() == 1);
  CHECK(reading.messages[0] == message);
}

TEST_CASE("frames: a skipped message passes by without an allocation", "[net][frame]") {
  FrameReader reader{Lane::bulk};
  const Bytes bytes = frames_of(Channel::body, 1, numbered_bytes(500'000));
  const Reading reading = read_all(reader, bytes, 5'000, true);
  CHECK(reading.skipped == 1);
  CHECK(reading.messages.empty());
  CHECK(reader.allocated_bytes() == 0);
}

TEST_CASE("frames: a length over the channel's limit is refused before anything is allocated",
          "[net][frame]") {
  FrameReader reader{Lane::bulk};
  const auto over = message_bytes_max(Channel::body) + 1;
  const Bytes bytes = raw_frame(16, 1, 16'372, 1, over);
  const Reading reading = read_all(reader, bytes, bytes.size());
  CHECK(reading.error == FrameError::too_long);
  CHECK(reader.allocated_bytes() == 0);
  CHECK(refusal_of(Lane::consensus, raw_frame(1, 3, 129, 1, 129)) == FrameError::too_long);
  CHECK(refusal_of(Lane::consensus, raw_frame(1, 1, 1, 1, 0xffff'ffff)) == FrameError::too_long);
}

TEST_CASE("frames: what breaks the rules is refused with its reason", "[net][frame]") {
  CHECK(refusal_of(Lane::consensus, raw_frame(6, 3, 0, 1, 0)) == FrameError::unknown_channel);
  CHECK(refusal_of(Lane::bulk, raw_frame(19, 3, 0, 1, 0)) == FrameError::unknown_channel);
  CHECK(refusal_of(Lane::consensus, raw_frame(16, 3, 0, 1, 0)) == FrameError::unknown_channel);
  CHECK(refusal_of(Lane::bulk, raw_frame(1, 3, 0, 1, 0)) == FrameError::unknown_channel);
  CHECK(refusal_of(Lane::bulk, raw_frame(16, 4, 0, 1, std::nullopt)) == FrameError::bad_flags);
  // A continuation of nothing; one of another message; a second start inside a message.
  CHECK(refusal_of(Lane::bulk, raw_frame(16, 2, 5, 1, std::nullopt)) == FrameError::out_of_order);
  const Bytes first = joined(raw_frame(16, 1, 16'372, 1, 20'000), numbered_bytes(16'372));
  CHECK(refusal_of(Lane::bulk, joined(first, raw_frame(16, 2, 3'628, 2, std::nullopt))) ==
        FrameError::out_of_order);
  CHECK(refusal_of(Lane::bulk, joined(first, raw_frame(17, 2, 3'628, 1, std::nullopt))) ==
        FrameError::out_of_order);
  CHECK(refusal_of(Lane::bulk, joined(first, raw_frame(16, 3, 0, 2, 0))) ==
        FrameError::out_of_order);
  // Fragments that disagree with the total, are short without being last, or last too early.
  CHECK(refusal_of(Lane::bulk, joined(first, raw_frame(16, 2, 3'629, 1, std::nullopt))) ==
        FrameError::bad_length);
  CHECK(refusal_of(Lane::bulk, joined(first, raw_frame(16, 2, 3'627, 1, std::nullopt))) ==
        FrameError::bad_length);
  CHECK(refusal_of(Lane::bulk, raw_frame(16, 1, 100, 1, 20'000)) == FrameError::bad_length);
  CHECK(refusal_of(Lane::bulk, raw_frame(16, 1, 16'373, 1, 20'000)) == FrameError::bad_length);
  CHECK(refusal_of(Lane::bulk, raw_frame(0, 3, 1, 1, 0)) == FrameError::bad_length);
  CHECK(refusal_of(Lane::bulk, raw_frame(0, 1, 0, 1, 0)) == FrameError::bad_length);
}

TEST_CASE("hello: decodes to what was encoded, and nothing else is accepted", "[net][hello]") {
  Hello hello;
  hello.lane = Lane::bulk;
  hello.epoch = Epoch{3};
  hello.last_final = Height{77};
  const Bytes bytes = encode(hello);
  CHECK(bytes.size() <= kHelloBytesMax);
  const auto decoded = decode<Hello>(bytes);
  REQUIRE(decoded.has_value());
  CHECK(*decoded == hello);
  CHECK_FALSE(decode<Hello>(ByteView{bytes}.first(bytes.size() - 1)).has_value());
  Bytes other = bytes;
  other[5] = 3;  // no such lane
  CHECK_FALSE(decode<Hello>(other).has_value());
  other = bytes;
  other[0] = 9;  // version_min above version_max
  CHECK_FALSE(decode<Hello>(other).has_value());
}

TEST_CASE("hello: is good for its own validator, chain, lane, side and channel only",
          "[net][hello]") {
  const KeyPair key = KeyPair::generate();
  HelloExpectation expected;
  expected.chain_id.bytes[0] = 1;
  expected.lane = Lane::consensus;
  expected.side = Side::dialer;
  expected.binding.bytes[0] = 2;
  expected.validator_key = key.public_key();
  Hello hello;
  hello.chain_id = expected.chain_id;
  hello = sign_hello(hello, Side::dialer, expected.binding, key);
  REQUIRE(check_hello(hello, expected).has_value());

  HelloExpectation other = expected;
  other.binding.bytes[31] = 1;
  CHECK(check_hello(hello, other).error() == HelloError::bad_signature);
  other = expected;
  other.side = Side::acceptor;
  CHECK(check_hello(hello, other).error() == HelloError::bad_signature);
  other = expected;
  other.validator_key = KeyPair::generate().public_key();
  CHECK(check_hello(hello, other).error() == HelloError::bad_signature);
  other = expected;
  other.chain_id.bytes[31] = 1;
  CHECK(check_hello(hello, other).error() == HelloError::wrong_chain);
  other = expected;
  other.lane = Lane::bulk;
  CHECK(check_hello(hello, other).error() == HelloError::wrong_lane);
  Hello later = hello;
  later.version_min = later.version_max = 2;
  CHECK(check_hello(later, expected).error() == HelloError::no_common_version);
  Hello changed = hello;
  changed.last_final = Height{1};
  CHECK(check_hello(changed, expected).error() == HelloError::bad_signature);
}

TEST_CASE("outbox: the consensus lane is served in order of importance", "[net][outbox]") {
  Outbox outbox{10'000};
  REQUIRE(outbox.push({Channel::status, 0, message_of(1)}));
  REQUIRE(outbox.push({Channel::transactions, 0, message_of(2)}));
  REQUIRE(outbox.push({Channel::body, 0, message_of(3)}));
  REQUIRE(outbox.push({Channel::vote, 0, message_of(4)}));
  REQUIRE(outbox.push({Channel::vote, 0, message_of(5)}));
  CHECK(outbox.pop(Lane::consensus)->message->size() == 4);
  CHECK(outbox.pop(Lane::consensus)->message->size() == 5);
  CHECK(outbox.pop(Lane::consensus)->message->size() == 1);
  CHECK_FALSE(outbox.pop(Lane::consensus).has_value());
  CHECK(outbox.pop(Lane::bulk)->message->size() == 3);
  CHECK(outbox.pop(Lane::bulk)->message->size() == 2);
  CHECK(outbox.bytes() == 0);
}

TEST_CASE("outbox: full, it drops bulk first and never the consensus lane for bulk",
          "[net][outbox]") {
  constexpr std::size_t kCost = 100 + Outbox::kOverheadBytes;
  Outbox outbox{4 * kCost};
  REQUIRE(outbox.push({Channel::body, 0, message_of(100)}));
  REQUIRE(outbox.push({Channel::transactions, 0, message_of(100)}));
  REQUIRE(outbox.push({Channel::transactions, 0, message_of(100)}));
  REQUIRE(outbox.push({Channel::vote, 0, message_of(100)}));
  CHECK_FALSE(outbox.push({Channel::body, 0, message_of(100)}));
  CHECK(outbox.dropped() == 1);
  REQUIRE(outbox.push({Channel::vote, 0, message_of(100)}));
  REQUIRE(outbox.push({Channel::vote, 0, message_of(100)}));
  CHECK(outbox.dropped() == 3);  // both transactions went, the body stayed
  REQUIRE(outbox.push({Channel::vote, 0, message_of(100)}));
  CHECK_FALSE(outbox.pop(Lane::bulk).has_value());
  CHECK_FALSE(outbox.push({Channel::vote, 0, message_of(100)}));
  CHECK(outbox.bytes() == 4 * kCost);
}

TEST_CASE("outbox: a message under the same key replaces the one that waits", "[net][outbox]") {
  Outbox outbox{10'000};
  REQUIRE(outbox.push({Channel::status, 7, message_of(10)}));
  REQUIRE(outbox.push({Channel::status, 8, message_of(20)}));
  REQUIRE(outbox.push({Channel::vote, 7, message_of(30)}));
  REQUIRE(outbox.push({Channel::status, 7, message_of(40)}));
  CHECK(outbox.pop(Lane::consensus)->message->size() == 30);
  CHECK(outbox.pop(Lane::consensus)->message->size() == 40);
  CHECK(outbox.pop(Lane::consensus)->message->size() == 20);
  CHECK_FALSE(outbox.pop(Lane::consensus).has_value());
  CHECK(outbox.bytes() == 0);
}

TEST_CASE("token bucket: lets the burst through and then the rate", "[net][limits]") {
  TokenBucket bucket{{10, 3}, kStart};
  for (int i = 0; i < 3; ++i) CHECK(bucket.try_take(1, kStart));
  CHECK_FALSE(bucket.try_take(1, kStart));
  CHECK_FALSE(bucket.try_take(1, kStart - milliseconds{500}));
  CHECK(bucket.try_take(1, kStart + milliseconds{100}));
  CHECK(bucket.take(1, kStart + milliseconds{200}).count() == 0);
  // Debt is waited off, and years of silence fill the bucket to the burst only.
  CHECK(bucket.take(5, kStart + milliseconds{200}) > milliseconds{499});
  const Time later = kStart + std::chrono::hours{100'000};
  for (int i = 0; i < 3; ++i) CHECK(bucket.try_take(1, later));
  CHECK_FALSE(bucket.try_take(1, later));
}

TEST_CASE("handshake gate: holds only failures against an address", "[net][limits]") {
  HandshakeGate gate{HandshakeLimits{}, kStart};
  for (int i = 0; i < 100; ++i) {
    REQUIRE(gate.admit("a", kStart));
    gate.ended("a", true, kStart);
  }
  REQUIRE(gate.admit("a", kStart));
  gate.ended("a", false, kStart);
  CHECK_FALSE(gate.admit("a", kStart + milliseconds{1'999}));
  CHECK(gate.admit("b", kStart + milliseconds{1'999}));
  CHECK(gate.admit("a", kStart + milliseconds{2'000}));
}

TEST_CASE("handshake gate: bounds what is in flight and all strangers' failures", "[net][limits]") {
  HandshakeGate gate{HandshakeLimits{}, kStart};
  for (int i = 0; i < 32; ++i) REQUIRE(gate.admit("a", kStart));
  CHECK_FALSE(gate.admit("a", kStart));
  for (int i = 0; i < 32; ++i) REQUIRE(gate.admit("b", kStart));
  CHECK_FALSE(gate.admit("c", kStart));
  for (int i = 0; i < 8; ++i) gate.ended("a", false, kStart);
  CHECK(gate.in_flight() == 56);
  CHECK_FALSE(gate.admit("c", kStart));
  CHECK(gate.admit("c", kStart + milliseconds{125}));
  for (int i = 0; i < 5'000; ++i) {  // addresses in plenty: memory stays bounded
    const Time now = kStart + std::chrono::seconds{10 + i};
    const std::string address = std::to_string(i);
    REQUIRE(gate.admit(address, now));
    gate.ended(address, false, now);
  }
}

TEST_CASE("ban: doubles up to ten minutes and is forgiven in time", "[net][limits]") {
  BanClock ban{BanLimits{}};
  CHECK_FALSE(ban.is_banned(kStart));
  Time now = kStart;
  milliseconds length{5'000};
  for (int i = 0; i < 10; ++i) {
    ban.punish(now);
    CHECK(ban.is_banned(now + length - milliseconds{1}));
    CHECK_FALSE(ban.is_banned(now + length));
    now += length;
    length = std::min(length * 2, milliseconds{600'000});
  }
  now += std::chrono::hours{24};
  ban.punish(now);
  CHECK_FALSE(ban.is_banned(now + milliseconds{5'000}));
}

TEST_CASE("redial: doubles from 0.2 s to 10 s with a quarter of jitter", "[net][limits]") {
  Redial redial{RedialLimits{}};
  CHECK(redial.next(0) == milliseconds{150});
  CHECK(redial.next(0xffff'ffff) <= milliseconds{500});
  for (std::uint32_t i = 0; i < 20; ++i) CHECK(redial.next(i * 977) <= milliseconds{12'500});
  CHECK(redial.next(0) == milliseconds{7'500});
  redial.succeeded();
  CHECK(redial.next(0) == milliseconds{150});
}

}  // namespace hansatsu::net
