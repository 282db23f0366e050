#include "rpc/server/session.h"

#include <algorithm>
#include <boost/beast/http.hpp>
#include <utility>

#include "rpc/asio/token.h"
#include "rpc/http/submission.h"
#include "rpc/json/time_text.h"

namespace hansatsu::rpc {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using RequestParser = http::request_parser<http::string_body>;
/// Read at once while waiting for a request's first byte.
constexpr std::size_t kFirstReadBytes = 4'096;
/// Read at once of a body that is longer: Beast reads what its buffer has room for.
constexpr std::uint64_t kBodyReadBytes = 16'384;

std::string field(const RequestParser& parser, std::string_view name) {
  return std::string{parser.get()[name]};
}

/// A field that must not be repeated gives nothing when it is.
std::string single_field(const RequestParser& parser, std::string_view name) {
  return parser.get().count(name) == 1 ? field(parser, name) : std::string{};
}

Request request_of(const RequestParser& parser) {
  Request request;
  request.method = std::string{parser.get().method_string()};
  request.language = language_of(field(parser, "Accept-Language"));
  request.wants_binary = field(parser, "Accept").find(kBinaryMedia) != std::string::npos;
  request.content_type = single_field(parser, "Content-Type");
  request.content_digest = single_field(parser, "Content-Digest");
  request.signature_input = single_field(parser, "Signature-Input");
  request.signature = single_field(parser, "Signature");
  request.last_event_id = single_field(parser, "Last-Event-ID");
  for (const char* name : {"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"}) {
    request.is_forwarded = request.is_forwarded || parser.get().count(name) > 0;
  }
  return request;
}

ApiError error_of(boost::system::error_code error) {
  if (error == http::error::header_limit) return ApiError::header_too_large;
  if (error == http::error::body_limit) return ApiError::body_too_large;
  return ApiError::malformed_http;
}

/// The caller went away, or was too slow and has been cut off: nobody to tell.
bool is_gone(boost::system::error_code error) {
  return error == beast::error::timeout || error == http::error::end_of_stream ||
         error == http::error::partial_message ||
         error.category() == net::error::get_system_category() ||
         error == net::error::operation_aborted || error == net::error::eof;
}

/// True for a body whose end the parser and every proxy before it see at the same place. Beast
/// reads what it does not know of in Transfer-Encoding as if it were not there.
bool is_framed_clearly(const RequestParser& parser) {
  const auto& fields = parser.get();
  const std::string_view length = fields[http::field::content_length];
  if (length.find(',') != std::string_view::npos) return false;
  if (fields.count(http::field::content_length) > 1) return false;
  const std::size_t codings = fields.count(http::field::transfer_encoding);
  if (codings == 0) return true;
  return codings == 1 && fields.version() >= 11 &&
         beast::iequals(fields[http::field::transfer_encoding], "chunked");
}

/// Why a request's body is not even read, judged by its header.
std::optional<ApiError> why_not(Api& api, const RequestParser& parser, const std::string& address,
                                BodyRoom& room) {
  const std::uint64_t body_bytes =
      parser.chunked() ? api.limits.body_bytes : parser.content_length().value_or(0);
  if (!api.gate.take_request(address, AddressGate::Clock::now(), body_bytes)) {
    return ApiError::too_many_requests;
  }
  if (!is_framed_clearly(parser)) return ApiError::malformed_http;
  const std::string expect = field(parser, "Expect");
  if (!expect.empty() && !beast::iequals(expect, "100-continue")) {
    return ApiError::expectation_failed;
  }
  if (body_bytes > 0 && parser.get().method() != http::verb::post) {
    return ApiError::unexpected_body;
  }
  if (!room.take(body_bytes)) return ApiError::overloaded;
  return std::nullopt;
}

/// Instead of an answer that is too large just now. What was posted may have been taken: whoever is
/// told that it was not could pay twice.
Response without_room(const Request& request) {
  if (request.method != "POST") {
    return response_of(problem_of(ApiError::overloaded, request.language));
  }
  return response_of(problem_of(ApiError::no_answer, request.language,
                                "no room for the answer; ask again, with fewer at once"));
}

}  // namespace

net::awaitable<void> Session::run(std::shared_ptr<Session> self) {
  boost::system::error_code ignored;
  self->stream_.socket().set_option(net::ip::tcp::no_delay{true}, ignored);
  Next next = Next::request;
  while (next == Next::request && !self->finishing_) next = co_await self->serve_one();
  self->stream_.socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
  self->stream_.close();
}

void Session::finish() {
  finishing_ = true;
  if (feed_) feed_->close();
  if (!busy_) stream_.cancel();
}

void Session::close() {
  finishing_ = true;
  if (feed_) feed_->close();
  stream_.close();
}

