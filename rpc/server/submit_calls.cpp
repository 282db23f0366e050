#include <algorithm>

#include "rpc/server/call_tools.h"

namespace hansatsu::rpc::calls {
namespace {

bool is_media(const Request& request, std::string_view media) {
  const std::string_view given = request.content_type;
  return given.substr(0, std::min(given.find(';'), given.size())) == media;
}

Response refuse_batch(const Request& request, BatchFault fault) {
  switch (fault) {
    case BatchFault::no_json:
      return refuse(request, ApiError::malformed_json);
    case BatchFault::no_list:
      return refuse(request, ApiError::malformed_json, "a list of hex \"transactions\"");
    case BatchFault::no_hex:
      return refuse(request, ApiError::malformed_json, "transactions are hex");
    case BatchFault::too_large:
      return refuse(request, ApiError::batch_too_large);
  }
  return {};
}

Result<std::vector<Bytes>, Response> batch_of(const Request& request) {
  if (is_media(request, kJsonMedia)) {
    auto from_json = batch_from_json(request.body);
    if (!from_json) return Err{refuse_batch(request, from_json.error())};
    return *std::move(from_json);
  }
  if (!is_media(request, kBinaryMedia)) return Err{refuse(request, ApiError::wrong_media)};
  auto transactions = decode_batch(request.body);
  if (!transactions) {
    return Err{refuse(request, ApiError::malformed_binary, "each behind its length, at most 1000")};
  }
  return *std::move(transactions);
}

/// What a transaction is known by before anyone has answered for it.
SubmitAnswer still_waiting(const Hash& chain_id, const Bytes& bytes) {
  SubmitAnswer answer;
  answer.state = SubmitState::accepted;
  const auto transaction = decode<block::Transaction>(bytes);
  if (transaction) answer.id = block::transaction_id(chain_id, transaction->unsigned_part);
  return answer;
}

Json answer_json(const SubmitAnswer& answer, const Request& request, UtcOffset offset) {
  const JsonWriter writer{offset};
  Json json = Json::object();
  json["state"] = writer.write(answer.state);
  json["id"] = writer.write(answer.id);
  const auto refusal = rules::refusal_of(answer.code);
  if (refusal) json["problem"] = refusal_json(*refusal, request.language);
  if (answer.state == SubmitState::overloaded) json["retry_after_ms"] = answer.retry_after.count();
  if (!answer.result) return json;
  const FinalTransaction& result = answer.result->transaction;
  json["height"] = writer.write(result.height);
  json["position"] = result.position;
  json["outcome"] = writer.write(result.outcome);
  if (const auto refused = rules::refusal_of(result.outcome.code)) {
    json["problem"] = refusal_json(*refused, request.language);
  }
  json["receipt"] = to_hex(answer.result->receipt);
  return json;
}

bool all_are(std::span<const SubmitAnswer> answers, SubmitState state) {
  return std::all_of(answers.begin(), answers.end(),
                     [state](const SubmitAnswer& a) { return a.state == state; });
}

Response submit_response(const Api& api, const Request& request,
                         std::span<const SubmitAnswer> answers) {
  if (all_are(answers, SubmitState::overloaded)) return refuse(request, ApiError::overloaded);
  Response response;
  const bool some_wait = std::any_of(answers.begin(), answers.end(), [](const SubmitAnswer& a) {
    return a.state == SubmitState::accepted;
  });
  response.status = some_wait ? 202 : 200;
  if (request.wants_binary) {
    response.media = kBinaryMedia;
    response.body = encode_answers(answers);
    return response;
  }
  Json list = Json::array();
  for (const SubmitAnswer& answer : answers) {
    list.push_back(answer_json(answer, request, offset_of(api)));
  }
  Json json = Json::object();
  json["answers"] = std::move(list);
  response.media = kJsonMedia;
  response.body = dump_json(json);
  return response;
}

/// The signer's totals once the lots that would move are gone.
std::vector<CoinTotals> totals_after(state::Account account, const rules::Outcome& outcome,
                                     std::span<const ProgramRecord> programs, Date today) {
  const auto operation = outcome.public_part.operation;
  if (operation == rules::OperationCode::pay || operation == rules::OperationCode::send) {
    for (const state::Lot& moved : outcome.private_part.lots) {
      for (state::CoinValue& value : account.value) {
        for (state::Lot& lot : value.lots) {
          if (lot.program == moved.program && lot.expiry == moved.expiry) {
            lot.amount.subtract(moved.amount);
          }
        }
        if (moved.expiry != Date{Date::kNever}) continue;
        for (state::ProgramAmount& taken : value.takings) {
          if (taken.program == moved.program) taken.amount.subtract(moved.amount);
        }
      }
    }
  }
  return totals_of(account, programs, today);
}

Json preview_json(const Api& api, const Request& request, const PreviewAnswer& preview) {
  const UtcOffset offset = offset_of(api);
  const JsonWriter writer{offset};
  const Date today = local_date(preview.time, offset);
  const auto programs = api.view.programs();
  Json json = Json::object();
  json["height"] = writer.write(preview.height);
  json["time"] = writer.write(preview.time);
  json["date"] = writer.write(today);
  json["problem"] =
      preview.outcome ? Json(nullptr) : refusal_json(preview.outcome.error(), request.language);
  json["outcome"] = preview.outcome ? writer.write(*preview.outcome) : Json(nullptr);
  json["before"] = writer.write(totals_of(preview.signer, programs, today));
  json["after"] =
      preview.outcome
          ? writer.write(totals_after(preview.signer, *preview.outcome, programs, today))
          : json["before"];
  return json;
}

Result<block::UnsignedTransaction, Response> unsigned_of(const Request& request) {
  if (is_media(request, kBinaryMedia)) {
    auto decoded = decode<block::UnsignedTransaction>(as_bytes(request.body));
    if (!decoded) return Err{refuse(request, ApiError::malformed_binary)};
    return *std::move(decoded);
  }
  if (!is_media(request, kJsonMedia)) return Err{refuse(request, ApiError::wrong_media)};
  const auto json = parse_json(request.body);
  if (!json) return Err{refuse(request, ApiError::malformed_json)};
  auto read = read_json<block::UnsignedTransaction>(*json);
  if (!read) return Err{refuse(request, ApiError::malformed_json, to_string(read.error()))};
  return *std::move(read);
}

}  // namespace

Answering submit(Api& api, const Request& request) {
  auto batch = batch_of(request);
  if (!batch) co_return batch.error();
  const std::string_view wait = request.argument("wait");
  if (!wait.empty() && wait != "final") {
    co_return refuse(request, ApiError::bad_parameter, "wait");
  }
  const auto count = static_cast<std::uint32_t>(batch->size());
  WaitingRoom room{api.gate, request.address};
  if (!room.take(count)) co_return refuse(request, ApiError::overloaded);
  api.counters.transactions += count;
  const auto time_max = wait == "final" ? api.limits.final_max : api.limits.view_max;
  const SubmissionStart start = [&](auto answer) {
    api.view.submit(*batch, wait == "final", std::move(answer));
  };
  const auto found = co_await wait_for_submissions(api.executor, time_max, count, start);

  const Hash chain_id = api.view.status().chain_id;
  std::vector<SubmitAnswer> answers;
  answers.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    answers.push_back(found[i] ? *found[i] : still_waiting(chain_id, (*batch)[i]));
  }
  co_return submit_response(api, request, answers);
}

Answering preview(Api& api, const Request& request) {
  const auto caller = api.authenticator.authenticate(request);
  if (!caller) co_return refuse(request, caller.error());
  const auto transaction = unsigned_of(request);
  if (!transaction) co_return transaction.error();
  if (!caller->account || caller->account->id != transaction->signer.account) {
    co_return refuse(request, ApiError::not_allowed);
  }
  co_return json_response(preview_json(api, request, api.view.preview(*transaction)));
}

}  // namespace hansatsu::rpc::calls
