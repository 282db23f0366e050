#include "node/net/peer_network.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <set>

#include "node/net/dialer.h"
#include "node/net/listener.h"

namespace hansatsu::net {
namespace {

using asio::ip::tcp;

bool are_lawful(const std::vector<PeerInfo>& peers) {
  std::set<ValidatorIndex> indices;
  std::set<PublicKey> validator_keys;
  std::set<TlsKey> tls_keys;
  for (const PeerInfo& peer : peers) {
    const bool fresh = indices.insert(peer.index).second &&
                       validator_keys.insert(peer.validator_key).second &&
                       tls_keys.insert(peer.tls_key).second;
    if (!fresh || !split_address(peer.address)) return false;
  }
  return peers.size() <= kPeersMax;
}

Result<tcp::acceptor, NetworkError> listen_on(asio::io_context& io, const std::string& address) {
  const auto parts = split_address(address);
  if (!parts) return Err{NetworkError::bad_listen_address};
  boost::system::error_code failed;
  const auto ip = asio::ip::make_address(parts->host, failed);
  if (failed) return Err{NetworkError::bad_listen_address};
  const tcp::endpoint endpoint{ip, static_cast<std::uint16_t>(std::stoul(parts->port))};
  tcp::acceptor acceptor{io};
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.set_option(tcp::acceptor::reuse_address{true}, failed);
  if (!failed) acceptor.bind(endpoint, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) return Err{NetworkError::address_in_use};
  return acceptor;
}

}  // namespace

Result<std::unique_ptr<PeerNetwork>, NetworkError> PeerNetwork::open(asio::io_context& io,
                                                                     NetworkConfig config,
                                                                     OwnKeys keys,
                                                                     Callbacks callbacks) {
  if (!are_lawful(config.peers)) return Err{NetworkError::bad_peers};
  const auto own = make_key_certificate(keys.tls_seed);
  if (!own) return Err{NetworkError::tls_failed};
  std::vector<TlsKey> pinned;
  pinned.reserve(config.peers.size());
  for (const PeerInfo& peer : config.peers) pinned.push_back(peer.tls_key);
  auto tls = TlsContext::make(*own, std::move(pinned));
  if (tls == nullptr) return Err{NetworkError::tls_failed};
  auto acceptor = listen_on(io, config.listen_address);
  if (!acceptor) return Err{acceptor.error()};
  auto core =
      std::make_shared<NetworkCore>(io, std::move(config), std::move(keys), std::move(callbacks),
                                    std::move(tls), *std::move(acceptor));
  return std::unique_ptr<PeerNetwork>{new PeerNetwork{std::move(core)}};
}

PeerNetwork::PeerNetwork(std::shared_ptr<NetworkCore> core) : core_{std::move(core)} {}

PeerNetwork::~PeerNetwork() = default;

void PeerNetwork::start() {
  asio::post(core_->io(), [core = core_] {
    if (core->is_stopping()) return;
    core->spawn(keep_accepting(core));
    for (const auto& [index, link] : core->links()) {
      for (const Lane lane : kLanes) core->spawn(keep_dialed(core, link, lane));
    }
  });
}

bool PeerNetwork::stop(milliseconds limit) {
  auto ended = std::make_shared<std::promise<void>>();
  auto waiting = ended->get_future();
  asio::post(core_->io(),
             [core = core_, ended] { core->begin_stop([ended] { ended->set_value(); }); });
  return waiting.wait_for(limit) == std::future_status::ready;
}

std::uint16_t PeerNetwork::local_port() const { return core_->local_port(); }

bool PeerNetwork::send(ValidatorIndex peer, Channel channel, Message message,
                       std::uint64_t coalesce_key) {
  const auto found = core_->links().find(peer);
  if (found == core_->links().end()) return false;
  if (!found->second->push({channel, coalesce_key, std::move(message)})) return false;
  core_->schedule_flush();
  return true;
}

std::size_t PeerNetwork::broadcast(Channel channel, const Message& message,
                                   std::uint64_t coalesce_key) {
  std::size_t taken = 0;
  for (const auto& [index, link] : core_->links()) {
    if (link->push({channel, coalesce_key, message})) ++taken;
  }
  if (taken > 0) core_->schedule_flush();
  return taken;
}

void PeerNetwork::punish(ValidatorIndex peer) {
  const auto found = core_->links().find(peer);
  if (found == core_->links().end()) return;
  asio::post(core_->io(), [link = found->second] { link->punish(); });
}

void PeerNetwork::set_last_final(Epoch epoch, Height height) {
  core_->set_last_final(epoch, height);
}

void PeerNetwork::set_peer_address(ValidatorIndex peer, std::string address) {
  const auto found = core_->links().find(peer);
  if (found == core_->links().end() || !split_address(address)) return;
  asio::post(core_->io(), [link = found->second, address = std::move(address)]() mutable {
    link->set_address(std::move(address));
  });
}

PeerStatus PeerNetwork::status(ValidatorIndex peer) const {
  const auto found = core_->links().find(peer);
  return found == core_->links().end() ? PeerStatus{} : found->second->status();
}

std::size_t PeerNetwork::peers_up() const {
  std::size_t up = 0;
  for (const auto& [index, link] : core_->links()) up += link->status().up ? 1 : 0;
  return up;
}

}  // namespace hansatsu::net
