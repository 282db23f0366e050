#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ledger/rules/refusal.h"

namespace hansatsu::rpc {

/// Why the API gave no answer. Codes are in the API ("E-API-04"): DO NOT RENUMBER.
enum class ApiError : std::uint8_t {
  malformed_http = 1,         ///< not HTTP/1.1
  unknown_route = 2,          ///< no such path
  wrong_method = 3,           ///< the path knows other methods
  header_too_large = 4,       ///< more header bytes than the limit
  body_too_large = 5,         ///< more body bytes than the limit
  expectation_failed = 6,     ///< an Expect other than 100-continue
  wrong_media = 7,            ///< a body neither JSON nor binary
  malformed_json = 8,         ///< a body that is not the JSON it should be
  malformed_binary = 9,       ///< a body that is not the binary form it should be
  bad_parameter = 10,         ///< a path or query argument
  wrong_account_number = 11,  ///< its check digits do not fit
  batch_too_large = 12,       ///< more transactions than one submission takes
  signature_missing = 13,     ///< the call is private
  signature_malformed = 14,   ///< not in the form of docs/protocol/api.md
  signature_old = 15,         ///< created more than 60 s ago, or ahead of the node's clock
  unknown_key = 16,           ///< no such key, or one that has lapsed or may not read
  signature_wrong = 17,       ///< it does not verify
  digest_wrong = 18,          ///< the body is not what was signed
  replayed = 19,              ///< the same signed request came before
  not_allowed = 20,           ///< the key may not ask this
  not_found = 21,             ///< nothing there, or nothing the key may see
  too_many_requests = 22,     ///< of this address or account, or streams of the account
  overloaded = 23,            ///< the node has as much to do as it takes
  syncing = 24,               ///< the node does not know the newest state yet
  no_answer = 25,             ///< the node's own storage took too long, or failed
  internal = 26,              ///< a fault of the node
  unexpected_body = 27,       ///< only a POST has one
  no_trace = 28,              ///< what staff would read can't be written to the auditor's file
};

struct ApiErrorText {
  ApiError error;
  unsigned status;  ///< HTTP's
  std::string_view en;
  std::string_view ja;
};
/// Every error there is, ascending.
[[nodiscard]] std::span<const ApiErrorText> all_api_errors();
/// "E-API-04".
[[nodiscard]] std::string code_text(ApiError error);

/// RFC 9457 problem details, and the HTTP answer's status and Retry-After.
struct Problem {
  unsigned status = 500;
  std::string code;
  std::string title;   ///< a sentence in the language asked for
  std::string detail;  ///< what exactly, in English; empty when the title says it all
  std::optional<std::chrono::seconds> retry_after;
};
[[nodiscard]] Problem problem_of(ApiError error, rules::Language language,
                                 std::string_view detail = {});
[[nodiscard]] std::string to_json_text(const Problem& problem);

/// The first of en and ja that Accept-Language names with the highest weight; en without any.
[[nodiscard]] rules::Language language_of(std::string_view accept_language);

}  // namespace hansatsu::rpc
