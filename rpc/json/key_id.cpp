#include "rpc/json/key_id.h"

namespace hansatsu::rpc {

std::string to_key_id(const block::KeyReference& reference) {
  return std::to_string(reference.account.raw) + "-" + std::to_string(reference.slot) + "-" +
         std::to_string(reference.generation);
}

std::optional<block::KeyReference> parse_key_id(std::string_view text) {
  const std::size_t first = text.find('-');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = text.find('-', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto account = parse_decimal<std::uint32_t>(text.substr(0, first));
  const auto slot = parse_decimal<std::uint8_t>(text.substr(first + 1, second - first - 1));
  const auto generation = parse_decimal<std::uint32_t>(text.substr(second + 1));
  if (!account || !slot || !generation) return std::nullopt;
  return block::KeyReference{AccountId{*account}, *slot, *generation};
}

}  // namespace hansatsu::rpc
