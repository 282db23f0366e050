#include "rpc/client/connection.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http.hpp>

#include "rpc/asio/token.h"
#include "rpc/client/http_message.h"

namespace hansatsu::rpc {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using net::ip::tcp;

/// Beast reads what its buffer has room for, and half a KiB at a time if that is nothing.
constexpr std::size_t kReadBytes = 65'536;

}  // namespace

Connection::Connection(const net::any_io_executor& executor, const ClientOptions& options,
                       std::size_t first_endpoint)
    : options_{options}, endpoint_{first_endpoint % options.endpoints.size()}, stream_{executor} {
  buffer_.reserve(kReadBytes);
}

void Connection::close() {
  open_ = false;
  stream_.close();
  buffer_.clear();
}

void Connection::leave_endpoint() { begin_at(endpoint_ + 1); }

void Connection::begin_at(std::size_t endpoint) {
  close();
  endpoint_ = endpoint % options_.endpoints.size();
}

net::awaitable<std::optional<CallFailure>> Connection::connect(Deadline deadline) {
  for (std::size_t tried = 0; tried < options_.endpoints.size(); ++tried) {
    const auto now = std::chrono::steady_clock::now();
    const Endpoint& endpoint = options_.endpoints[endpoint_];
    // A name is looked up by the system, whose own time limit holds.
    tcp::resolver resolver{stream_.get_executor()};
    const auto [resolve_error, addresses] =
        co_await resolver.async_resolve(endpoint.host, std::to_string(endpoint.port), kToken);
    if (!resolve_error) {
      stream_.expires_at(std::min(deadline, now + options_.connect_time_max));
      const auto [error, used] = co_await stream_.async_connect(addresses, kToken);
      if (!error) {
        boost::system::error_code ignored;
        stream_.socket().set_option(tcp::no_delay{true}, ignored);
        open_ = true;
        co_return std::nullopt;
      }
    }
    // Who has taken all the time is left by the caller, as one that does not answer.
    if (std::chrono::steady_clock::now() >= deadline) co_return CallFailure::timed_out;
    leave_endpoint();
  }
  co_return CallFailure::unreachable;
}

net::awaitable<Answer<HttpReply>> Connection::exchange_once(const HttpRequest& request,
                                                            Deadline deadline) {
  const auto message = message_of(request, options_.endpoints[endpoint_], options_.language);
  stream_.expires_at(deadline);
  const auto [write_error, written] = co_await http::async_write(stream_, message, kToken);
  if (write_error) co_return Err{CallError{failure_of(write_error), 0, {}, {}, {}}};
  http::response_parser<http::string_body> parser;
  parser.body_limit(request.reply_bytes_max);
  const auto [read_error, read] = co_await http::async_read(stream_, buffer_, parser, kToken);
  if (read_error) co_return Err{CallError{failure_of(read_error), 0, {}, {}, {}}};
  if (!parser.keep_alive()) close();
  co_return reply_of(parser.release());
}

net::awaitable<Answer<HttpReply>> Connection::exchange(HttpRequest request, Deadline deadline) {
  const bool was_open = open_;
  if (!open_) {
    if (const auto failure = co_await connect(deadline)) {
      co_return Err{CallError{*failure, 0, {}, {}, {}}};
    }
  }
  auto reply = co_await exchange_once(request, deadline);
  if (!reply) close();
  const bool stale = !reply && was_open && reply.error().failure == CallFailure::closed;
  if (!stale) co_return reply;
  if (const auto failure = co_await connect(deadline)) {
    co_return Err{CallError{*failure, 0, {}, {}, {}}};
  }
  reply = co_await exchange_once(request, deadline);
  if (!reply) close();
  co_return reply;
}

}  // namespace hansatsu::rpc
