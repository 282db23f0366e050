#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "node/net/close_reason.h"
#include "node/net/tls_context.h"

namespace hansatsu::net {

namespace asio = boost::asio;

/// One TCP connection under TLS. Belongs to the io thread. Whoever waits on its stream holds it by
/// shared_ptr; close() ends every wait.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Stream = asio::ssl::stream<asio::ip::tcp::socket>;

  /// Takes over an accepted socket, or a fresh one to be connected. Null if OpenSSL has no memory.
  [[nodiscard]] static std::shared_ptr<Connection> make(asio::ip::tcp::socket socket,
                                                        const TlsContext& tls);

  [[nodiscard]] Stream& stream() { return stream_; }
  [[nodiscard]] asio::ip::tcp::socket& socket() { return stream_.next_layer(); }

  /// Closes it unless keep() is called in time.
  void close_after(std::chrono::milliseconds limit);
  void keep() { deadline_.cancel(); }
  [[nodiscard]] bool timed_out() const { return timed_out_; }

  /// Ends the connection at once; every frame has its length, so no TLS farewell is needed.
  void close();
  [[nodiscard]] bool is_closed() const { return closed_; }

 private:
  Connection(asio::ip::tcp::socket socket, SSL* tls);

  Stream stream_;
  asio::steady_timer deadline_;
  bool timed_out_ = false;
  bool closed_ = false;
};

}  // namespace hansatsu::net
