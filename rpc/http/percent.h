#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hansatsu::rpc {

/// RFC 3986: everything but unreserved characters as %XX, upper-case.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// Absent when a % is not followed by two hex digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

}  // namespace hansatsu::rpc
