#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "node/net/peer_network.h"
#include "node/net/tls_context.h"

/// Real nodes on loopback with free ports, and a hand-driven peer that may break any rule.
namespace hansatsu::net::test {

namespace asio = boost::asio;

/// Longest a test waits for what must come; far more than it takes.
inline constexpr milliseconds kPatience{20'000};

/// Keys derived from the index, so that which of two is smaller does not change between runs.
struct Identity {
  explicit Identity(std::uint8_t index);

  ValidatorIndex index;
  KeyPair validator;
  SecretBytes<32> seed;
  TlsKey tls_key;
};

[[nodiscard]] Hash test_chain();
/// Quick redials, and no penalty for the address that all nodes of a test share.
[[nodiscard]] NetworkLimits test_limits();
[[nodiscard]] PeerInfo info_of(const Identity& identity, std::uint16_t port);
/// Sorted by validator key, as a set is: of two, the first has the smaller key.
[[nodiscard]] std::vector<Identity> identities(std::size_t count);
[[nodiscard]] Message message_of(std::string_view text);

struct Received {
  ValidatorIndex peer;
  Channel channel;
  Bytes bytes;
};

/// One node's network with a thread of its own, and a record of what it reported.
class TestNode {
 public:
  TestNode(const Identity& own, const std::vector<const Identity*>& peers,
           NetworkLimits limits = test_limits(), Hash chain = test_chain(), std::uint16_t port = 0);
  ~TestNode();

  [[nodiscard]] PeerNetwork& network() { return *network_; }
  [[nodiscard]] std::uint16_t port() const { return network_->local_port(); }
  void knows(const TestNode& other) { knows(other.index_, other.port()); }
  void knows(ValidatorIndex peer, std::uint16_t port);

  /// Ends the network as a killed process would look to its peers.
  void stop();

  /// Waits until the condition holds on what was recorded; false when patience ran out.
  [[nodiscard]] bool wait_until(const std::function<bool(const TestNode&)>& condition);
  [[nodiscard]] bool wait_up(std::size_t peers);
  [[nodiscard]] bool wait_received(std::size_t messages);
  [[nodiscard]] bool wait_notice(CloseReason reason);

  /// Of the record; only inside wait_until's condition, or after it.
  [[nodiscard]] bool noticed(CloseReason reason) const;
  std::vector<Received> received;
  std::vector<CloseReason> notices;
  std::size_t ups = 0;
  std::size_t downs = 0;
  Height last_final_of_peer;
  /// When set, received messages are kept, and so count against the receive budget.
  bool holds_messages = false;
  std::vector<Message> held;
  [[nodiscard]] std::mutex& mutex() { return mutex_; }

 private:
  [[nodiscard]] Callbacks recorder();

  ValidatorIndex index_;
  std::mutex mutex_;
  std::condition_variable changed_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  std::unique_ptr<PeerNetwork> network_;
  std::thread thread_;
  bool stopped_ = false;
};

/// A peer driven by hand, one blocking step after the other. Reads give up after kPatience.
class RawPeer {
 public:
  /// The keys it shows; who it accepts is any of `pinned`.
  RawPeer(const Identity& shown, const std::vector<TlsKey>& pinned);

  [[nodiscard]] bool connect(std::uint16_t port);
  /// For RawListener.
  void take_over(asio::ip::tcp::socket socket);
  [[nodiscard]] bool handshake(Side side);
  [[nodiscard]] ChannelBinding binding();
  [[nodiscard]] bool write(const Bytes& bytes);
  [[nodiscard]] bool send_hello(const Hello& hello);
  [[nodiscard]] std::optional<Hello> receive_hello();
  [[nodiscard]] std::optional<Bytes> read(std::size_t count);
  /// Connects, shakes hands and greets as a lawful dialer would.
  [[nodiscard]] bool join(std::uint16_t port, Lane lane);
  /// Reads and forgets until the other side ends the connection.
  [[nodiscard]] bool wait_closed();
  void close();

  /// A signed Hello of the shown validator on this connection.
  [[nodiscard]] Hello lawful_hello(Lane lane, Side side);

 private:
  using Stream = asio::ssl::stream<asio::ip::tcp::socket>;
  /// Runs what was started until it completes; false after kPatience.
  bool run();

  asio::io_context io_;
  KeyPair key_;
  std::unique_ptr<TlsContext> tls_;
  std::unique_ptr<Stream> stream_;
};

/// A listening socket on a free port of loopback.
class RawListener {
 public:
  RawListener();
  [[nodiscard]] std::uint16_t port() const;
  /// The next connection's native socket, handed to a RawPeer. False after kPatience.
  [[nodiscard]] bool accept(RawPeer& peer);

 private:
  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_;
};

}  // namespace hansatsu::net::test
