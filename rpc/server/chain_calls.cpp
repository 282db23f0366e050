#include <algorithm>

#include "rpc/server/call_tools.h"

namespace hansatsu::rpc::calls {
namespace {

/// Who asks for a transaction, and what the node knows of it.
struct Found {
  Caller caller;
  TransactionAnswer answer;
};

/// Staff who may read one of the parties may read the transaction: the one they may.
std::optional<AccountId> read_as_staff(Api& api, const Caller& caller, const Parties& parties) {
  const auto charter = api.view.charter();
  const Date today = local_date(api.view.now(), charter->utc_offset);
  for (const AccountId account : {parties.signer.account, parties.others.front()}) {
    const auto subject = api.view.account(account);
    if (subject && access_to_account(caller, *subject, *charter, today) == Access::staff) {
      return account;
    }
  }
  return std::nullopt;
}

/// What the caller may see of the answer; `unknown` when it is nothing. Errors: no_trace.
boost::asio::awaitable<Result<TransactionAnswer, ApiError>> as_caller_may_see(
    Api& api, const Request& request, const Caller& caller, TransactionAnswer answer) {
  const TransactionAnswer unknown;
  if (!caller.account) co_return unknown;
  const AccountId self = caller.account->id;
  if (!answer.result) {
    const auto& signers = answer.signers;
    co_return std::find(signers.begin(), signers.end(), self) != signers.end() ? answer : unknown;
  }

  const Parties parties = parties_of(answer.result->transaction);
  const bool is_party =
      parties.signer.account == self ||
      std::find(parties.others.begin(), parties.others.end(), self) != parties.others.end();
  if (is_party) {
    ProvenTransaction seen = *answer.result;
    seen.transaction = as_seen_by(std::move(seen.transaction), self);
    answer.result = std::make_shared<const ProvenTransaction>(std::move(seen));
    co_return answer;
  }
  if (parties.others.empty()) co_return unknown;
  const auto subject = read_as_staff(api, caller, parties);
  if (!subject) co_return unknown;
  const auto noted = co_await note_staff_read(api, request, caller, *subject);
  if (!noted) co_return Err{noted.error()};
  co_return answer;
}

/// A key, or its right to read, may be newer than the blocks of a node that does not serve yet.
Response refuse_caller(const Api& api, const Request& request, ApiError error) {
  return error == ApiError::unknown_key ? refuse_absent(api, request, error)
                                        : refuse(request, error);
}

boost::asio::awaitable<Result<Found, Response>> find_transaction(Api& api, const Request& request) {
  const auto id = fixed_from_hex<Hash>(request.captures[0]);
  if (!id) co_return Err{refuse(request, ApiError::bad_parameter, "id")};
  auto caller = api.authenticator.authenticate(request);
  if (!caller) co_return Err{refuse_caller(api, request, caller.error())};
  auto answer = co_await wait_for_view<TransactionAnswer>(
      api.executor, api.limits.view_max,
      [&](auto tell) { api.view.find_transaction(*id, std::move(tell)); });
  if (!answer) co_return Err{refuse(request, answer.error())};
  Found found{*std::move(caller), {}};
  auto seen = co_await as_caller_may_see(api, request, found.caller, *std::move(answer));
  if (!seen) co_return Err{refuse(request, seen.error())};
  found.answer = *std::move(seen);
  co_return found;
}

Response blocks_response(const Request& request, const Json& json,
                         std::span<const BlockRecord> blocks) {
  if (!request.wants_binary) return json_response(json);
  // Header and proof say where they end; a body stands behind its length.
  Encoder encoder;
  for (const BlockRecord& block : blocks) {
    encoder(block.header, block.proof, static_cast<std::uint32_t>(block.body.size()));
    encoder.raw(block.body);
  }
  Response response;
  response.media = kBinaryMedia;
  response.body = as_text(encoder.view());
  return response;
}

}  // namespace

Answering transaction(Api& api, const Request& request) {
  const auto found = co_await find_transaction(api, request);
  if (!found) co_return found.error();
  const TransactionAnswer& answer = found->answer;
  Json json = Json::object();
  json["state"] = write_json(answer.stage, offset_of(api));
  if (answer.stage == TransactionStage::waiting) {
    json["valid_until"] = write_json(answer.valid_until, offset_of(api));
  }
  if (answer.result) json["result"] = write_json(answer.result->transaction, offset_of(api));
  co_return json_response(json);
}

Answering receipt(Api& api, const Request& request) {
  const auto found = co_await find_transaction(api, request);
  if (!found) co_return found.error();
  if (!found->answer.result) co_return refuse_absent(api, request, ApiError::not_found);
  if (request.wants_binary) {
    Response response;
    response.media = kBinaryMedia;
    response.body = as_text(found->answer.result->receipt);
    co_return response;
  }
  co_return json_response(write_json(*found->answer.result, offset_of(api)));
}

Answering block(Api& api, const Request& request) {
  const auto height = parse_decimal<std::uint64_t>(request.captures[0]);
  if (!height) co_return refuse(request, ApiError::bad_parameter, "height");
  const auto caller = api.authenticator.authenticate(request);
  if (!caller) co_return refuse_caller(api, request, caller.error());
  const auto charter = api.view.charter();
  const Date today = local_date(api.view.now(), charter->utc_offset);
  if (!may_read_blocks(*caller, *charter, today)) {
    co_return refuse_absent(api, request, ApiError::not_allowed);
  }
  if (caller->account) {
    const auto noted = co_await note_staff_read(api, request, *caller, caller->account->id);
    if (!noted) co_return refuse(request, noted.error());
  }
  const auto answer = co_await wait_for_view<std::optional<BlockRecord>>(
      api.executor, api.limits.view_max,
      [&](auto tell) { api.view.block(Height{*height}, std::move(tell)); });
  if (!answer) co_return refuse(request, answer.error());
  if (!*answer) co_return refuse_absent(api, request, ApiError::not_found);
  co_return blocks_response(request, write_json(**answer, charter->utc_offset),
                            std::span{&**answer, 1});
}

Answering headers(Api& api, const Request& request) {
  const auto from = number_argument<std::uint64_t>(request, "from", 1);
  const auto count = count_argument(request, kHeadersCountMax, kHeadersCountMax);
  if (!from || !count) co_return refuse(request, ApiError::bad_parameter, "from or count");
  const auto answer = co_await wait_for_view<std::vector<BlockRecord>>(
      api.executor, api.limits.view_max,
      [&](auto tell) { api.view.headers(Height{*from}, *count, std::move(tell)); });
  if (!answer) co_return refuse(request, answer.error());
  if (answer->empty() && !api.view.is_serving()) co_return refuse(request, ApiError::syncing);
  Json json = Json::object();
  json["headers"] = write_json(*answer, offset_of(api));
  co_return blocks_response(request, json, *answer);
}

}  // namespace hansatsu::rpc::calls
