#include "wallet/csv.h"

#include <algorithm>

namespace hansatsu::wallet {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_{text} {}

  CsvTable read() {
    while (position_ < text_.size()) {
      if (table_.rows.size() >= kCsvRowsMax) {
        table_.problems.push_back({{line_, 1}, CsvFault::too_many_rows});
        break;
      }
      read_row();
    }
    return std::move(table_);
  }

 private:
  void read_row() {
    CsvRow row;
    const std::size_t problems_before = table_.problems.size();
    for (;;) {
      CsvField field{{line_, static_cast<std::uint32_t>(row.size() + 1)}, {}};
      read_field(field);
      if (row.size() < kCsvFieldsMax) {
        row.push_back(std::move(field));
      } else if (row.size() == kCsvFieldsMax && table_.problems.size() == problems_before) {
        complain(field.place, CsvFault::too_many_fields);
      }
      if (position_ < text_.size() && text_[position_] == ',') {
        ++position_;
        continue;
      }
      skip_line_end();
      break;
    }
    const bool is_blank = std::all_of(row.begin(), row.end(),
                                      [](const CsvField& field) { return field.text.empty(); });
    if (!is_blank && table_.problems.size() == problems_before)
      table_.rows.push_back(std::move(row));
  }

  void read_field(CsvField& field) {
    if (position_ < text_.size() && text_[position_] == '"') {
      ++position_;
      read_quoted(field);
    } else {
      const std::size_t end = field_end();
      const std::string_view plain = text_.substr(position_, end - position_);
      if (plain.find('"') != std::string_view::npos) complain(field.place, CsvFault::quote_inside);
      append(field, plain);
      position_ = end;
    }
  }

  /// After the opening quote, to the comma or line end behind the closing one.
  void read_quoted(CsvField& field) {
    for (;;) {
      const std::size_t quote = text_.find('"', position_);
      const std::string_view inside =
          text_.substr(position_, quote == std::string_view::npos ? quote : quote - position_);
      count_lines(inside);
      append(field, inside);
      position_ += inside.size();
      if (quote == std::string_view::npos) return complain(field.place, CsvFault::open_quote);
      ++position_;
      if (position_ >= text_.size() || text_[position_] != '"') break;
      append(field, "\"");  // a doubled quote is a quote
      ++position_;
    }
    const std::size_t end = field_end();
    if (end != position_) complain(field.place, CsvFault::text_after_quote);
    position_ = end;
  }

  [[nodiscard]] std::size_t field_end() const {
    return std::min(text_.find_first_of(",\r\n", position_), text_.size());
  }
  void skip_line_end() {
    if (position_ >= text_.size()) return;
    if (text_[position_] == '\r') ++position_;
    if (position_ < text_.size() && text_[position_] == '\n') ++position_;
    ++line_;
  }
  void count_lines(std::string_view inside) {
    for (std::size_t i = 0; i < inside.size(); ++i) {
      const bool is_crlf = inside[i] == '\r' && i + 1 < inside.size() && inside[i + 1] == '\n';
      if (inside[i] == '\n' || (inside[i] == '\r' && !is_crlf)) ++line_;
    }
  }
  void append(CsvField& field, std::string_view part) {
    if (field.text.size() + part.size() > kCsvFieldBytesMax)
      return complain(field.place, CsvFault::field_too_long);
    field.text += part;
  }
  void complain(CsvPlace place, CsvFault fault) {
    const CsvProblem problem{place, fault};
    if (table_.problems.empty() || table_.problems.back() != problem)
      table_.problems.push_back(problem);
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::uint32_t line_ = 1;
  CsvTable table_;
};

}  // namespace

CsvTable parse_csv(std::string_view text) { return Reader{text}.read(); }

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    if (fields[i].find_first_of(",\"\r\n") == std::string::npos) {
      line += fields[i];
      continue;
    }
    line += '"';
    for (const char letter : fields[i]) {
      if (letter == '"') line += '"';
      line += letter;
    }
    line += '"';
  }
  return line + "\r\n";
}

}  // namespace hansatsu::wallet
