#include "rpc/json/time_text.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <span>

namespace hansatsu::rpc {
namespace {

constexpr std::array<const char*, 7> kWeekdays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::uint64_t kMsPerDay = 86'400'000;
constexpr std::int64_t kEndMs = 253'402'214'400'000;  // 9999-12-31: local in any offset

/// Reads text from the left; the first misfit is kept.
struct Scanner {
  std::string_view rest;
  bool failed = false;

  std::uint32_t digits(std::size_t count) {
    std::uint32_t value = 0;
    const std::string_view field = rest.substr(0, count);
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (field.size() != count || error != std::errc{} || end != field.data() + count) failed = true;
    rest.remove_prefix(std::min(count, rest.size()));
    return value;
  }
  bool take(std::string_view expected) {
    if (!rest.starts_with(expected)) return false;
    rest.remove_prefix(expected.size());
    return true;
  }
  void expect(std::string_view expected) { failed = !take(expected) || failed; }
  std::uint32_t one_of(std::span<const char* const> words) {
    for (std::uint32_t i = 0; i < words.size(); ++i) {
      if (take(words[i])) return i;
    }
    failed = true;
    return 0;
  }
};

struct Clock {
  std::uint32_t hour = 0;
  std::uint32_t minute = 0;
  std::uint32_t second = 0;
};

Clock scan_clock(Scanner& scanner) {
  Clock clock;
  clock.hour = scanner.digits(2);
  scanner.expect(":");
  clock.minute = scanner.digits(2);
  scanner.expect(":");
  clock.second = scanner.digits(2);
  scanner.failed = scanner.failed || clock.hour > 23 || clock.minute > 59 || clock.second > 59;
  return clock;
}

std::uint64_t ms_of(Date date, const Clock& clock) {
  const std::uint64_t seconds = (std::uint64_t{clock.hour} * 60 + clock.minute) * 60 + clock.second;
  return date.raw * kMsPerDay + seconds * 1'000;
}

std::uint32_t scan_fraction(Scanner& scanner) {
  if (!scanner.take(".")) return 0;
  std::uint32_t ms = 0;
  std::size_t count = 0;
  while (!scanner.rest.empty() && scanner.rest.front() >= '0' && scanner.rest.front() <= '9') {
    if (count < 3) ms = ms * 10 + static_cast<std::uint32_t>(scanner.rest.front() - '0');
    scanner.rest.remove_prefix(1);
    ++count;
  }
  if (count == 0 || count > 9) scanner.failed = true;
  for (; count < 3; ++count) ms *= 10;
  return ms;
}

/// Minutes east of UTC.
std::int64_t scan_offset(Scanner& scanner) {
  if (scanner.take("Z")) return 0;
  const bool east = scanner.take("+");
  if (!east) scanner.expect("-");
  const std::uint32_t hours = scanner.digits(2);
  scanner.expect(":");
  const std::uint32_t minutes = scanner.digits(2);
  if (hours > 23 || minutes > 59) scanner.failed = true;
  const std::int64_t offset = std::int64_t{hours} * 60 + minutes;
  return east ? offset : -offset;
}

}  // namespace

std::optional<Timestamp> parse_time(std::string_view text) {
  Scanner scanner{text};
  CivilDate civil;
  civil.year = scanner.digits(4);
  scanner.expect("-");
  civil.month = scanner.digits(2);
  scanner.expect("-");
  civil.day = scanner.digits(2);
  scanner.expect("T");
  const Clock clock = scan_clock(scanner);
  const std::uint32_t fraction_ms = scan_fraction(scanner);
  const std::int64_t offset_minutes = scan_offset(scanner);
  const auto date = date_of(civil);
  if (scanner.failed || !scanner.rest.empty() || !date) return std::nullopt;
  const auto local_ms = static_cast<std::int64_t>(ms_of(*date, clock) + fraction_ms);
  const std::int64_t utc_ms = local_ms - offset_minutes * 60'000;
  if (utc_ms < 0 || utc_ms >= kEndMs) return std::nullopt;
  return Timestamp{static_cast<std::uint64_t>(utc_ms)};
}

std::string to_http_date(Timestamp time) {
  const Date date = local_date(time, UtcOffset{});
  const CivilDate civil = civil_of(date);
  const std::uint64_t seconds = time.raw % kMsPerDay / 1'000;
  std::array<char, 40> out{};
  const int length = std::snprintf(
      out.data(), out.size(), "%s, %02u %s %04u %02u:%02u:%02u GMT", kWeekdays[weekday_of(date)],
      civil.day, kMonths[civil.month - 1], civil.year, static_cast<unsigned>(seconds / 3'600),
      static_cast<unsigned>(seconds / 60 % 60), static_cast<unsigned>(seconds % 60));
  return {out.data(), static_cast<std::size_t>(length)};
}

std::optional<Timestamp> parse_http_date(std::string_view text) {
  Scanner scanner{text};
  (void)scanner.one_of(kWeekdays);
  scanner.expect(", ");
  CivilDate civil;
  civil.day = scanner.digits(2);
  scanner.expect(" ");
  civil.month = scanner.one_of(kMonths) + 1;
  scanner.expect(" ");
  civil.year = scanner.digits(4);
  scanner.expect(" ");
  const Clock clock = scan_clock(scanner);
  scanner.expect(" GMT");
  const auto date = date_of(civil);
  if (scanner.failed || !scanner.rest.empty() || !date) return std::nullopt;
  return Timestamp{ms_of(*date, clock)};
}

}  // namespace hansatsu::rpc
