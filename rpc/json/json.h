#pragma once

#include <string>
#include <string_view>

#include "ledger/types/date.h"
#include "ledger/types/result.h"

/// JSON <-> binary of everything public. Source: docs/protocol/api.md "Values".
namespace hansatsu::rpc {

/// Where a JSON text fails: "coins[0].limits.payment" "is missing".
struct JsonError {
  std::string place;  ///< empty: the whole
  std::string reason;
};
[[nodiscard]] std::string to_string(const JsonError& error);

/// How a JSON text is laid out.
enum class JsonLayout : std::uint8_t { compact = 0, indented = 1 };

/// Times are shown in the offset. T: state::Charter, state::Account, state::Program,
/// chain::Header, chain::Certificate, chain::FinalityProof, block::UnsignedTransaction,
/// block::Transaction, block::Receipt, and every other type that json.cpp names.
template <class T>
[[nodiscard]] std::string to_json(const T& value, UtcOffset offset,
                                  JsonLayout layout = JsonLayout::compact);
/// The value holds together as its binary form demands: encoding it is safe.
/// Errors: no JSON at all, a member missing, unknown or malformed. The caller bounds the text.
template <class T>
[[nodiscard]] Result<T, JsonError> from_json(std::string_view text);

}  // namespace hansatsu::rpc
