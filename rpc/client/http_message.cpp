#include "rpc/client/http_message.h"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http.hpp>

#include "rpc/json/key_id.h"
#include "rpc/json/machine_time.h"
#include "rpc/json/time_text.h"

namespace hansatsu::rpc {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

/// The node's Date header has whole seconds: smaller differences mean nothing.
constexpr std::int64_t kClockStepMs = 2'000;

std::int64_t local_clock_ms() { return static_cast<std::int64_t>(machine_time().raw); }

std::string random_nonce() {
  std::array<std::uint8_t, 16> bytes{};
  fill_random(bytes);
  return to_hex(bytes);
}

}  // namespace

Timestamp NodeClock::now() const {
  return Timestamp{static_cast<std::uint64_t>(local_clock_ms() + ahead_ms_)};
}

bool NodeClock::learn(const HttpReply& reply) {
  if (!reply.date) return true;
  const auto ahead = static_cast<std::int64_t>(reply.date->raw) - local_clock_ms();
  if (std::abs(ahead) > apart_max_ms_) return false;
  if (std::abs(ahead - ahead_ms_) > kClockStepMs) ahead_ms_ = ahead;
  return true;
}

HttpRequest signed_by(HttpRequest request, const RequestKey& name, const KeyPair& key,
                      const NodeClock& clock) {
  const SigningParameters parameters{name, clock.now().raw / 1'000, random_nonce()};
  request.signature = sign_request(request.method, request.target, request.body, parameters, key);
  return request;
}

CallFailure failure_of(boost::system::error_code error) {
  if (error == beast::error::timeout) return CallFailure::timed_out;
  const bool is_http = error.category() == make_error_code(http::error::bad_method).category();
  const bool ended = error == http::error::end_of_stream || error == http::error::partial_message;
  return is_http && !ended ? CallFailure::malformed : CallFailure::closed;
}

http::request<http::string_body> message_of(const HttpRequest& request, const Endpoint& endpoint,
                                            const std::string& language) {
  http::request<http::string_body> message;
  message.version(11);
  message.method_string(request.method);
  message.target(request.target);
  message.set(http::field::host, endpoint.host + ":" + std::to_string(endpoint.port));
  message.set(http::field::user_agent, "hansatsu");
  message.set(http::field::accept_language, language);
  if (!request.accept.empty()) message.set(http::field::accept, request.accept);
  if (!request.content_type.empty()) message.set(http::field::content_type, request.content_type);
  if (request.signature) {
    message.set("Content-Digest", request.signature->content_digest);
    message.set("Signature-Input", request.signature->signature_input);
    message.set("Signature", request.signature->signature);
  }
  if (!request.last_event_id.empty()) message.set("Last-Event-ID", request.last_event_id);
  message.body() = request.body;
  message.prepare_payload();
  return message;
}

HttpReply reply_of(http::response<http::string_body>&& message) {
  HttpReply reply;
  reply.status = message.result_int();
  reply.content_type = std::string{message[http::field::content_type]};
  reply.date = parse_http_date(std::string_view{message[http::field::date]});
  const auto seconds =
      parse_decimal<std::uint32_t>(std::string_view{message[http::field::retry_after]});
  if (seconds) reply.retry_after = std::chrono::seconds{std::min(*seconds, 60U)};
  reply.body = std::move(message.body());
  return reply;
}

}  // namespace hansatsu::rpc
