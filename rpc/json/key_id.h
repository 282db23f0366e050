#pragma once

#include <charconv>
#include <concepts>

#include "ledger/block/transaction.h"

namespace hansatsu::rpc {

/// "12-0-1": account, slot, generation, as in a signature's keyid.
[[nodiscard]] std::string to_key_id(const block::KeyReference& reference);
[[nodiscard]] std::optional<block::KeyReference> parse_key_id(std::string_view text);

/// The whole of `text` as a decimal number without sign; a leading zero only in "0".
template <std::unsigned_integral U>
[[nodiscard]] std::optional<U> parse_decimal(std::string_view text) {
  U value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return value;
}

}  // namespace hansatsu::rpc
