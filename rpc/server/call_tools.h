#pragma once

#include "rpc/http/submission.h"
#include "rpc/json/cursor.h"
#include "rpc/json/members_answers.h"
#include "rpc/server/access.h"
#include "rpc/server/api.h"
#include "rpc/server/view_wait.h"

/// What the calls share.
namespace hansatsu::rpc {

[[nodiscard]] inline Response refuse(const Request& request, ApiError error,
                                     std::string_view detail = {}) {
  return response_of(problem_of(error, request.language, detail));
}
/// The same for what is not here. A node that does not serve yet can't know: what it lacks may be
/// in the blocks that it lacks.
[[nodiscard]] inline Response refuse_absent(const Api& api, const Request& request,
                                            ApiError error) {
  return refuse(request, api.view.is_serving() ? error : ApiError::syncing);
}
[[nodiscard]] inline Response json_response(const Json& json) {
  Response response;
  response.media = kJsonMedia;
  response.body = dump_json(json);
  return response;
}
[[nodiscard]] inline UtcOffset offset_of(const Api& api) { return api.view.charter()->utc_offset; }

/// An argument of the query as a number, `fallback` when it is not there.
template <class U>
[[nodiscard]] std::optional<U> number_argument(const Request& request, const std::string& name,
                                               U fallback) {
  const std::string_view text = request.argument(name);
  return text.empty() ? std::optional<U>{fallback} : parse_decimal<U>(text);
}
/// As above, in 1..max.
[[nodiscard]] std::optional<std::uint32_t> count_argument(const Request& request,
                                                          std::uint32_t fallback,
                                                          std::uint32_t max);

/// {"code": "E-PAY-05", "number": 705, "title": "..."}: a refusal as answers show it.
[[nodiscard]] Json refusal_json(rules::Refusal refusal, rules::Language language);

/// One entry of an account's history as the account sees it. Large transactions (batches) are left
/// out, or a page would grow beyond measure; their receipts hold them.
[[nodiscard]] Json history_entry(FinalTransaction entry, AccountId account, UtcOffset offset);

/// Has it written into the auditor's file that staff read an account, and waits until it is on the
/// disk: what leaves no trace is not answered. Errors: no_trace.
[[nodiscard]] net::awaitable<Result<void, ApiError>> note_staff_read(Api& api,
                                                                     const Request& request,
                                                                     const Caller& caller,
                                                                     AccountId subject);

}  // namespace hansatsu::rpc
