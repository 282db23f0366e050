#include "node/net/network_core.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

namespace hansatsu::net {
namespace {

std::uint32_t random_seed() {
  std::array<std::uint8_t, 4> bytes{};
  fill_random(bytes);
  std::uint32_t seed = 0;
  for (const std::uint8_t byte : bytes) seed = seed << 8U | byte;
  return seed;
}

std::string address_of(Connection& connection) {
  boost::system::error_code failed;
  const auto remote = connection.socket().remote_endpoint(failed);
  return failed ? std::string{} : remote.address().to_string();
}

/// Detaches on every way out, an exception included.
struct Attachment {
  std::shared_ptr<PeerLink> link;
  std::shared_ptr<PeerSession> session;
  ~Attachment() { link->detach(session); }
};

}  // namespace

NetworkCore::NetworkCore(asio::io_context& io, NetworkConfig config, OwnKeys keys,
                         Callbacks callbacks, std::unique_ptr<TlsContext> tls,
                         asio::ip::tcp::acceptor acceptor)
    : io_{io},
      limits_{std::make_shared<const NetworkLimits>(config.limits)},
      chain_id_{config.chain_id},
      key_{std::move(keys.validator)},
      callbacks_{std::move(callbacks)},
      tls_{std::move(tls)},
      acceptor_{std::move(acceptor)},
      local_port_{acceptor_.local_endpoint().port()},
      gate_{limits_->handshakes, Clock::now()},
      random_{random_seed()} {
  for (PeerInfo& peer : config.peers) {
    const bool smaller = key_.public_key() < peer.validator_key;
    const ValidatorIndex index = peer.index;
    links_.emplace(index, std::make_shared<PeerLink>(std::move(peer), smaller, limits_, *this, io));
  }
}

void NetworkCore::spawn(asio::awaitable<void> work) {
  ++running_;
  asio::co_spawn(io_, std::move(work),
                 [self = shared_from_this()](const std::exception_ptr& failure) {
                   if (failure != nullptr)
                     self->notice({std::nullopt, {}, CloseReason::internal_failure});
                   self->work_ended();
                 });
}

void NetworkCore::work_ended() {
  ASSERT(running_ > 0);
  --running_;
  if (stopping_ && running_ == 0 && when_stopped_) std::exchange(when_stopped_, nullptr)();
}

void NetworkCore::begin_stop(std::function<void()> when_done) {
  stopping_ = true;
  callbacks_ = {};
  when_stopped_ = std::move(when_done);
  boost::system::error_code ignored;  // there is nothing to do about a listener that won't close
  acceptor_.close(ignored);
  for (const auto& [index, link] : links_) link->end(CloseReason::stopped);
  for (const auto& weak : greeting_) {
    if (const auto connection = weak.lock()) connection->close();
  }
  if (running_ == 0 && when_stopped_) std::exchange(when_stopped_, nullptr)();
}

std::shared_ptr<Connection> NetworkCore::make_connection(asio::ip::tcp::socket socket) {
  if (stopping_) return nullptr;
  auto connection = Connection::make(std::move(socket), *tls_);
  if (connection == nullptr) return nullptr;
  std::erase_if(greeting_, [](const auto& weak) { return weak.expired(); });
  greeting_.push_back(connection);
  return connection;
}

asio::awaitable<void> NetworkCore::run_session(std::shared_ptr<NetworkCore> self,
                                               std::shared_ptr<Connection> connection,
                                               Greeted greeted, bool dialed_by_us) {
  const auto& link = greeted.peer;
  Notice ended{link->info().index, address_of(*connection), CloseReason::duplicate};
  connection->keep();
  if (self->stopping_ || link->is_banned()) {
    connection->close();
    ended.reason = self->stopping_ ? CloseReason::stopped : CloseReason::banned;
    self->notice(ended);
    co_return;
  }
  const auto session = std::make_shared<PeerSession>(connection, link, greeted.hello.lane,
                                                     dialed_by_us, self->limits());
  if (!link->attach(session, greeted.hello.last_final)) {
    connection->close();
    self->notice(ended);
    co_return;
  }
  const Attachment attachment{link, session};
  self->spawn(PeerSession::write_loop(session));
  self->spawn(PeerSession::watch(session));
  co_await PeerSession::read_loop(session);
  if (session->close_reason() == CloseReason::malformed) link->punish();
  ended.reason = session->close_reason();
  self->notice(ended);
}

GreetingTerms NetworkCore::greeting_terms() {
  Hello own;
  own.chain_id = chain_id_;
  const std::scoped_lock lock{mutex_};
  own.epoch = epoch_;
  own.last_final = last_final_;
  return {key_, own, [this](const TlsKey& key) { return link_of(key); }};
}

std::shared_ptr<PeerLink> NetworkCore::link_of(const TlsKey& key) const {
  for (const auto& [index, link] : links_) {
    if (link->info().tls_key == key) return link;
  }
  return nullptr;
}

void NetworkCore::schedule_flush() {
  if (flush_scheduled_.exchange(true)) return;
  asio::post(io_, [self = shared_from_this()] {
    self->flush_scheduled_ = false;
    for (const auto& [index, link] : self->links_) link->wake_writers();
  });
}

void NetworkCore::set_last_final(Epoch epoch, Height height) {
  const std::scoped_lock lock{mutex_};
  epoch_ = epoch;
  last_final_ = height;
}

void NetworkCore::notice(const Notice& notice) const {
  if (callbacks_.on_notice) callbacks_.on_notice(notice);
}

void NetworkCore::link_up(ValidatorIndex peer, Height last_final) {
  if (callbacks_.on_peer_up) callbacks_.on_peer_up(peer, last_final);
}

void NetworkCore::link_down(ValidatorIndex peer) {
  if (callbacks_.on_peer_down) callbacks_.on_peer_down(peer);
}

void NetworkCore::link_message(ValidatorIndex peer, Channel channel, Message message) {
  if (callbacks_.on_message) callbacks_.on_message(peer, channel, std::move(message));
}

}  // namespace hansatsu::net
