#include "wallet/town/replay_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "wallet/csv.h"
#include "wallet/keystore/atomic_file.h"
#include "wallet/text_file.h"

namespace hansatsu::town {
namespace {

constexpr std::size_t kHistoryBytesMax = 128U << 20U;

enum Column : std::size_t { kTime, kKind, kFrom, kTo, kAmount, kColumns };
constexpr std::array<std::string_view, kColumns> kColumnNames = {"time", "kind", "from", "to",
                                                                 "amount"};
/// Where each column stands in a row, from 0.
using Columns = std::array<std::size_t, kColumns>;

Attempt<Columns> find_columns(const wallet::CsvRow& header) {
  Columns columns{};
  std::string missing;
  for (std::size_t column = 0; column < kColumns; ++column) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (wallet::folded_name(header[i].text) != kColumnNames[column]) continue;
      columns[column] = i;
      ++found;
    }
    if (found > 1) {
      return Err{"the header names " + std::string{kColumnNames[column]} + " more than once"};
    }
    if (found == 0) missing += (missing.empty() ? "" : ", ") + std::string{kColumnNames[column]};
  }
  if (!missing.empty()) {
    return Err{"the first row must name the columns time, kind, from, to, amount; missing: " +
               missing};
  }
  return columns;
}

std::string_view sentence(wallet::CsvFault fault) {
  switch (fault) {
    case wallet::CsvFault::open_quote:
      return "a quote is opened and never closed; nothing after it could be read";
    case wallet::CsvFault::text_after_quote:
      return "there is text between a closing quote and the next comma";
    case wallet::CsvFault::quote_inside:
      return "a field with a quote in it must be quoted as a whole, and the quote doubled";
    case wallet::CsvFault::too_many_fields:
      return "a row has at most 64 fields";
    case wallet::CsvFault::field_too_long:
      return "a field has at most 4,096 bytes";
    case wallet::CsvFault::too_many_rows:
      return "a file has at most 200,000 rows";
  }
  return "not a row of a CSV file";
}

std::optional<RowKind> kind_of(std::string_view text) {
  const std::string name = wallet::folded_name(text);
  for (const RowKind kind :
       {RowKind::grant, RowKind::charge, RowKind::pay, RowKind::send, RowKind::redeem}) {
    if (name == to_string(kind)) return kind;
  }
  return std::nullopt;
}

bool names_giver(RowKind kind) {
  return kind == RowKind::pay || kind == RowKind::send || kind == RowKind::redeem;
}
bool names_receiver(RowKind kind) { return kind != RowKind::redeem; }

class HistoryReader {
 public:
  HistoryReader(const Columns& columns, const HistoryRules& rules)
      : columns_{columns}, rules_{rules} {}

  void add(const wallet::CsvRow& cells) {
    const std::uint32_t line = cells.front().place.line;
    if (auto row = read(cells)) {
      row->line = line;
      history_.rows.push_back(*row);
    } else {
      fault_.line = line;
      history_.faults.push_back(std::move(fault_));
    }
  }
  History take(std::vector<RowFault> unreadable) {
    auto& faults = history_.faults;
    faults.insert(faults.end(), unreadable.begin(), unreadable.end());
    std::stable_sort(faults.begin(), faults.end(),
                     [](const RowFault& a, const RowFault& b) { return a.line < b.line; });
    std::stable_sort(history_.rows.begin(), history_.rows.end(),
                     [](const HistoryRow& a, const HistoryRow& b) { return a.time < b.time; });
    history_.rows_in_file = history_.rows.size() + faults.size();
    return std::move(history_);
  }

