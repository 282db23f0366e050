#include "wallet/town/replay_time.h"

#include <charconv>
#include <chrono>

namespace hansatsu::town {
namespace {

/// Takes pieces off the front of a text; the first that does not fit spoils it for good.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_{text} {}

  [[nodiscard]] bool is_good() const { return good_; }
  [[nodiscard]] bool is_done() const { return good_ && text_.empty(); }
  bool skip(char letter) {
    if (!good_ || text_.empty() || text_.front() != letter) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char letter) { good_ = skip(letter) && good_; }
  /// Just so many digits, giving least..most.
  std::uint32_t digits(std::size_t count, std::uint32_t least, std::uint32_t most) {
    const std::uint32_t value = read(count);
    good_ = good_ && value >= least && value <= most;
    return good_ ? value : 0;
  }
  /// One to nine digits behind the point, as nanoseconds.
  std::uint32_t fraction() {
    constexpr std::size_t kPlaces = 9;
    std::size_t count = 0;
    while (count < text_.size() && is_digit(text_[count])) ++count;
    good_ = good_ && count >= 1 && count <= kPlaces;
    std::uint32_t value = read(count);
    for (std::size_t place = count; good_ && place < kPlaces; ++place) value *= 10;
    return good_ ? value : 0;
  }

 private:
  static bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
  std::uint32_t read(std::size_t count) {
    good_ = good_ && text_.size() >= count;
    std::uint32_t value = 0;
    for (std::size_t i = 0; good_ && i < count; ++i) {
      good_ = is_digit(text_[i]);
      value = value * 10 + static_cast<std::uint32_t>(text_[i] - '0');
    }
    if (good_) text_.remove_prefix(count);
    return value;
  }

  std::string_view text_;
  bool good_ = true;
};

std::optional<std::int64_t> read_date(Scanner& scanner) {
  const std::uint32_t year = scanner.digits(4, 0, 9'999);
  scanner.expect('-');
  const std::uint32_t month = scanner.digits(2, 1, 12);
  scanner.expect('-');
  const std::uint32_t day = scanner.digits(2, 1, 31);
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)},
                                         std::chrono::month{month}, std::chrono::day{day}};
  if (!scanner.is_good() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

/// Minutes east of UTC: "Z", "+09:00", "+0900", "+09", or nothing for local time.
std::int64_t read_offset(Scanner& scanner, UtcOffset local) {
  if (scanner.skip('Z') || scanner.skip('z')) return 0;
  const bool is_east = scanner.skip('+');
  if (!is_east && !scanner.skip('-')) return local.minutes;
  std::int64_t minutes = std::int64_t{scanner.digits(2, 0, 23)} * 60;
  if (scanner.skip(':') || !scanner.is_done()) minutes += scanner.digits(2, 0, 59);
  return is_east ? minutes : -minutes;
}

std::optional<RowTime> parse_calendar(std::string_view text, UtcOffset local) {
  Scanner scanner{text};
  const auto days = read_date(scanner);
  if (!days) return std::nullopt;
  RowTime time{TimeKind::calendar, *days * 86'400, 0};
  std::int64_t offset = local.minutes;
  if (!scanner.is_done()) {
    if (!scanner.skip('T') && !scanner.skip('t')) scanner.expect(' ');
    time.whole += std::int64_t{scanner.digits(2, 0, 23)} * 3'600;
    scanner.expect(':');
    time.whole += std::int64_t{scanner.digits(2, 0, 59)} * 60;
    if (scanner.skip(':')) {
      time.whole += scanner.digits(2, 0, 60);  // 60: a leap second
      if (scanner.skip('.') || scanner.skip(',')) time.nanoseconds = scanner.fraction();
    }
    offset = read_offset(scanner, local);
  }
  if (!scanner.is_done()) return std::nullopt;
  time.whole -= offset * 60;
  return time;
}

}  // namespace

std::optional<RowTime> parse_row_time(std::string_view text, UtcOffset local) {
  std::string_view number = text;
  if (number.starts_with('+') && !number.starts_with("+-")) number.remove_prefix(1);
  RowTime time;
  const char* const first = number.data();
  const char* const last = first + number.size();
  const auto [end, error] = std::from_chars(first, last, time.whole);
  if (error == std::errc{} && end == last) return time;
  return parse_calendar(text, local);
}

}  // namespace hansatsu::town
