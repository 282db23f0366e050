#pragma once

#include <optional>

#include "ledger/crypto/hash.h"
#include "ledger/crypto/keys.h"
#include "node/net/channel.h"

/// The first message each way on a fresh TLS connection. Pure.
/// Source: docs/protocol/peers.md "Hello".
namespace hansatsu::net {

inline constexpr std::uint16_t kProtocolVersion = 1;
/// More than any Hello, so that a length is refused before it is read.
inline constexpr std::size_t kHelloBytesMax = 512;

/// On the wire: DO NOT RENUMBER.
enum class PeerKind : std::uint8_t { validator = 1 };
[[nodiscard]] constexpr bool known(PeerKind kind) { return kind == PeerKind::validator; }

/// Bytes both ends of one TLS connection derive and nobody else can (RFC 8446 7.5).
using ChannelBinding = FixedBytes<struct ChannelBindingKind, 32>;

struct Hello {
  std::uint16_t version_min = kProtocolVersion;
  std::uint16_t version_max = kProtocolVersion;
  PeerKind peer_kind = PeerKind::validator;
  Lane lane = Lane::consensus;
  Hash chain_id;
  Epoch epoch;
  Height last_final;
  Signature signature;  ///< by the validator's key, over hello_message
  bool operator==(const Hello&) const = default;
};
template <class C, FieldsOf<Hello> H>
void fields(C& c, H& h) {
  c(h.version_min, h.version_max, h.peer_kind, h.lane, h.chain_id, h.epoch, h.last_final,
    h.signature);
  c.require(h.version_min <= h.version_max);
}

/// Which end of the connection speaks; signed, so that a Hello can't be sent back to its author.
enum class Side : std::uint8_t { dialer = 1, acceptor = 2 };

/// What a Hello signs: every field before the signature, the side and the channel it is sent on.
[[nodiscard]] Hash hello_message(const Hello& hello, Side side, const ChannelBinding& binding);
[[nodiscard]] Hello sign_hello(Hello unsigned_hello, Side side, const ChannelBinding& binding,
                               const KeyPair& key);

enum class HelloError : std::uint8_t {
  no_common_version = 1,
  wrong_chain = 2,
  wrong_lane = 3,     ///< not the lane the dialer asked for
  bad_signature = 4,  ///< another validator, another channel, or another side
};

struct HelloExpectation {
  Hash chain_id;
  std::optional<Lane> lane;  ///< absent where the peer dialed: it chooses
  Side side = Side::dialer;  ///< of the peer
  ChannelBinding binding;
  PublicKey validator_key;
};
/// Cost: one signature verification.
[[nodiscard]] Result<void, HelloError> check_hello(const Hello& hello,
                                                   const HelloExpectation& expected);

}  // namespace hansatsu::net
