#pragma once

#include "node/net/network_core.h"

namespace hansatsu::net {

/// Keeps one lane of one peer connected: dials when there is no connection, waits while there is
/// one or while the peer is banned. Ends when the network stops.
[[nodiscard]] asio::awaitable<void> keep_dialed(std::shared_ptr<NetworkCore> core,
                                                std::shared_ptr<PeerLink> link, Lane lane);

/// "host:port" or "[IPv6]:port" taken apart; absent for anything else.
struct HostPort {
  std::string host;
  std::string port;
};
[[nodiscard]] std::optional<HostPort> split_address(std::string_view address);

}  // namespace hansatsu::net
