#include "rpc/server/call_tools.h"
#include "rpc/server/openapi.h"

namespace hansatsu::rpc::calls {
namespace {

/// Without a new block a shop's stop can still lapse.
constexpr std::chrono::seconds kShopsKept{10};

void add_counter(std::string& text, std::string_view name, std::string_view kind,
                 std::uint64_t value) {
  text += "# TYPE " + std::string{name} + " " + std::string{kind} + "\n";
  text += std::string{name} + " " + std::to_string(value) + "\n";
}

}  // namespace

Answering status(Api& api, const Request& /*request*/) {
  co_return json_response(write_json(api.view.status(), offset_of(api)));
}

Answering charter(Api& api, const Request& request) {
  const auto charter = api.view.charter();
  if (request.wants_binary) {
    Response response;
    response.media = kBinaryMedia;
    response.body = as_text(encode(*charter));
    co_return response;
  }
  co_return json_response(write_json(*charter, charter->utc_offset));
}

/// Counters are of the newest block: whoever watched a small program's would see each payment. So
/// they are told to those alone who answer for the coin.
Answering programs(Api& api, const Request& request) {
  std::optional<Caller> caller;
  if (!request.signature_input.empty() || !request.signature.empty()) {
    auto authenticated = api.authenticator.authenticate(request);
    if (!authenticated) co_return refuse(request, authenticated.error());
    caller = *std::move(authenticated);
  }
  const auto charter = api.view.charter();
  const Date today = local_date(api.view.now(), charter->utc_offset);
  auto programs = api.view.programs();
  for (ProgramRecord& record : programs) {
    record.has_counters =
        caller && may_read_counters(*caller, *charter, record.program.terms.coin, today);
  }
  Json json = Json::object();
  json["programs"] = write_json(programs, offset_of(api));
  co_return json_response(json);
}

Answering shops(Api& api, const Request& /*request*/) {
  const Height height = api.view.status().height;
  const auto file = api.view.shop_directory();
  const auto now = std::chrono::steady_clock::now();
  const bool is_current = api.shops && api.shops->height == height &&
                          api.shops->directory == file && now < api.shops->made + kShopsKept;
  if (!is_current) {
    Json json = Json::object();
    json["shops"] = write_json(api.view.shops(), offset_of(api));
    json["directory"] = file ? parse_json(*file).value_or(Json(nullptr)) : Json(nullptr);
    api.shops = ShopsAnswer{height, file, now, dump_json(json)};
  }
  Response response;
  response.media = kJsonMedia;
  response.body = api.shops->body;
  co_return response;
}

Answering openapi(Api& /*api*/, const Request& /*request*/) {
  Response response;
  response.media = kJsonMedia;
  response.body = kOpenapiText;
  response.is_public = true;
  co_return response;
}

Answering metrics(Api& api, const Request& request) {
  // A proxy that was led here by mistake must not make it public.
  if (request.is_forwarded) co_return refuse(request, ApiError::not_allowed);
  std::string text = api.view.metrics();
  const ServerCounters& counters = api.counters;
  add_counter(text, "hansatsu_rpc_connections", "gauge", api.gate.connections());
  add_counter(text, "hansatsu_rpc_transactions_waiting", "gauge", api.gate.transactions_waiting());
  add_counter(text, "hansatsu_rpc_event_streams", "gauge", api.feeds.count());
  add_counter(text, "hansatsu_rpc_connections_total", "counter", counters.connections);
  add_counter(text, "hansatsu_rpc_connections_refused_total", "counter",
              counters.connections_refused);
  add_counter(text, "hansatsu_rpc_requests_total", "counter", counters.requests);
  add_counter(text, "hansatsu_rpc_problems_total", "counter", counters.problems);
  add_counter(text, "hansatsu_rpc_too_slow_total", "counter", counters.too_slow);
  add_counter(text, "hansatsu_rpc_transactions_total", "counter", counters.transactions);
  Response response;
  response.media = "text/plain; version=0.0.4";
  response.body = std::move(text);
  co_return response;
}

}  // namespace hansatsu::rpc::calls
