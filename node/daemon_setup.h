#pragma once

#include "consensus/engine.h"
#include "ledger/state/charter.h"
#include "node/config.h"
#include "node/net/peer_network.h"
#include "rpc/server/server.h"

/// What each floor of a validator is opened with, out of its configuration and its charter.
namespace hansatsu::node {

/// Errors: one sentence that names the setting.
[[nodiscard]] Result<rpc::ServerConfig, std::string> api_config(const Config& config);
[[nodiscard]] consensus::Setup make_setup(const state::Charter& charter, ValidatorIndex self);
[[nodiscard]] net::NetworkConfig network_config(const Config& config, const state::Charter& charter,
                                                ValidatorIndex self);
/// Why the network could not be opened, for the operator.
[[nodiscard]] std::string_view sentence(net::NetworkError error);

}  // namespace hansatsu::node
