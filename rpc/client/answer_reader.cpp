#include "rpc/client/answer_reader.h"

#include <map>

#include "rpc/json/cursor.h"
#include "rpc/json/members_directory.h"

namespace hansatsu::rpc {
namespace {

std::string text_member(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string()) return {};
  return *found->get_ptr<const std::string*>();
}

}  // namespace

CallError error_of(const HttpReply& reply) {
  CallError error{CallFailure::refused, reply.status, {}, {}, reply.retry_after};
  const auto json = parse_json(reply.body);
  if (!json || !json->is_object()) return error;
  error.code = text_member(*json, "code");
  error.text = text_member(*json, "title");
  const std::string detail = text_member(*json, "detail");
  if (!detail.empty()) error.text += " (" + detail + ")";
  return error;
}

Answer<Json> json_of(const HttpReply& reply) {
  if (reply.status >= 400) return Err{error_of(reply)};
  auto json = parse_json(reply.body);
  if (!json || !json->is_object()) return Err{malformed()};
  return *std::move(json);
}

Answer<HistoryPage> read_history(const HttpReply& reply) {
  const auto json = json_of(reply);
  if (!json) return Err{json.error()};
  auto entries = read_answer<std::vector<FinalTransaction>>(reply, "entries");
  if (!entries) return Err{entries.error()};
  HistoryPage page{*std::move(entries), std::nullopt};
  const std::string next = text_member(*json, "next");
  if (next.empty()) return page;
  page.next = parse_cursor(next);
  if (!page.next) return Err{malformed()};
  return page;
}

Answer<TransactionStatus> read_transaction(const HttpReply& reply) {
  const auto json = json_of(reply);
  if (!json) return Err{json.error()};
  TransactionStatus status;
  const auto stage = read_answer<TransactionStage>(reply, "state");
  if (!stage) return Err{stage.error()};
  status.stage = *stage;
  if (!read_optional(*json, "result", status.result)) return Err{malformed()};
  return status;
}

Answer<PreviewResult> read_preview(const HttpReply& reply) {
  const auto json = json_of(reply);
  if (!json) return Err{json.error()};
  const auto height = read_answer<Height>(reply, "height");
  const auto time = read_answer<Timestamp>(reply, "time");
  auto before = read_answer<std::vector<CoinTotals>>(reply, "before");
  auto after = read_answer<std::vector<CoinTotals>>(reply, "after");
  if (!height || !time || !before || !after) return Err{malformed()};
  PreviewResult result;
  result.height = *height;
  result.time = *time;
  result.before = *std::move(before);
  result.after = *std::move(after);
  if (!read_optional(*json, "outcome", result.outcome)) return Err{malformed()};
  const auto problem = json->find("problem");
  if (problem != json->end() && problem->is_object()) {
    const auto number = problem->find("number");
    if (number == problem->end() || !number->is_number_unsigned()) return Err{malformed()};
    const auto code = number->get<std::uint64_t>();
    if (code <= 0xffff) result.refusal = rules::refusal_of(static_cast<std::uint16_t>(code));
    if (!result.refusal) return Err{malformed()};
  }
  if (result.refusal.has_value() == result.outcome.has_value()) return Err{malformed()};
  return result;
}

Answer<ShopList> read_shops(const HttpReply& reply) {
  const auto json = json_of(reply);
  if (!json) return Err{json.error()};
  auto records = read_answer<std::vector<ShopRecord>>(reply, "shops");
  if (!records) return Err{records.error()};
  ShopList list;
  list.shops = *std::move(records);
  if (!read_optional(*json, "directory", list.directory)) return Err{malformed()};
  return list;
}

Answer<std::vector<BlockRecord>> read_blocks(const HttpReply& reply) {
  if (reply.status >= 400) return Err{error_of(reply)};
  std::vector<BlockRecord> blocks;
  Decoder decoder{as_bytes(reply.body)};
  while (!decoder.at_end()) {
    BlockRecord& block = blocks.emplace_back();
    std::uint32_t body_bytes = 0;
    decoder(block.header, block.proof, body_bytes);
    const ByteView body = decoder.raw(body_bytes);
    if (decoder.failed()) return Err{malformed()};
    block.body.assign(body.begin(), body.end());
  }
  return blocks;
}

}  // namespace hansatsu::rpc
