#pragma once

#include <functional>
#include <memory>

#include "rpc/server/config.h"
#include "rpc/server/ledger_view.h"

namespace boost::asio {
class io_context;
}

namespace hansatsu::rpc {

enum class ServerError : std::uint8_t {
  bad_address = 1,  ///< not a numeric address
  needs_tls = 2,    ///< plain HTTP is spoken on loopback only
  cannot_bind = 3,  ///< taken, or not this machine's
  cannot_bind_metrics = 4,
  bad_metrics_address = 5,
};
/// A sentence for the operator.
[[nodiscard]] std::string to_string(ServerError error);

/// The node's HTTP API. Source: docs/protocol/api.md.
/// Requires: exactly one thread runs `io`; `io` and `view` outlive the server; the view calls no
///           callback once `io` is gone (it may drop them later).
/// Threads:  start before or on that thread; everything else on it.
///
///     Server server{io, view, config};
///     if (const auto started = server.start(); !started) { ... }
///     ...
///     server.stop([&] { ... the server may go now ... });
class Server {
 public:
  Server(boost::asio::io_context& io, LedgerView& view, const ServerConfig& config);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Requires: never started, or stop has called back.
  ~Server();

  [[nodiscard]] Result<void, ServerError> start();
  /// The port it listens on; for a configured port 0 the one it was given.
  [[nodiscard]] std::uint16_t port() const;
  /// The same of /metrics.
  [[nodiscard]] std::uint16_t metrics_port() const;

  /// Takes no more connections, ends idle ones, lets begun requests have their answer for at most
  /// ServerLimits::stop_max, then calls back once, on the I/O thread.
  void stop(std::function<void()> stopped);

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace hansatsu::rpc
