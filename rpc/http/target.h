#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hansatsu::rpc {

/// A request's target, "/v1/accounts/0001-2345-20/history?count=20", taken apart.
struct Target {
  std::string path;                              ///< as sent
  std::string query;                             ///< as sent, without "?"; empty without one
  std::vector<std::string> segments;             ///< of the path
  std::map<std::string, std::string> arguments;  ///< of the query, decoded
};

inline constexpr std::size_t kTargetBytesMax = 2'048;
inline constexpr std::size_t kSegmentsMax = 8;
inline constexpr std::size_t kArgumentsMax = 16;

/// Strict: segments of unreserved characters only, none empty; a query of name=value pairs, no
/// name twice. Absent for anything else, and above the bounds.
[[nodiscard]] std::optional<Target> parse_target(std::string_view target);

}  // namespace hansatsu::rpc
