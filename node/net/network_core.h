#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <random>

#include "node/net/greeting.h"
#include "node/net/peer_link.h"

namespace hansatsu::net {

/// What the parts of the network share, kept alive by every coroutine of theirs.
/// Threads: the io thread, except where said otherwise.
class NetworkCore final : public LinkObserver, public std::enable_shared_from_this<NetworkCore> {
 public:
  NetworkCore(asio::io_context& io, NetworkConfig config, OwnKeys keys, Callbacks callbacks,
              std::unique_ptr<TlsContext> tls, asio::ip::tcp::acceptor acceptor);

  /// Runs `work` to its end; stop() waits for it. An exception out of it is a library's, and is
  /// reported as such.
  void spawn(asio::awaitable<void> work);
  /// Begins the end; `when_done` is called once nothing runs any more.
  void begin_stop(std::function<void()> when_done);
  [[nodiscard]] bool is_stopping() const { return stopping_; }

  /// From the greeting's end to the session's: attaches it, runs it, detaches it.
  [[nodiscard]] static asio::awaitable<void> run_session(std::shared_ptr<NetworkCore> self,
                                                         std::shared_ptr<Connection> connection,
                                                         Greeted greeted, bool dialed_by_us);
  /// A connection that has no session yet, so that stop() finds it. Null once stopping.
  [[nodiscard]] std::shared_ptr<Connection> make_connection(asio::ip::tcp::socket socket);

  [[nodiscard]] GreetingTerms greeting_terms();
  [[nodiscard]] const NetworkLimits& limits() const { return *limits_; }
  [[nodiscard]] asio::io_context& io() { return io_; }
  [[nodiscard]] asio::ip::tcp::acceptor& acceptor() { return acceptor_; }
  [[nodiscard]] HandshakeGate& gate() { return gate_; }
  [[nodiscard]] std::uint32_t random() { return static_cast<std::uint32_t>(random_()); }
  void notice(const Notice& notice) const;

  /// From any thread: the map never changes.
  [[nodiscard]] const std::map<ValidatorIndex, std::shared_ptr<PeerLink>>& links() const {
    return links_;
  }
  [[nodiscard]] std::uint16_t local_port() const { return local_port_; }
  /// From any thread: has the writers look at their outboxes soon.
  void schedule_flush();
  /// From any thread.
  void set_last_final(Epoch epoch, Height height);

  void link_up(ValidatorIndex peer, Height last_final) override;
  void link_down(ValidatorIndex peer) override;
  void link_message(ValidatorIndex peer, Channel channel, Message message) override;

 private:
  void work_ended();
  [[nodiscard]] std::shared_ptr<PeerLink> link_of(const TlsKey& key) const;

  asio::io_context& io_;
  std::shared_ptr<const NetworkLimits> limits_;
  Hash chain_id_;
  KeyPair key_;
  Callbacks callbacks_;
  std::unique_ptr<TlsContext> tls_;
  asio::ip::tcp::acceptor acceptor_;
  std::uint16_t local_port_;
  HandshakeGate gate_;
  std::minstd_rand random_;  ///< for jitter only
  std::map<ValidatorIndex, std::shared_ptr<PeerLink>> links_;
  std::vector<std::weak_ptr<Connection>> greeting_;
  std::atomic<bool> flush_scheduled_ = false;
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::function<void()> when_stopped_;

  std::mutex mutex_;  ///< guards what follows
  Epoch epoch_;
  Height last_final_;
};

}  // namespace hansatsu::net
