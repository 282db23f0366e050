#include "rpc/json/codec.h"

namespace hansatsu::rpc {

std::optional<Json> parse_json(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

std::string dump_json(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string to_string(const JsonError& error) {
  return error.place.empty() ? error.reason : error.place + " " + error.reason;
}

}  // namespace hansatsu::rpc
