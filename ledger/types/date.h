#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hansatsu {
inline namespace types {

/// Milliseconds since 1970-01-01 UTC.
struct Timestamp {
  std::uint64_t raw = 0;
  constexpr Timestamp() = default;
  explicit constexpr Timestamp(std::uint64_t ms) : raw{ms} {}
  constexpr auto operator<=>(const Timestamp&) const = default;
};
[[nodiscard]] constexpr Timestamp plus_ms(Timestamp time, std::uint64_t ms) {
  return Timestamp{time.raw + ms};
}

/// A local calendar day: days since 1970-01-01 in the charter's UTC offset. kNever never comes.
struct Date {
  std::uint32_t raw = 0;
  static constexpr std::uint32_t kNever = 0xffff'ffff;
  constexpr Date() = default;
  explicit constexpr Date(std::uint32_t days) : raw{days} {}
  constexpr auto operator<=>(const Date&) const = default;
};
[[nodiscard]] constexpr Date plus_days(Date date, std::uint32_t days) {
  return Date{date.raw + days};
}

/// Year, month 1..12, day 1..31 of the proleptic Gregorian calendar.
struct CivilDate {
  std::uint32_t year = 1970;
  std::uint32_t month = 1;
  std::uint32_t day = 1;
  constexpr auto operator<=>(const CivilDate&) const = default;
};
[[nodiscard]] CivilDate civil_of(Date date);
/// Absent when the month or the day does not exist, or the year is outside 1970..9999.
[[nodiscard]] std::optional<Date> date_of(CivilDate civil);
/// 0 = Monday .. 6 = Sunday.
[[nodiscard]] std::uint32_t weekday_of(Date date);
/// The last day of the month `date` lies in.
[[nodiscard]] Date month_end(Date date);
/// The same day `months` later, or that month's last day where it is shorter.
[[nodiscard]] Date plus_months(Date date, std::uint32_t months);

/// Minutes east of UTC, -840..840; fixed at genesis (Japan +540).
struct UtcOffset {
  std::int16_t minutes = 0;
  constexpr auto operator<=>(const UtcOffset&) const = default;
};
[[nodiscard]] Date local_date(Timestamp time, UtcOffset offset);
/// The first millisecond of the local day.
[[nodiscard]] Timestamp day_start(Date date, UtcOffset offset);

/// "2026-11-20", or "never". Parsing takes just these forms.
[[nodiscard]] std::string to_string(Date date);
[[nodiscard]] std::optional<Date> parse_date(std::string_view text);
/// RFC 3339 with offset and milliseconds: "2026-11-20T12:34:56.789+09:00".
[[nodiscard]] std::string to_string(Timestamp time, UtcOffset offset);

}  // namespace types
}  // namespace hansatsu
