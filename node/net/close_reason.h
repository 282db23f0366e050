#pragma once

#include <cstdint>
#include <string_view>

namespace hansatsu::net {

/// Why a connection ended, or never came to be. Local: not on the wire.
enum class CloseReason : std::uint8_t {
  stopped = 1,      ///< this node is shutting down
  unreachable,      ///< no address, or nobody listens there
  handshake_slow,   ///< not greeted within the limit
  tls_refused,      ///< either side refused the other's key or terms, or it was no TLS at all
  wrong_protocol,   ///< not ALPN hansatsu-p2p/1 over TLS 1.3
  wrong_key,        ///< a pinned key, but not of the peer that was dialed
  bad_hello,        ///< not decodable, or of no common version
  wrong_chain,      ///< another chain's node
  bad_signature,    ///< not the validator it claims to be, or a relayed session
  banned,           ///< it misbehaved a moment ago
  duplicate,        ///< the pair's other connection stays
  replaced,         ///< the pair's newer connection takes over
  disconnected,     ///< the other side or the network ended it
  silent,           ///< nothing heard for too long
  write_stalled,    ///< the peer does not read
  overloaded,       ///< this node did not take its messages for too long
  malformed,        ///< a frame against the rules; banned for a while
  punished,         ///< the core said so; banned for a while
  internal_failure  ///< an exception of a library: memory, or a bug
};
[[nodiscard]] std::string_view text_of(CloseReason reason);

}  // namespace hansatsu::net
