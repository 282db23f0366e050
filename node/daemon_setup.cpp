#include "node/daemon_setup.h"

#include <charconv>

#include "ledger/block/genesis.h"

namespace hansatsu::node {
namespace {

using Failure = Err<std::string>;

std::optional<std::uint16_t> as_port(std::string_view text) {
  std::uint16_t number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

/// "127.0.0.1:8080" or "[::1]:8080".
std::optional<HostPort> parse_listen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto port = as_port(std::string_view{text}.substr(colon + 1));
  if (!port) return std::nullopt;
  HostPort listen{text.substr(0, colon), *port};
  if (listen.host.starts_with('[') && listen.host.ends_with(']')) {
    listen.host = listen.host.substr(1, listen.host.size() - 2);
  }
  return listen;
}

}  // namespace

Result<rpc::ServerConfig, std::string> api_config(const Config& config) {
  const auto listen = parse_listen(config.api_listen);
  if (!listen) return Failure{"api_listen: host:port is needed"};
  const auto metrics = parse_listen(config.metrics_listen);
  if (!metrics) return Failure{"metrics_listen: host:port is needed"};
  rpc::ServerConfig api;
  api.address = listen->host;
  api.port = listen->port;
  api.metrics_address = metrics->host;
  api.metrics_port = metrics->port;
  api.limits.loopback.requests_a_second = config.api_requests_per_second;
  return api;
}

consensus::Setup make_setup(const state::Charter& charter, ValidatorIndex self) {
  const state::State genesis = state::genesis_state(charter);
  const block::Trust trust = block::trust_of(charter);
  consensus::Setup setup;
  setup.context = trust.context;
  setup.set = trust.validators;
  setup.self = self;
  setup.anchor = block::genesis_header(charter, genesis.root());
  setup.parameters.message_delay = std::chrono::milliseconds{charter.consensus.delta_ms};
  setup.parameters.sync_delay = std::chrono::milliseconds{charter.consensus.sync_ms};
  setup.parameters.heartbeat = std::chrono::seconds{charter.consensus.heartbeat_s};
  return setup;
}

net::NetworkConfig network_config(const Config& config, const state::Charter& charter,
                                  ValidatorIndex self) {
  net::NetworkConfig network;
  network.chain_id = state::chain_id(charter);
  network.listen_address =
      config.peer_listen.empty() ? charter.validators[self.raw].address.text : config.peer_listen;
  for (std::size_t i = 0; i < charter.validators.size(); ++i) {
    const state::Validator& validator = charter.validators[i];
    if (i == self.raw) continue;
    network.peers.push_back({ValidatorIndex{static_cast<std::uint8_t>(i)}, validator.name.text,
                             validator.key, validator.tls_key, validator.address.text});
  }
  return network;
}

std::string_view sentence(net::NetworkError error) {
  switch (error) {
    case net::NetworkError::bad_listen_address:
      return "the peer listener's address is not IP:port";
    case net::NetworkError::address_in_use:
      return "the peer listener's address is taken or not this machine's";
    case net::NetworkError::bad_peers:
      return "the charter's validators have addresses that can't be dialed";
    case net::NetworkError::tls_failed:
      return "TLS refused this validator's key";
  }
  return "";
}

}  // namespace hansatsu::node
