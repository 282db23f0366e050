#include "ledger/types/date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace hansatsu {
inline namespace types {
namespace {

constexpr std::int64_t kMsPerMinute = 60'000;
constexpr std::int64_t kMsPerDay = 86'400'000;

/// Milliseconds since 1970-01-01 on the local clock. Saturates: an offset of a few hours must not
/// carry a time near the end of the range, which a transaction may name, across it.
constexpr std::uint64_t local_ms(Timestamp time, UtcOffset offset) {
  const std::int64_t shift = offset.minutes * kMsPerMinute;
  const auto distance = static_cast<std::uint64_t>(shift < 0 ? -shift : shift);
  if (shift < 0) return time.raw > distance ? time.raw - distance : 0;
  return time.raw + std::min(distance, ~std::uint64_t{0} - time.raw);
}

constexpr bool is_leap(std::uint32_t year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}
constexpr std::uint32_t days_in_month(std::uint32_t year, std::uint32_t month) {
  constexpr std::array<std::uint32_t, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}
/// Days from 1970-01-01 to the first of March 0000-based era arithmetic; valid for years from 1970.
constexpr std::uint32_t days_from_civil(CivilDate civil) {
  const std::uint32_t year = civil.month <= 2 ? civil.year - 1 : civil.year;
  const std::uint32_t era = year / 400;
  const std::uint32_t year_of_era = year % 400;
  const std::uint32_t month_from_march = (civil.month + 9) % 12;
  const std::uint32_t day_of_year = (153 * month_from_march + 2) / 5 + civil.day - 1;
  const std::uint32_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}
std::optional<std::uint32_t> parse_digits(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

CivilDate civil_of(Date date) {
  const std::uint64_t shifted = std::uint64_t{date.raw} + 719'468;
  const std::uint64_t era = shifted / 146'097;
  const std::uint64_t day_of_era = shifted % 146'097;
  const std::uint64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::uint64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint64_t month_from_march = (5 * day_of_year + 2) / 153;
  CivilDate civil;
  civil.day = static_cast<std::uint32_t>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  civil.month = static_cast<std::uint32_t>(month_from_march < 10 ? month_from_march + 3
                                                                 : month_from_march - 9);
  civil.year = static_cast<std::uint32_t>(year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0));
  return civil;
}

std::optional<Date> date_of(CivilDate civil) {
  if (civil.year < 1970 || civil.year > 9999 || civil.month < 1 || civil.month > 12)
    return std::nullopt;
  if (civil.day < 1 || civil.day > days_in_month(civil.year, civil.month)) return std::nullopt;
  return Date{days_from_civil(civil)};
}

std::uint32_t weekday_of(Date date) { return (date.raw % 7 + 3) % 7; }  // 1970-01-01 was a Thursday

Date month_end(Date date) {
  CivilDate civil = civil_of(date);
  civil.day = days_in_month(civil.year, civil.month);
  return Date{days_from_civil(civil)};
}

Date plus_months(Date date, std::uint32_t months) {
  CivilDate civil = civil_of(date);
  const std::uint32_t total = civil.month - 1 + months;
  civil.year += total / 12;
  civil.month = total % 12 + 1;
  const std::uint32_t last = days_in_month(civil.year, civil.month);
  if (civil.day > last) civil.day = last;
  return Date{days_from_civil(civil)};
}

Date local_date(Timestamp time, UtcOffset offset) {
  const std::uint64_t days = local_ms(time, offset) / std::uint64_t{kMsPerDay};
  // The day after the last is kNever, which is no day.
  return Date{static_cast<std::uint32_t>(std::min(days, std::uint64_t{Date::kNever} - 1))};
}

Timestamp day_start(Date date, UtcOffset offset) {
  const std::int64_t start = std::int64_t{date.raw} * kMsPerDay - offset.minutes * kMsPerMinute;
  return Timestamp{start < 0 ? 0 : static_cast<std::uint64_t>(start)};
}

std::string to_string(Date date) {
  if (date.raw == Date::kNever) return "never";
  const CivilDate civil = civil_of(date);
  std::array<char, 40> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%04u-%02u-%02u", civil.year, civil.month, civil.day);
  return {text.data(), static_cast<std::string::size_type>(length)};
}

std::optional<Date> parse_date(std::string_view text) {
  if (text == "never") return Date{Date::kNever};
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_digits(text.substr(0, 4));
  const auto month = parse_digits(text.substr(5, 2));
  const auto day = parse_digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  return date_of({*year, *month, *day});
}

std::string to_string(Timestamp time, UtcOffset offset) {
  const auto of_day = static_cast<std::uint32_t>(local_ms(time, offset) % std::uint64_t{kMsPerDay});
  const int minutes = offset.minutes < 0 ? -offset.minutes : offset.minutes;
  std::array<char, 40> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "T%02u:%02u:%02u.%03u%c%02d:%02d", of_day / 3'600'000,
                    of_day / 60'000 % 60, of_day / 1'000 % 60, of_day % 1'000,
                    offset.minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
  return to_string(local_date(time, offset)) +
         std::string{text.data(), static_cast<std::string::size_type>(length)};
}

}  // namespace types
}  // namespace hansatsu
