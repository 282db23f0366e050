#include "rpc/server/call_tools.h"

namespace hansatsu::rpc {

Response response_of(const Problem& problem) {
  Response response;
  response.status = problem.status;
  response.media = kProblemMedia;
  response.body = to_json_text(problem);
  response.retry_after = problem.retry_after;
  return response;
}

std::optional<std::uint32_t> count_argument(const Request& request, std::uint32_t fallback,
                                            std::uint32_t max) {
  const auto count = number_argument<std::uint32_t>(request, "count", fallback);
  if (!count || *count == 0 || *count > max) return std::nullopt;
  return count;
}

Json refusal_json(rules::Refusal refusal, rules::Language language) {
  Json json = Json::object();
  json["code"] = rules::code_text(refusal);
  json["number"] = static_cast<std::uint16_t>(refusal);
  json["title"] = std::string{rules::sentence(refusal, language)};
  return json;
}

Json history_entry(FinalTransaction entry, AccountId account, UtcOffset offset) {
  constexpr std::size_t kTransactionBytesMax = 4'096;
  FinalTransaction seen = as_seen_by(std::move(entry), account);
  if (seen.transaction.size() > kTransactionBytesMax) seen.transaction.clear();
  return write_json(seen, offset);
}

net::awaitable<Result<void, ApiError>> note_staff_read(Api& api, const Request& request,
                                                       const Caller& caller, AccountId subject) {
  StaffRead read;
  if (const auto* reference = std::get_if<block::KeyReference>(&caller.key)) {
    read.reader = *reference;
  }
  read.subject = subject;
  read.time = api.view.now();
  read.what = request.method + " " + request.target.path;
  const auto written = co_await wait_for_view<void>(
      api.executor, api.limits.view_max,
      [&](auto tell) { api.view.log_staff_read(read, std::move(tell)); });
  if (!written) co_return Err{ApiError::no_trace};
  co_return Result<void, ApiError>{};
}

}  // namespace hansatsu::rpc
