#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/net/close_reason.h"
#include "node/net/hello.h"
#include "node/net/key_certificate.h"
#include "node/net/limits.h"
#include "node/net/outbox.h"

namespace boost::asio {
class io_context;
}

namespace hansatsu::net {

class NetworkCore;

/// One other node, as the charter names it. Only these can connect.
struct PeerInfo {
  ValidatorIndex index;  ///< its place in the validator set; the network's name for it
  std::string name;
  PublicKey validator_key;
  TlsKey tls_key;
  std::string address;  ///< host:port or [IPv6]:port of its listener
};

struct OwnKeys {
  KeyPair validator;
  SecretBytes<32> tls_seed;
};

struct NetworkConfig {
  std::string listen_address;  ///< IP:port; port 0 takes a free one
  Hash chain_id;
  std::vector<PeerInfo> peers;  ///< without this node; at most kPeersMax
  NetworkLimits limits;
};
inline constexpr std::size_t kPeersMax = 64;

/// For the log: a connection that ended or was refused. `peer` is absent before it is known.
struct Notice {
  std::optional<ValidatorIndex> peer;
  std::string address;
  CloseReason reason = CloseReason::disconnected;
};

/// All are called on the io thread and must return soon; an absent one is not called.
struct Callbacks {
  /// A message of at most its channel's limit; nothing else about it is checked. Its bytes count
  /// against the peer's receive budget until the last copy of the pointer is gone: who wants to
  /// keep the content longer than it takes to handle it, copies it, else the peer is read no more.
  std::function<void(ValidatorIndex peer, Channel channel, Message message)> on_message;
  /// Both lanes stand. `last_final` is what its Hello said: signed, yet no proof.
  std::function<void(ValidatorIndex peer, Height last_final)> on_peer_up;
  /// A lane is gone; what was queued is dropped. Follows each on_peer_up, except at stop().
  std::function<void(ValidatorIndex peer)> on_peer_down;
  std::function<void(const Notice& notice)> on_notice;
};

struct PeerStatus {
  bool up = false;
  bool banned = false;
  std::array<std::optional<bool>, 2> dialed_by_us;  ///< by lane; absent: no connection
  std::uint64_t received_bytes = 0;                 ///< of messages, since start
  std::uint64_t sent_bytes = 0;
  std::uint64_t dropped_outgoing = 0;  ///< messages: outbox full
  std::uint64_t dropped_incoming = 0;  ///< messages: over their channel's rate
  std::size_t outbox_bytes = 0;
};

enum class NetworkError : std::uint8_t {
  bad_listen_address = 1,
  address_in_use = 2,  ///< or not ours, or not permitted
  bad_peers = 3,       ///< too many, an index or key twice, or an address without a port
  tls_failed = 4,      ///< OpenSSL refused the key or a setting
};

/// This node's connections to all others: authenticated, bounded, kept up.
/// Source:  docs/protocol/peers.md.
/// Threads: one thread runs `io`, and everything happens there; it may do other things too. The
///          functions below may be called from any thread and do not wait, except stop().
class PeerNetwork {
 public:
  /// Listens at once, so that the port is known; accepts and dials from start() on.
  [[nodiscard]] static Result<std::unique_ptr<PeerNetwork>, NetworkError> open(
      boost::asio::io_context& io, NetworkConfig config, OwnKeys keys, Callbacks callbacks);
  /// stop() first: this does not wait for connections to end.
  ~PeerNetwork();
  PeerNetwork(const PeerNetwork&) = delete;
  PeerNetwork& operator=(const PeerNetwork&) = delete;

  void start();
  /// Ends all connections and waits until nothing of the network runs any more; no callback comes
  /// afterwards. False: `limit` passed before that. Not from the io thread, which must still run.
  [[nodiscard]] bool stop(milliseconds limit);

  [[nodiscard]] std::uint16_t local_port() const;

  /// Queues a message. False where it is dropped: the peer is down or unknown, or its outbox is
  /// full. `coalesce_key` other than 0 replaces what waits on that channel under the same key.
  /// Requires: channel is not ping; message->size() <= message_bytes_max(channel).
  bool send(ValidatorIndex peer, Channel channel, Message message, std::uint64_t coalesce_key = 0);
  /// To every peer that is up; how many took it.
  std::size_t broadcast(Channel channel, const Message& message, std::uint64_t coalesce_key = 0);

  /// Ends the peer's connections and bans it for 5 s, doubling to 10 min: for messages that don't
  /// decode or a bad signature of its own. Never for relayed, late or double ones.
  void punish(ValidatorIndex peer);
  /// What the next Hellos say.
  void set_last_final(Epoch epoch, Height height);
  /// Where the next dial goes.
  void set_peer_address(ValidatorIndex peer, std::string address);

  /// All zero for an unknown peer.
  [[nodiscard]] PeerStatus status(ValidatorIndex peer) const;
  [[nodiscard]] std::size_t peers_up() const;

 private:
  explicit PeerNetwork(std::shared_ptr<NetworkCore> core);
  std::shared_ptr<NetworkCore> core_;
};

}  // namespace hansatsu::net
