#include "node/net/connection.h"

namespace hansatsu::net {

Connection::Connection(asio::ip::tcp::socket socket, SSL* tls)
    : stream_{std::move(socket), tls}, deadline_{stream_.get_executor()} {}

std::shared_ptr<Connection> Connection::make(asio::ip::tcp::socket socket, const TlsContext& tls) {
  SSL* handle = SSL_new(tls.handle());
  if (handle == nullptr) return nullptr;
  return std::shared_ptr<Connection>{new Connection{std::move(socket), handle}};
}

void Connection::close_after(std::chrono::milliseconds limit) {
  deadline_.expires_after(limit);
  deadline_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
    const auto self = weak.lock();
    if (cancelled || self == nullptr || self->closed_) return;
    self->timed_out_ = true;
    self->close();
  });
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  deadline_.cancel();
  boost::system::error_code ignored;  // the peer may have closed it already
  socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket().close(ignored);
}

}  // namespace hansatsu::net
