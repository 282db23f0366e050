#include "rpc/json/json.h"

#include "rpc/json/members_answers.h"
#include "rpc/json/members_receipt.h"

namespace hansatsu::rpc {

template <class T>
std::string to_json(const T& value, UtcOffset offset, JsonLayout layout) {
  const Json json = write_json(value, offset);
  if (layout == JsonLayout::compact) return dump_json(json);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

template <class T>
Result<T, JsonError> from_json(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return Err{JsonError{"", "is no JSON"}};
  return read_json<T>(*json);
}

// What other targets may turn from and to JSON without compiling the machinery themselves.
#define HANSATSU_JSON_OF(T)                                                \
  template std::string to_json<T>(const T&, UtcOffset, JsonLayout layout); \
  template Result<T, JsonError> from_json<T>(std::string_view text)

HANSATSU_JSON_OF(state::Charter);
HANSATSU_JSON_OF(state::Validator);
HANSATSU_JSON_OF(state::Account);
HANSATSU_JSON_OF(state::Program);
HANSATSU_JSON_OF(state::ProgramTerms);
HANSATSU_JSON_OF(state::Redemption);
HANSATSU_JSON_OF(chain::Header);
HANSATSU_JSON_OF(chain::Certificate);
HANSATSU_JSON_OF(chain::FinalityProof);
HANSATSU_JSON_OF(rules::Operation);
HANSATSU_JSON_OF(rules::Outcome);
HANSATSU_JSON_OF(rules::PublicOutcome);
HANSATSU_JSON_OF(block::UnsignedTransaction);
HANSATSU_JSON_OF(block::Transaction);
HANSATSU_JSON_OF(block::Receipt);
HANSATSU_JSON_OF(AccountAnswer);
HANSATSU_JSON_OF(NodeStatus);
HANSATSU_JSON_OF(ProvenTransaction);
HANSATSU_JSON_OF(BlockRecord);

}  // namespace hansatsu::rpc
