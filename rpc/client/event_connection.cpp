#include "rpc/client/event_connection.h"

#include <boost/beast/http.hpp>

#include "rpc/asio/token.h"
#include "rpc/http/submission.h"
#include "rpc/json/cursor.h"

namespace hansatsu::rpc {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using net::ip::tcp;

constexpr std::chrono::seconds kAnswerMax{10};
constexpr std::uint64_t kProblemBytesMax = 65'536;

CallError error_from(CallFailure failure) { return CallError{failure, 0, {}, {}, {}}; }

}  // namespace

EventConnection::EventConnection(const net::any_io_executor& executor, const ClientOptions& options,
                                 const Signer& signer)
    : options_{options}, signer_{signer}, resolver_{executor}, stream_{executor} {}

void EventConnection::close() {
  listening_ = false;
  resolver_.cancel();
  stream_.close();
  buffer_.clear();
}

void EventConnection::stop() {
  stopped_ = true;
  close();
}

void EventConnection::go_to_next() { endpoint_ = (endpoint_ + 1) % options_.endpoints.size(); }

net::awaitable<std::optional<CallFailure>> EventConnection::connect() {
  const Endpoint& endpoint = options_.endpoints[endpoint_];
  const auto [resolve_error, addresses] =
      co_await resolver_.async_resolve(endpoint.host, std::to_string(endpoint.port), kToken);
  // A lookup that has begun is not cancelled, and to connect would open what was closed meanwhile.
  if (resolve_error || stopped_) co_return CallFailure::unreachable;
  stream_.expires_after(options_.connect_time_max);
  const auto [error, used] = co_await stream_.async_connect(addresses, kToken);
  if (error) co_return CallFailure::unreachable;
  co_return std::nullopt;
}

HttpRequest EventConnection::request(std::optional<Cursor> after) const {
  HttpRequest request;
  request.target = "/v1/events";
  request.accept = kEventMedia;
  if (after) request.last_event_id = to_cursor_text(*after);
  return signed_by(std::move(request), signer_.reference, *signer_.key, clock_);
}

net::awaitable<std::optional<CallError>> EventConnection::listen(std::optional<Cursor> after) {
  close();
  if (const auto failure = co_await connect()) co_return error_from(*failure);
  const auto message = message_of(request(after), options_.endpoints[endpoint_], options_.language);
  stream_.expires_after(kAnswerMax);
  const auto [write_error, written] = co_await http::async_write(stream_, message, kToken);
  if (write_error) co_return error_from(failure_of(write_error));
  parser_.emplace();
  parser_->body_limit(kProblemBytesMax);  // a named length counts now, and never again
  const auto [read_error, read] =
      co_await http::async_read_header(stream_, buffer_, *parser_, kToken);
  if (read_error) co_return error_from(failure_of(read_error));
  if (parser_->get().result() != http::status::ok) co_return co_await read_problem();
  if (parser_->get()[http::field::content_type] != kEventMedia) co_return malformed();
  parser_->body_limit(boost::none);
  listening_ = true;
  co_return std::nullopt;
}

net::awaitable<CallError> EventConnection::read_problem() {
  http::response_parser<http::string_body> problem{std::move(*parser_)};
  problem.body_limit(kProblemBytesMax);
  const auto [error, bytes] = co_await http::async_read(stream_, buffer_, problem, kToken);
  if (error) co_return error_from(failure_of(error));
  const HttpReply reply = reply_of(problem.release());
  if (!clock_.learn(reply)) co_return error_from(CallFailure::clock_differs);
  co_return reply.status >= 400 ? error_of(reply) : malformed();
}

net::awaitable<Answer<std::string_view>> EventConnection::read() {
  while (!stopped_ && !parser_->is_done()) {
    auto& body = parser_->get().body();
    body.data = bytes_.data();
    body.size = bytes_.size();
    stream_.expires_after(kEventSilenceMax);
    const auto [error, read] = co_await http::async_read_some(stream_, buffer_, *parser_, kToken);
    const std::size_t count = bytes_.size() - body.size;
    if (error && error != http::error::need_buffer) co_return Err{error_from(failure_of(error))};
    if (count > 0) co_return std::string_view{bytes_.data(), count};
  }
  co_return Err{error_from(CallFailure::closed)};
}

}  // namespace hansatsu::rpc
