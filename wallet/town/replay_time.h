#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ledger/types/date.h"

namespace hansatsu::town {

enum class TimeKind : std::uint8_t {
  number = 1,  ///< a whole number, of whatever unit
  calendar,    ///< ISO 8601 / RFC 3339
};

/// When a row happened, for ordering only.
struct RowTime {
  TimeKind kind = TimeKind::number;
  std::int64_t whole = 0;         ///< the number, or seconds since 1970-01-01T00:00Z
  std::uint32_t nanoseconds = 0;  ///< calendar only
  auto operator<=>(const RowTime&) const = default;
};

/// Whole numbers of any sign within 64 bits; dates ("2026-04-01") and times of day to the
/// nanosecond ("2026-04-01 09:30", "2026-04-01T09:30:15.25+09:00"); without an offset, local time.
/// Absent for anything else, dates that do not exist included.
[[nodiscard]] std::optional<RowTime> parse_row_time(std::string_view text, UtcOffset local);

}  // namespace hansatsu::town
