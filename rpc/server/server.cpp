#include "rpc/server/server.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>

#include "rpc/asio/token.h"
#include "rpc/server/session.h"

namespace hansatsu::rpc {
namespace {

namespace net = boost::asio;
using net::ip::tcp;

/// After a failed accept (no file descriptors left), before the next one.
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

std::string to_string(ServerError error) {
  switch (error) {
    case ServerError::bad_address:
      return "the API's address is not numeric";
    case ServerError::needs_tls:
      return "the API speaks plain HTTP on loopback only; put a TLS proxy in front";
    case ServerError::cannot_bind:
      return "the API's address and port can't be bound";
    case ServerError::cannot_bind_metrics:
      return "the metrics' address and port can't be bound";
    case ServerError::bad_metrics_address:
      return "the metrics' address is not numeric";
  }
  return {};
}

class Server::Implementation : public std::enable_shared_from_this<Implementation> {
 public:
  Implementation(net::io_context& io, LedgerView& view, const ServerConfig& config)
      : config_{config},
        api_{io.get_executor(), view, config.limits},
        acceptor_{io},
        metrics_acceptor_{io},
        stop_timer_{io} {}

  Result<void, ServerError> start() {
    boost::system::error_code error;
    const auto address = net::ip::make_address(config_.address, error);
    if (error) return Err{ServerError::bad_address};
    if (!address.is_loopback()) return Err{ServerError::needs_tls};
    const auto metrics_address = net::ip::make_address(config_.metrics_address, error);
    if (error) return Err{ServerError::bad_metrics_address};
    if (!listen(acceptor_, {address, config_.port})) return Err{ServerError::cannot_bind};
    if (!listen(metrics_acceptor_, {metrics_address, config_.metrics_port})) {
      return Err{ServerError::cannot_bind_metrics};
    }
    api_.feeds.start();
    begin_accepting(Entrance::api);
    begin_accepting(Entrance::metrics);
    return {};
  }

  std::uint16_t port(Entrance entrance) const {
    boost::system::error_code error;
    const tcp::acceptor& acceptor = entrance == Entrance::api ? acceptor_ : metrics_acceptor_;
    return acceptor.local_endpoint(error).port();
  }

  void stop(std::function<void()> stopped) {
    stopped_ = std::move(stopped);
    api_.feeds.stop();
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    metrics_acceptor_.close(ignored);
    for (const auto& [number, entry] : sessions_) {
      if (const auto session = entry.session.lock()) session->finish();
    }
    stop_timer_.expires_after(api_.limits.stop_max);
    stop_timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (!error) self->close_all();
    });
    tell_when_stopped();
  }

 private:
  struct SessionEntry {
    std::weak_ptr<Session> session;
    std::shared_ptr<net::cancellation_signal> cancel;
  };

  static bool listen(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(net::socket_base::reuse_address{true}, error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
    return !error;
  }

  void begin_accepting(Entrance entrance) {
    ++running_;
    net::co_spawn(
        api_.executor, accept(shared_from_this(), entrance),
        [self = shared_from_this()](const std::exception_ptr& /*failure*/) { self->end_one(); });
  }

  static net::awaitable<void> accept(std::shared_ptr<Implementation> self, Entrance entrance) {
    tcp::acceptor& acceptor = entrance == Entrance::api ? self->acceptor_ : self->metrics_acceptor_;
    while (acceptor.is_open()) {
      auto [error, socket] = co_await acceptor.async_accept(kToken);
      if (error == net::error::operation_aborted || !acceptor.is_open()) co_return;
      if (error) {
        net::steady_timer pause{self->api_.executor, kAcceptPause};
        [[maybe_unused]] const auto ended = co_await pause.async_wait(kToken);
        continue;
      }
      self->begin_session(std::move(socket), entrance);
    }
  }

  void begin_session(tcp::socket socket, Entrance entrance) {
    boost::system::error_code error;
    const auto remote = socket.remote_endpoint(error).address();
    if (error) return;
    const std::string address = remote.to_string();
    if (!api_.gate.open_connection(address, remote.is_loopback(), AddressGate::Clock::now())) {
      ++api_.counters.connections_refused;
      return;  // the socket closes: no bytes for whoever floods
    }
    ++api_.counters.connections;
    const std::uint64_t number = next_session_++;
    auto session = std::make_shared<Session>(
        api_, std::move(socket), Session::Caller{address, remote.is_loopback(), entrance});
    const auto cancel = std::make_shared<net::cancellation_signal>();
    sessions_.emplace(number, SessionEntry{session, cancel});
    ++running_;
    // A session ends by itself; what a third party throws in it (no memory) ends it too.
    const auto ended = [self = shared_from_this(), address,
                        number](const std::exception_ptr& failure) {
      if (failure) ++self->api_.counters.sessions_broken;
      self->sessions_.erase(number);
      self->api_.gate.close_connection(address);
      self->end_one();
    };
    net::co_spawn(api_.executor, Session::run(std::move(session)),
                  net::bind_cancellation_slot(cancel->slot(), ended));
  }

  /// Also ends waits for the view: a session is gone before the server is.
  void close_all() {
    for (const auto& [number, entry] : sessions_) {
      if (const auto session = entry.session.lock()) session->close();
    }
    std::vector<std::shared_ptr<net::cancellation_signal>> signals;
    for (const auto& [number, entry] : sessions_) signals.push_back(entry.cancel);
    for (const auto& signal : signals) signal->emit(net::cancellation_type::terminal);
  }

  void end_one() {
    --running_;
    tell_when_stopped();
  }

  void tell_when_stopped() {
    if (!stopped_ || running_ > 0) return;
    stop_timer_.cancel();
    // Never from inside stop itself: its caller may still stand in the middle of something.
    net::post(api_.executor, std::exchange(stopped_, nullptr));
  }

  ServerConfig config_;
  Api api_;
  tcp::acceptor acceptor_;
  tcp::acceptor metrics_acceptor_;
  net::steady_timer stop_timer_;
  std::map<std::uint64_t, SessionEntry> sessions_;
  std::uint64_t next_session_ = 0;
  std::uint32_t running_ = 0;  ///< sessions, and the accepting loops
  std::function<void()> stopped_;
};

Server::Server(net::io_context& io, LedgerView& view, const ServerConfig& config)
    : implementation_{std::make_shared<Implementation>(io, view, config)} {}
Server::~Server() = default;

Result<void, ServerError> Server::start() { return implementation_->start(); }
std::uint16_t Server::port() const { return implementation_->port(Entrance::api); }
std::uint16_t Server::metrics_port() const { return implementation_->port(Entrance::metrics); }
void Server::stop(std::function<void()> stopped) { implementation_->stop(std::move(stopped)); }

}  // namespace hansatsu::rpc
