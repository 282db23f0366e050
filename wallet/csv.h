#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hansatsu::wallet {

/// A place in a file, both from 1: the line on which a field starts, and which field of its row it
/// is (a spreadsheet's row and column, as long as no field holds a line break).
struct CsvPlace {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  bool operator==(const CsvPlace&) const = default;
};

struct CsvField {
  CsvPlace place;
  std::string text;
};
using CsvRow = std::vector<CsvField>;

enum class CsvFault : std::uint8_t {
  open_quote = 1,    ///< a quoted field never ends
  text_after_quote,  ///< something between a closing quote and the next comma
  quote_inside,      ///< a quote in a field that does not start with one
  too_many_fields,   ///< more than kCsvFieldsMax in a row
  field_too_long,    ///< more than kCsvFieldBytesMax
  too_many_rows,     ///< more than kCsvRowsMax; reading stops
};
struct CsvProblem {
  CsvPlace place;
  CsvFault fault;
  bool operator==(const CsvProblem&) const = default;
};

inline constexpr std::size_t kCsvFieldsMax = 64;
inline constexpr std::size_t kCsvFieldBytesMax = 4'096;
inline constexpr std::size_t kCsvRowsMax = 200'000;

struct CsvTable {
  std::vector<CsvRow> rows;  ///< rows without any text are left out; rows with a problem too
  std::vector<CsvProblem> problems;
};

/// RFC 4180, with any of CRLF, LF and CR at a line's end. Every row is looked at, whatever is wrong
/// with those before it.
[[nodiscard]] CsvTable parse_csv(std::string_view text);

/// A row of RFC 4180, quoted where it must be, with CRLF.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& fields);

}  // namespace hansatsu::wallet
