#pragma once

#include "node/net/connection.h"
#include "node/net/peer_network.h"

namespace hansatsu::net {

class PeerLink;

/// Who this node is and whom it knows: what a greeting needs. Belongs to the io thread.
struct GreetingTerms {
  const KeyPair& key;
  Hello own;  ///< without lane and signature
  /// The peer with that TLS key, or null.
  std::function<std::shared_ptr<PeerLink>(const TlsKey&)> find_peer;
};

struct Greeted {
  std::shared_ptr<PeerLink> peer;
  Hello hello;  ///< checked
};

/// TLS handshake and Hello as the dialing side; `connection` is connected. The terms' references
/// must outlive it. Bounded by the connection's deadline.
[[nodiscard]] asio::awaitable<Result<Greeted, CloseReason>> greet_as_dialer(
    std::shared_ptr<Connection> connection, GreetingTerms terms, std::shared_ptr<PeerLink> dialed,
    Lane lane);
/// The same as the accepting side; the peer chooses the lane.
[[nodiscard]] asio::awaitable<Result<Greeted, CloseReason>> greet_as_acceptor(
    std::shared_ptr<Connection> connection, GreetingTerms terms);

}  // namespace hansatsu::net
