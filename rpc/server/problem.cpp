#include "rpc/server/problem.h"

#include <algorithm>
#include <array>

#include "rpc/json/codec.h"

namespace hansatsu::rpc {
namespace {

using enum ApiError;

// clang-format off
constexpr std::array kTexts = {
    ApiErrorText{malformed_http, 400, "The request is not HTTP.",
                 "HTTPの要求として正しくありません。"},
    ApiErrorText{unknown_route, 404, "There is no such address here.",
                 "このアドレスはありません。"},
    ApiErrorText{wrong_method, 405, "This address does not know the method.",
                 "このアドレスではこのメソッドは使えません。"},
    ApiErrorText{header_too_large, 431, "The request's header is too large.",
                 "要求のヘッダーが大きすぎます。"},
    ApiErrorText{body_too_large, 413, "The request's body is too large.",
                 "要求の本文が大きすぎます。"},
    ApiErrorText{expectation_failed, 417, "The expectation can't be met.",
                 "要求の条件を満たせません。"},
    ApiErrorText{wrong_media, 415, "The body is neither JSON nor binary.",
                 "本文の形式はJSONかバイナリでなければなりません。"},
    ApiErrorText{malformed_json, 400, "The JSON is not as it should be.",
                 "JSONの内容が正しくありません。"},
    ApiErrorText{malformed_binary, 400, "The bytes are not as they should be.",
                 "バイナリの内容が正しくありません。"},
    ApiErrorText{bad_parameter, 400, "A parameter is not as it should be.",
                 "パラメーターが正しくありません。"},
    ApiErrorText{wrong_account_number, 400, "The account number was mistyped.",
                 "口座番号が間違っています。"},
    ApiErrorText{batch_too_large, 413, "These are too many transactions at once.",
                 "一度に送れる取引の数を超えています。"},
    ApiErrorText{signature_missing, 401, "The request must be signed.",
                 "要求には署名が必要です。"},
    ApiErrorText{signature_malformed, 401, "The request's signature is not in the right form.",
                 "要求の署名の形式が正しくありません。"},
    ApiErrorText{signature_old, 401, "The request was signed too long ago; check the clock.",
                 "要求の署名の時刻が古すぎるか進みすぎています。時計を確認してください。"},
    ApiErrorText{unknown_key, 401, "No such key may ask.",
                 "この鍵では照会できません。"},
    ApiErrorText{signature_wrong, 401, "The request's signature does not fit.",
                 "要求の署名が一致しません。"},
    ApiErrorText{digest_wrong, 401, "The body is not the one that was signed.",
                 "本文が署名されたものと異なります。"},
    ApiErrorText{replayed, 401, "This request came before.",
                 "この要求はすでに受け付けられています。"},
    ApiErrorText{not_allowed, 403, "You may not see this.",
                 "閲覧する権限がありません。"},
    ApiErrorText{not_found, 404, "There is no such thing.",
                 "見つかりません。"},
    ApiErrorText{too_many_requests, 429, "Too many requests; please wait a moment.",
                 "要求が多すぎます。しばらくお待ちください。"},
    ApiErrorText{overloaded, 429, "The node is busy; please try again in a moment.",
                 "混み合っています。しばらくしてからもう一度お試しください。"},
    ApiErrorText{syncing, 503, "The node is catching up; please try again in a moment.",
                 "ノードが同期中です。しばらくしてからもう一度お試しください。"},
    ApiErrorText{no_answer, 503, "The node's storage gave no answer in time.",
                 "ノードの記録装置から応答がありませんでした。"},
    ApiErrorText{internal, 500, "The node made a mistake.",
                 "ノードの内部で誤りが起きました。"},
    ApiErrorText{unexpected_body, 400, "Only a POST has a body.",
                 "本文を送れるのはPOSTだけです。"},
    ApiErrorText{no_trace, 503, "The reading could not be put on record, so nothing was shown.",
                 "閲覧の記録を残せないため、表示できません。"},
};
// clang-format on

const ApiErrorText& text_of(ApiError error) {
  const auto found = std::find_if(kTexts.begin(), kTexts.end(),
                                  [error](const ApiErrorText& t) { return t.error == error; });
  ASSERT(found != kTexts.end());
  return *found;
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// "q=0.8" in thousandths; 1000 without one, 0 when it can't be read.
std::uint32_t weight_of(std::string_view parameters) {
  const std::size_t start = parameters.find("q=");
  if (start == std::string_view::npos) return 1'000;
  const std::string_view digits = trim(parameters.substr(start + 2));
  if (digits.starts_with('1')) return 1'000;
  if (!digits.starts_with("0.")) return 0;
  std::uint32_t weight = 0;
  for (std::size_t i = 2; i < 5; ++i) {
    const bool digit = i < digits.size() && digits[i] >= '0' && digits[i] <= '9';
    weight = weight * 10 + (digit ? static_cast<std::uint32_t>(digits[i] - '0') : 0U);
  }
  return weight;
}

}  // namespace

std::span<const ApiErrorText> all_api_errors() { return kTexts; }

std::string code_text(ApiError error) {
  const auto number = static_cast<unsigned>(error);
  return std::string{"E-API-"} + (number < 10 ? "0" : "") + std::to_string(number);
}

Problem problem_of(ApiError error, rules::Language language, std::string_view detail) {
  const ApiErrorText& text = text_of(error);
  Problem problem;
  problem.status = text.status;
  problem.code = code_text(error);
  problem.title = language == rules::Language::ja ? text.ja : text.en;
  problem.detail = detail;
  if (text.status == 429 || text.status == 503) problem.retry_after = std::chrono::seconds{1};
  return problem;
}

std::string to_json_text(const Problem& problem) {
  Json json = Json::object();
  json["type"] = "urn:hansatsu:problem:" + problem.code;
  json["title"] = problem.title;
  json["status"] = problem.status;
  if (!problem.detail.empty()) json["detail"] = problem.detail;
  json["code"] = problem.code;
  return dump_json(json);
}

rules::Language language_of(std::string_view accept_language) {
  std::uint32_t best_weight = 0;
  rules::Language best = rules::Language::en;
  while (!accept_language.empty()) {
    const std::size_t end = std::min(accept_language.find(','), accept_language.size());
    const std::string_view item = trim(accept_language.substr(0, end));
    accept_language.remove_prefix(std::min(end + 1, accept_language.size()));
    const std::size_t semicolon = std::min(item.find(';'), item.size());
    const std::string_view primary = item.substr(0, std::min(item.find('-'), semicolon));
    const std::uint32_t weight = weight_of(item.substr(semicolon));
    const bool is_ja = primary == "ja";
    if ((!is_ja && primary != "en") || weight <= best_weight) continue;
    best_weight = weight;
    best = is_ja ? rules::Language::ja : rules::Language::en;
  }
  return best;
}

}  // namespace hansatsu::rpc
