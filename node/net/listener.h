#pragma once

#include "node/net/network_core.h"

namespace hansatsu::net {

/// Accepts connections while the network runs. Who fails the gate is closed unheard.
[[nodiscard]] asio::awaitable<void> keep_accepting(std::shared_ptr<NetworkCore> core);

}  // namespace hansatsu::net
