#pragma once

#include <span>

#include "rpc/json/answers.h"

/// The bodies of POST /v1/transactions and its binary answer. Source: docs/protocol/api.md
/// "Submitting".
namespace hansatsu::rpc {

inline constexpr std::string_view kBinaryMedia = "application/octet-stream";
inline constexpr std::string_view kJsonMedia = "application/json";
inline constexpr std::string_view kEventMedia = "text/event-stream";
inline constexpr std::string_view kProblemMedia = "application/problem+json";

/// Each transaction behind its length (u32, big-endian). Absent when the lengths do not fill the
/// text exactly, for an empty list and above kBatchMax.
[[nodiscard]] std::string encode_batch(std::span<const Bytes> transactions);
[[nodiscard]] std::optional<std::vector<Bytes>> decode_batch(std::string_view text);

enum class BatchFault : std::uint8_t {
  no_json = 1,  ///< no JSON object
  no_list,      ///< not "transactions" alone, or nothing in it
  no_hex,       ///< one of them is no text of whole bytes in hex
  too_large,    ///< more than kBatchMax
};
/// {"transactions": ["hex", ...]}
[[nodiscard]] Result<std::vector<Bytes>, BatchFault> batch_from_json(std::string_view text);

/// The answers in order, results without transaction and private outcome: who posted has the one
/// and asks for the other with a signed request.
[[nodiscard]] std::string encode_answers(std::span<const SubmitAnswer> answers);
[[nodiscard]] std::optional<std::vector<SubmitAnswer>> decode_answers(std::string_view text);

}  // namespace hansatsu::rpc
