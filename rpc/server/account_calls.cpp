#include "rpc/server/call_tools.h"

namespace hansatsu::rpc::calls {
namespace {

/// An account that the request names and its caller may see.
struct Subject {
  Caller caller;
  AccountRecord record;
  Access access = Access::none;
  Timestamp now;
  Date today;
};

/// Others' accounts and accounts that do not exist look alike to who may see neither.
boost::asio::awaitable<Result<Subject, Response>> find_subject(Api& api, const Request& request) {
  const auto number = parse_account_number(request.captures[0]);
  if (!number) co_return Err{refuse(request, ApiError::wrong_account_number)};
  auto caller = api.authenticator.authenticate(request);
  if (!caller) co_return Err{refuse(request, caller.error())};
  auto record = api.view.account(*number);
  if (!record) co_return Err{refuse(request, ApiError::not_allowed)};
  const auto charter = api.view.charter();
  Subject subject{*std::move(caller), *std::move(record), Access::none, api.view.now(), Date{}};
  subject.today = local_date(subject.now, charter->utc_offset);
  subject.access = access_to_account(subject.caller, subject.record, *charter, subject.today);
  if (subject.access == Access::none) co_return Err{refuse(request, ApiError::not_allowed)};
  if (subject.access == Access::staff) {
    const auto noted = co_await note_staff_read(api, request, subject.caller, subject.record.id);
    if (!noted) co_return Err{refuse(request, noted.error())};
  }
  co_return subject;
}

std::optional<HistoryQuery> history_query(const Request& request, AccountId account) {
  HistoryQuery query;
  query.account = account;
  const std::string_view order = request.argument("order");
  if (!order.empty() && order != "newest" && order != "oldest") return std::nullopt;
  query.newest_first = order != "oldest";
  const auto count = count_argument(request, 50, kHistoryCountMax);
  if (!count) return std::nullopt;
  query.count = *count;
  constexpr Cursor kEnd{Height{~std::uint64_t{0}}, ~std::uint32_t{0}};
  query.from = query.newest_first ? kEnd : Cursor{};
  const std::string_view from = request.argument("from");
  if (from.empty()) return query;
  const auto cursor = parse_cursor(from);
  if (!cursor) return std::nullopt;
  query.from = *cursor;
  return query;
}

}  // namespace

Answering account(Api& api, const Request& request) {
  auto subject = co_await find_subject(api, request);
  if (!subject) co_return subject.error();
  AccountAnswer answer;
  answer.record = std::move(subject->record);
  // The salt opens proofs: it is the holder's to show.
  if (subject->access != Access::own) answer.record.account.salt = Salt{};
  answer.time = subject->now;
  answer.date = subject->today;
  answer.totals = totals_of(answer.record.account, api.view.programs(), subject->today);
  co_return json_response(write_json(answer, offset_of(api)));
}

Answering history(Api& api, const Request& request) {
  auto subject = co_await find_subject(api, request);
  if (!subject) co_return subject.error();
  const auto query = history_query(request, subject->record.id);
  if (!query) co_return refuse(request, ApiError::bad_parameter, "order, from or count");
  auto part = co_await wait_for_view<HistoryPart>(
      api.executor, api.limits.view_max,
      [&](auto answer) { api.view.history(*query, std::move(answer)); });
  if (!part) co_return refuse(request, part.error());

  Json json = Json::object();
  json["next"] = nullptr;
  if (!part->is_end && !part->entries.empty()) {
    const FinalTransaction& last = part->entries.back();
    json["next"] = to_cursor_text({last.height, last.position});
  }
  Json list = Json::array();
  for (FinalTransaction& entry : part->entries) {
    list.push_back(history_entry(std::move(entry), query->account, offset_of(api)));
  }
  json["entries"] = std::move(list);
  co_return json_response(json);
}

Answering keys(Api& api, const Request& request) {
  const auto key = fixed_from_hex<PublicKey>(request.captures[0]);
  if (!key) co_return refuse(request, ApiError::bad_parameter, "key");
  const auto caller = api.authenticator.authenticate(request);
  if (!caller) co_return refuse(request, caller.error());
  if (caller->key != RequestKey{*key}) co_return refuse(request, ApiError::not_allowed);
  Json json = Json::object();
  json["keys"] = write_json(api.view.find_key(*key), UtcOffset{});
  co_return json_response(json);
}

Answering redemptions(Api& api, const Request& request) {
  RedemptionQuery query;
  const auto coin = number_argument<std::uint16_t>(request, "coin", 0);
  const auto from = number_argument<std::uint64_t>(request, "from", 0);
  const auto count = count_argument(request, kRedemptionsCountMax, kRedemptionsCountMax);
  if (!coin || !from || !count) co_return refuse(request, ApiError::bad_parameter);
  query.coin = CoinId{*coin};
  query.from = RedemptionId{*from};
  query.count = *count;
  const std::string_view wanted = request.argument("state");
  bool known_state = wanted.empty();
  for (const auto& name : names(state::RedemptionState{})) {
    if (name.name != wanted) continue;
    query.state = name.value;
    known_state = true;
  }
  if (!known_state) co_return refuse(request, ApiError::bad_parameter, "state");

  const auto caller = api.authenticator.authenticate(request);
  if (!caller) co_return refuse(request, caller.error());
  const auto charter = api.view.charter();
  const Date today = local_date(api.view.now(), charter->utc_offset);
  if (!may_read_redemptions(*caller, *charter, query.coin, today)) {
    co_return refuse(request, ApiError::not_allowed);
  }
  const auto noted = co_await note_staff_read(api, request, *caller, caller->account->id);
  if (!noted) co_return refuse(request, noted.error());
  Json json = Json::object();
  json["redemptions"] = write_json(api.view.redemptions(query), charter->utc_offset);
  co_return json_response(json);
}

}  // namespace hansatsu::rpc::calls
