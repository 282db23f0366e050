#include "wallet/roster_sheet.h"

#include <algorithm>
#include <charconv>

namespace hansatsu::wallet {
namespace {

RosterFault fault_of(CsvFault fault) {
  switch (fault) {
    case CsvFault::open_quote:
      return RosterFault::csv_open_quote;
    case CsvFault::text_after_quote:
      return RosterFault::csv_text_after_quote;
    case CsvFault::quote_inside:
      return RosterFault::csv_quote_inside;
    case CsvFault::too_many_fields:
      return RosterFault::csv_too_many_fields;
    case CsvFault::field_too_long:
      return RosterFault::csv_field_too_long;
    case CsvFault::too_many_rows:
      return RosterFault::csv_too_many_rows;
  }
  return RosterFault::unreadable;
}

/// Digits alone, at most `digits_max` of them.
std::optional<std::uint64_t> digits(std::string_view text, std::size_t digits_max) {
  if (text.empty() || text.size() > digits_max) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Takes digits up to `separator` off the front.
std::optional<std::uint64_t> digits_until(std::string_view& text, std::string_view separator,
                                          std::size_t digits_max) {
  const std::size_t end = text.find(separator);
  if (end == std::string_view::npos) return std::nullopt;
  const auto number = digits(text.substr(0, end), digits_max);
  text.remove_prefix(end + separator.size());
  return number;
}

std::optional<Date> civil_parts(std::string_view text, std::string_view after_year,
                                std::string_view after_month, std::string_view after_day) {
  const auto year = digits_until(text, after_year, 4);
  const auto month = digits_until(text, after_month, 2);
  if (!year || !month || !text.ends_with(after_day)) return std::nullopt;
  text.remove_suffix(after_day.size());
  const auto day = digits(text, 2);
  if (!day) return std::nullopt;
  return date_of({static_cast<std::uint32_t>(*year), static_cast<std::uint32_t>(*month),
                  static_cast<std::uint32_t>(*day)});
}

}  // namespace

std::optional<std::uint64_t> parse_whole_number(std::string_view text) {
  constexpr std::size_t kDigitsMax = 19;
  if (text.find(',') == std::string_view::npos) return digits(text, kDigitsMax);
  std::string plain;
  for (std::size_t group = 0;; ++group) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const bool fits = group == 0 ? comma >= 1 && comma <= 3 : comma == 3;
    if (!fits || plain.size() > kDigitsMax) return std::nullopt;
    plain += text.substr(0, comma);
    if (comma == text.size()) return digits(plain, kDigitsMax);
    text.remove_prefix(comma + 1);
  }
}

std::optional<Date> parse_office_date(std::string_view text) {
  if (const auto date = civil_parts(text, "-", "-", "")) return date;
  if (const auto date = civil_parts(text, "/", "/", "")) return date;
  return civil_parts(text, "年", "月", "日");
}

RosterSheet::RosterSheet(ByteView file, std::span<const ColumnNames> columns,
                         std::optional<TextEncoding> encoding) {
  read(file, columns, encoding);
}

void RosterSheet::read(ByteView file, std::span<const ColumnNames> columns,
                       std::optional<TextEncoding> encoding) {
  ASSERT(columns.size() <= kColumnsMax);
  if (file.size() > kRosterBytesMax) return complain_of_file({}, RosterFault::too_large);
  const auto decoded = decode_text(file, encoding);
  if (!decoded) return complain_of_file({decoded.error().line, 1}, RosterFault::unreadable);
  CsvTable table = parse_csv(decoded->text);
  for (const CsvProblem& problem : table.problems)
    complain_of_file(problem.place, fault_of(problem.fault));
  if (table.rows.size() < 2) {
    if (table.problems.empty()) complain_of_file({}, RosterFault::no_rows);
    return;
  }
  read_header(table.rows.front(), columns);
  const std::size_t width = table.rows.front().size();
  for (auto row = table.rows.begin() + 1; row != table.rows.end(); ++row) {
    if (row->size() > width && !(*row)[width].text.empty())
      complain_of_file((*row)[width].place, RosterFault::too_many_cells, {},
                       shown((*row)[width].text));
    rows_.push_back(std::move(*row));
  }
}

void RosterSheet::read_header(const CsvRow& header, std::span<const ColumnNames> columns) {
  for (std::uint32_t field = 0; field < header.size(); ++field) {
    const std::string name = folded_name(header[field].text);
    if (name.empty()) continue;
    const auto column = std::find_if(columns.begin(), columns.end(), [&](const ColumnNames& known) {
      return std::find(known.names.begin(), known.names.end(), name) != known.names.end();
    });
    const std::string header_shown = shown(folded(header[field].text));
    if (column == columns.end()) {
      complain_of_file(header[field].place, RosterFault::unknown_column, header_shown);
      continue;
    }
    const auto index = static_cast<std::size_t>(column - columns.begin());
    if (field_of_column_[index]) {
      complain_of_file(header[field].place, RosterFault::column_twice, header_shown);
      continue;
    }
    field_of_column_[index] = field;
    header_of_column_[index] = header_shown;
  }
  for (std::size_t index = 0; index < columns.size(); ++index) {
    if (columns[index].required && !field_of_column_[index])
      complain_of_file(header.front().place, RosterFault::missing_column,
                       std::string{columns[index].names.front()});
  }
}

std::string_view RosterSheet::raw(std::size_t row, std::size_t column) const {
  const auto field = field_of_column_[column];
  if (!field || *field >= rows_[row].size()) return {};
  return rows_[row][*field].text;
}

std::string RosterSheet::text(std::size_t row, std::size_t column) const {
  return folded(raw(row, column));
}

std::optional<AccountId> RosterSheet::account(std::size_t row, std::size_t column) {
  const std::string cell = text(row, column);
  if (cell.empty()) {
    complain(row, column, RosterFault::missing_value);
    return std::nullopt;
  }
  const auto account = parse_account_number(cell);
  if (account) return *account;
  complain(row, column,
           account.error() == AccountNumberError::wrong_check_digits ? RosterFault::mistyped_account
                                                                     : RosterFault::bad_account);
  return std::nullopt;
}

Amount RosterSheet::amount(std::size_t row, std::size_t column) {
  const std::string cell = folded_number(raw(row, column));
  if (cell.empty()) {
    complain(row, column, RosterFault::missing_value);
    return {};
  }
  const auto units = parse_whole_number(cell);
  const auto amount = Amount::from_units(units.value_or(0));
  if (!units || !amount || amount->is_zero()) {
    complain(row, column, RosterFault::bad_amount);
    return {};
  }
  return *amount;
}

Date RosterSheet::date(std::size_t row, std::size_t column, Date fallback) {
  const std::string cell = folded_number(raw(row, column));
  if (cell.empty()) return fallback;
  const auto date = parse_office_date(cell);
  if (!date) complain(row, column, RosterFault::bad_date);
  return date.value_or(fallback);
}

std::uint64_t RosterSheet::number(std::size_t row, std::size_t column, std::uint64_t max,
                                  std::uint64_t fallback) {
  const std::string cell = folded_number(raw(row, column));
  if (cell.empty()) return fallback;
  const auto number = digits(cell, 20);
  if (!number || *number > max) {
    complain(row, column, RosterFault::bad_number);
    return fallback;
  }
  return *number;
}

std::uint32_t RosterSheet::choice(std::size_t row, std::size_t column,
                                  std::span<const Choice> choices, std::uint32_t fallback) {
  const std::string cell = folded_name(raw(row, column));
  if (cell.empty()) return fallback;
  const auto found = std::find_if(choices.begin(), choices.end(),
                                  [&](const Choice& choice) { return choice.word == cell; });
  if (found != choices.end()) return found->value;
  complain(row, column, RosterFault::bad_choice);
  return fallback;
}

void RosterSheet::complain(std::size_t row, std::size_t column, RosterFault fault) {
  const auto field = field_of_column_[column];
  const bool has_cell = field && *field < rows_[row].size();
  const CsvPlace place =
      has_cell ? rows_[row][*field].place : CsvPlace{line(row), field.value_or(0) + 1};
  complain_of_file(place, fault, header_of_column_[column], shown(raw(row, column)));
}

void RosterSheet::complain_of_file(CsvPlace place, RosterFault fault, std::string column,
                                   std::string value) {
  problems_.push_back({place, fault, std::move(column), std::move(value)});
}

std::vector<RosterProblem> RosterSheet::take_problems() {
  std::stable_sort(
      problems_.begin(), problems_.end(), [](const RosterProblem& a, const RosterProblem& b) {
        return std::pair{a.place.line, a.place.column} < std::pair{b.place.line, b.place.column};
      });
  return std::move(problems_);
}

}  // namespace hansatsu::wallet
