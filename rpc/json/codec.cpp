#include "rpc/json/codec.h"

namespace hansatsu::rpc {
namespace {

// An object's members are found one after the other: building one of very many takes for ever.
constexpr std::size_t kMembersMax = 256;
constexpr std::size_t kDepthMax = 64;
// A value takes many times the room that its text does. A page of a history has most: 200 grants,
// with 2,000 refused entries each.
constexpr std::size_t kValuesMax = 2'097'152;

/// Follows the text and builds nothing; stops where it is no JSON or above a bound.
class Bounds final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return count(); }
  bool boolean(bool /*value*/) override { return count(); }
  bool number_integer(number_integer_t /*value*/) override { return count(); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return count(); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return count(); }
  bool string(string_t& /*value*/) override { return count(); }
  bool binary(binary_t& /*value*/) override { return count(); }
  bool start_object(std::size_t /*elements*/) override { return open(); }
  bool key(string_t& /*name*/) override { return ++members_.back() <= kMembersMax; }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*elements*/) override { return open(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const Json::exception& /*error*/) override {
    return false;
  }

 private:
  bool count() { return ++values_ <= kValuesMax; }
  bool open() {
    members_.push_back(0);
    return count() && members_.size() <= kDepthMax;
  }
  bool close() {
    members_.pop_back();
    return true;
  }

  std::vector<std::size_t> members_;  ///< of what is open, the innermost last
  std::size_t values_ = 0;            ///< all of them, those that are open too
};

}  // namespace

std::optional<Json> parse_json(std::string_view text) {
  Bounds bounds;
  if (!Json::sax_parse(text, &bounds)) return std::nullopt;
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
