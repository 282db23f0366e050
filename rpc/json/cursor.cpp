#include "rpc/json/cursor.h"

#include "rpc/json/key_id.h"

namespace hansatsu::rpc {

std::string to_cursor_text(const Cursor& cursor) {
  return std::to_string(cursor.height.raw) + "-" + std::to_string(cursor.position);
}

std::optional<Cursor> parse_cursor(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto height = parse_decimal<std::uint64_t>(text.substr(0, dash));
  const auto position = parse_decimal<std::uint32_t>(text.substr(dash + 1));
  if (!height || !position) return std::nullopt;
  return Cursor{Height{*height}, *position};
}

}  // namespace hansatsu::rpc