 private:
  /// Nothing is remembered of a row with a fault, which is left in `fault_`.
  std::optional<HistoryRow> read(const wallet::CsvRow& cells) {
    HistoryRow row;
    const auto time = parse_row_time(wallet::folded_number(cell(cells, kTime)), rules_.local);
    if (!time) return complain(kTime, "is no whole number and no date or time", cells);
    if (!time_kind_) time_kind_ = time->kind;
    if (time->kind != *time_kind_) {
      return complain(kTime, "is not the kind of time that the file began with", cells);
    }
    row.time = *time;
    const auto kind = kind_of(cell(cells, kKind));
    if (!kind) return complain(kKind, "is none of grant, charge, pay, send, redeem", cells);
    row.kind = *kind;
    const std::string_view from = cell(cells, kFrom);
    const std::string_view to = cell(cells, kTo);
    if (names_giver(row.kind) && from.empty()) return complain(kFrom, "is missing", cells);
    if (names_receiver(row.kind) && to.empty()) return complain(kTo, "is missing", cells);
    const auto amount = amount_of(wallet::folded_number(cell(cells, kAmount)));
    if (!amount) {
      return complain(kAmount,
                      "is no whole number from 1 to " + std::to_string(rules_.amount_max.units()),
                      cells);
    }
    row.amount = *amount;
    if (names_giver(row.kind)) row.from = name(from);
    if (names_receiver(row.kind)) row.to = name(to);
    return row;
  }

  [[nodiscard]] std::string_view cell(const wallet::CsvRow& cells, Column column) const {
    const std::size_t at = columns_[column];
    return at < cells.size() ? std::string_view{cells[at].text} : std::string_view{};
  }

  std::nullopt_t complain(Column column, std::string_view what, const wallet::CsvRow& cells) {
    const std::string_view text = cell(cells, column);
    fault_.column = static_cast<std::uint32_t>(columns_[column] + 1);
    fault_.reason = std::string{kColumnNames[column]} + " ";
    if (!text.empty()) fault_.reason += "\"" + wallet::shown(text) + "\" ";
    fault_.reason += text.empty() ? "is missing" : what;
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Amount> amount_of(std::string_view text) const {
    std::uint64_t units = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), units);
    if (error != std::errc{} || end != text.data() + text.size() || units == 0 ||
        units > rules_.amount_max.units()) {
      return std::nullopt;
    }
    return Amount::of(units);
  }

  NameIndex name(std::string_view text) {
    const auto [found, is_new] = names_.emplace(text, static_cast<NameIndex>(history_.ids.size()));
    if (is_new) history_.ids.emplace_back(text);
    return found->second;
  }

  Columns columns_;
  HistoryRules rules_;
  std::optional<TimeKind> time_kind_;
  RowFault fault_;
  History history_;
  std::unordered_map<std::string, NameIndex> names_;
};

}  // namespace

std::string_view to_string(RowKind kind) {
  switch (kind) {
    case RowKind::grant:
      return "grant";
    case RowKind::charge:
      return "charge";
    case RowKind::pay:
      return "pay";
    case RowKind::send:
      return "send";
    case RowKind::redeem:
      return "redeem";
  }
  return "?";
}

Attempt<History> parse_history(ByteView bytes, const HistoryRules& rules) {
  const auto decoded = wallet::decode_text(bytes);
  if (!decoded) {
    return Err{"line " + std::to_string(decoded.error().line) +
               ": neither UTF-8 nor CP932: this is no text file"};
  }
  if (decoded->text.find('\0') != std::string::npos) {
    return Err{std::string{"there are zero bytes in it: this is no text file"}};
  }
  const wallet::CsvTable table = wallet::parse_csv(decoded->text);
  std::vector<RowFault> unreadable;
  for (const wallet::CsvProblem& problem : table.problems) {
    if (problem.fault == wallet::CsvFault::too_many_rows) {
      return Err{std::string{sentence(problem.fault)}};
    }
    // Several problems of one row are one fault.
    if (!unreadable.empty() && unreadable.back().line == problem.place.line) continue;
    unreadable.push_back(
        {problem.place.line, problem.place.column, std::string{sentence(problem.fault)}});
  }
  if (table.rows.empty()) return Err{std::string{"there is no row in it"}};
  const auto columns = find_columns(table.rows.front());
  if (!columns) return Err{columns.error()};
  HistoryReader reader{*columns, rules};
  for (std::size_t i = 1; i < table.rows.size(); ++i) reader.add(table.rows[i]);
  return reader.take(std::move(unreadable));
}

Attempt<History> read_history(const Path& file, const HistoryRules& rules) {
  const auto bytes = wallet::read_file(file, kHistoryBytesMax);
  if (!bytes) return Err{file.string() + ": can't be read"};
  auto history = parse_history(*bytes, rules);
  if (!history) return Err{file.string() + ": " + history.error()};
  return history;
}

}  // namespace hansatsu::town
