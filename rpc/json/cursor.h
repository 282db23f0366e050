#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rpc/json/answers.h"

namespace hansatsu::rpc {

/// "12-3": height 12, position 3, as `next` of a history and the id of an event have it.
[[nodiscard]] std::string to_cursor_text(const Cursor& cursor);
[[nodiscard]] std::optional<Cursor> parse_cursor(std::string_view text);

}  // namespace hansatsu::rpc