net::awaitable<bool> Session::wait_for_first_byte() {
  if (buffer_.size() > 0) co_return true;
  stream_.expires_after(api_.limits.idle_max);
  const auto [error, bytes] =
      co_await stream_.async_read_some(buffer_.prepare(kFirstReadBytes), kToken);
  if (error) co_return false;
  buffer_.commit(bytes);
  co_return true;
}

net::awaitable<Session::Next> Session::serve_one() {
  busy_ = false;
  if (!co_await wait_for_first_byte() || finishing_) co_return Next::end;
  busy_ = true;

  Parser parser;
  parser.header_limit(api_.limits.header_bytes);
  parser.body_limit(api_.limits.body_bytes);
  stream_.expires_after(api_.limits.header_max);
  const auto [header_error, header_bytes] =
      co_await http::async_read_header(stream_, buffer_, parser, kToken);
  if (header_error) co_return co_await refuse_broken(header_error);

  Request request = request_of(parser);
  request.address = caller_.address;
  request.is_loopback = caller_.is_loopback;
  request.entrance = caller_.entrance;
  ++api_.counters.requests;
  BodyRoom room{api_.gate, caller_.address};
  if (const auto refused = why_not(api_, parser, caller_.address, room)) {
    co_return co_await write(request, response_of(problem_of(*refused, request.language)), false);
  }
  if (const auto error = co_await read_body(parser)) {
    co_return co_await refuse_broken(error);
  }

  const bool keep_alive = parser.keep_alive();
  auto target = parse_target(std::string_view{parser.get().target()});
  if (!target) {
    co_return co_await write(
        request, response_of(problem_of(ApiError::unknown_route, request.language)), keep_alive);
  }
  request.target = *std::move(target);
  request.body = std::move(parser.get().body());
  Response response = co_await answer(api_, request);
  if (response.feed) {  // it may last for days; what asked for it takes no room meanwhile
    request.body = {};
    room.give_back();
    co_return co_await stream(std::move(response.feed));
  }
  co_return co_await write(request, std::move(response), keep_alive);
}

net::awaitable<boost::system::error_code> Session::read_body(Parser& parser) {
  if (!field(parser, "Expect").empty()) {
    http::response<http::empty_body> go_on{http::status::continue_, 11};
    stream_.expires_after(api_.limits.write_max);
    const auto [error, bytes] = co_await http::async_write(stream_, go_on, kToken);
    if (error) co_return error;
  }
  const std::uint64_t missing = parser.content_length_remaining().value_or(0);
  buffer_.reserve(buffer_.size() + std::min(missing, kBodyReadBytes));
  stream_.expires_after(api_.limits.body_max);
  const auto [error, bytes] = co_await http::async_read(stream_, buffer_, parser, kToken);
  stream_.expires_never();
  co_return error;
}

net::awaitable<Session::Next> Session::refuse_broken(boost::system::error_code error) {
  if (error == beast::error::timeout) ++api_.counters.too_slow;
  if (is_gone(error)) co_return Next::end;
  Request request;
  co_return co_await write(request, response_of(problem_of(error_of(error), request.language)),
                           false);
}

net::awaitable<Session::Next> Session::write(const Request& request, Response response,
                                             bool keep_alive) {
  // It is held until the caller has taken it: slow ones must not fill the memory.
  BodyRoom room{api_.gate, caller_.address};
  if (!room.take(response.body.size())) response = without_room(request);
  http::response<http::string_body> message{static_cast<http::status>(response.status), 11};
  message.set(http::field::server, "hansatsud");
  message.set(http::field::date, to_http_date(api_.view.now()));
  message.set(http::field::cache_control, response.is_public ? "max-age=60" : "no-store");
  message.set(http::field::content_type, response.media);
  if (response.status >= 400) {
    ++api_.counters.problems;
    message.set(http::field::content_language,
                request.language == rules::Language::ja ? "ja" : "en");
  }
  if (!response.allow.empty()) message.set(http::field::allow, response.allow);
  if (response.retry_after) {
    message.set(http::field::retry_after, std::to_string(response.retry_after->count()));
  }
  // An answer to HEAD has no body: a proxy would take one for the answer to the next request.
  const bool is_head = request.method == "HEAD";
  const bool stays = keep_alive && !finishing_ && !is_head;
  message.keep_alive(stays);
  if (!is_head) message.body() = std::move(response.body);
  message.prepare_payload();
  stream_.expires_after(api_.limits.write_max);
  const auto [error, bytes] = co_await http::async_write(stream_, message, kToken);
  stream_.expires_never();
  co_return error || !stays ? Next::end : Next::request;
}

}  // namespace hansatsu::rpc
