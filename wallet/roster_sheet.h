#pragma once

#include <array>
#include <optional>
#include <span>

#include "ledger/types/account_number.h"
#include "ledger/types/amount.h"
#include "ledger/types/date.h"
#include "wallet/csv.h"
#include "wallet/screen/language.h"
#include "wallet/text_file.h"

/// A roster read as a table of named columns, with every complaint about it kept.
namespace hansatsu::wallet {

enum class RosterFault : std::uint8_t {
  unreadable = 1,  ///< bytes that are no text of the encoding
  too_large,       ///< more than kRosterBytesMax
  no_rows,         ///< no header, or nothing below it
  csv_open_quote,  ///< as CsvFault
  csv_text_after_quote,
  csv_quote_inside,
  csv_too_many_fields,
  csv_field_too_long,
  csv_too_many_rows,
  unknown_column,    ///< a header that means nothing here: a misspelt one must not be ignored
  column_twice,      ///< two headers of the same meaning
  missing_column,    ///< a column that must be there
  too_many_cells,    ///< a row with more cells than the header
  missing_value,     ///< an empty cell that must be filled
  bad_account,       ///< no account number
  mistyped_account,  ///< its check digits do not fit
  bad_amount,        ///< not a whole number from 1 up
  bad_date,          ///< no date
  bad_number,        ///< not a whole number in range
  bad_choice,        ///< none of the words that may stand there
  bad_key,           ///< no public key: 64 hex digits of a point, or file:NAME of a file with them
  bad_digest,        ///< not 64 hex digits
  bad_identifier,    ///< longer than it may be
  does_not_belong,   ///< a value that this kind of account can't have
  twice_in_file,     ///< the same account, key or claim stands in an earlier row
};

struct RosterProblem {
  CsvPlace place;
  RosterFault fault;
  std::string column;  ///< the header's own text; empty when the file or row as a whole is meant
  std::string value;   ///< what stood there, safe to show
};
/// "line 12, column 3 (amount): not a whole number: 12.5"
[[nodiscard]] std::string sentence(const RosterProblem& problem, Language language);

inline constexpr std::size_t kRosterBytesMax = 32UL * 1024 * 1024;

/// A column by its place in the roster's list, and the headers that name it, folded.
struct ColumnNames {
  std::span<const std::string_view> names;
  bool required = false;
};

/// Values of a word in a cell, in English and Japanese.
struct Choice {
  std::string_view word;
  std::uint32_t value;
};

class RosterSheet {
 public:
  static constexpr std::size_t kColumnsMax = 16;

  /// Whatever is wrong with the file as such is among the problems.
  RosterSheet(ByteView file, std::span<const ColumnNames> columns,
              std::optional<TextEncoding> encoding);

  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  [[nodiscard]] std::uint32_t line(std::size_t row) const { return rows_[row].front().place.line; }
  /// A cell's text, folded; empty without one.
  [[nodiscard]] std::string text(std::size_t row, std::size_t column) const;
  /// The same as it stands in the file, trimmed of nothing.
  [[nodiscard]] std::string_view raw(std::size_t row, std::size_t column) const;

  // Each gives the fallback for an empty cell, and complains of what it can't read. Without a
  // fallback an empty cell is complained of.
  [[nodiscard]] std::optional<AccountId> account(std::size_t row, std::size_t column);
  [[nodiscard]] Amount amount(std::size_t row, std::size_t column);
  [[nodiscard]] Date date(std::size_t row, std::size_t column, Date fallback);
  [[nodiscard]] std::uint64_t number(std::size_t row, std::size_t column, std::uint64_t max,
                                     std::uint64_t fallback);
  [[nodiscard]] std::uint32_t choice(std::size_t row, std::size_t column,
                                     std::span<const Choice> choices, std::uint32_t fallback);

  void complain(std::size_t row, std::size_t column, RosterFault fault);
  [[nodiscard]] std::vector<RosterProblem> take_problems();
  [[nodiscard]] bool is_sound() const { return problems_.empty(); }

 private:
  void read(ByteView file, std::span<const ColumnNames> columns,
            std::optional<TextEncoding> encoding);
  void read_header(const CsvRow& header, std::span<const ColumnNames> columns);
  void complain_of_file(CsvPlace place, RosterFault fault, std::string column = {},
                        std::string value = {});

  std::vector<CsvRow> rows_;
  std::array<std::optional<std::uint32_t>, kColumnsMax> field_of_column_;
  std::array<std::string, kColumnsMax> header_of_column_;
  std::vector<RosterProblem> problems_;
};

/// A whole number as offices write it: full-width digits and "1,234" are understood, nothing else.
[[nodiscard]] std::optional<std::uint64_t> parse_whole_number(std::string_view folded_text);
/// "2026-11-20", "2026/11/20", "2026/1/5" or "2026年11月20日".
[[nodiscard]] std::optional<Date> parse_office_date(std::string_view folded_text);

}  // namespace hansatsu::wallet
