#include "wallet/csv.h"

#include <catch2/catch.hpp>

#include "wallet/text_file.h"

using namespace hansatsu;
using namespace hansatsu::wallet;

namespace {
std::vector<std::vector<std::string>> texts(std::string_view csv) {
  const CsvTable table = parse_csv(csv);
  CHECK(table.problems.empty());
  std::vector<std::vector<std::string>> rows;
  for (const CsvRow& row : table.rows) {
    rows.emplace_back();
    for (const CsvField& field : row) rows.back().push_back(field.text);
  }
  return rows;
}
}  // namespace

TEST_CASE("csv: fields, quotes and every kind of line end", "[wallet][csv]") {
  using Rows = std::vector<std::vector<std::string>>;
  CHECK(texts("a,b\r\nc,d\ne,f\rg,h") == Rows{{"a", "b"}, {"c", "d"}, {"e", "f"}, {"g", "h"}});
  CHECK(texts("\"a,b\",\"c\"\"d\"\n") == Rows{{"a,b", "c\"d"}});
  CHECK(texts("\"two\r\nlines\",x\n") == Rows{{"two\r\nlines", "x"}});
  CHECK(texts("a,,c,\n") == Rows{{"a", "", "c", ""}});
  CHECK(texts("\n\na\n,,\n\"\"\nb\n") == Rows{{"a"}, {"b"}});
  CHECK(texts("").empty());
}

TEST_CASE("csv: places count lines inside quoted fields", "[wallet][csv]") {
  const CsvTable table = parse_csv("h1,h2\r\n\"one\r\ntwo\nthree\",x\r\n\r\nlast,y\r\n");
  REQUIRE(table.rows.size() == 3);
  CHECK(table.rows[1][0].place == CsvPlace{2, 1});
  CHECK(table.rows[1][1].place == CsvPlace{4, 2});
  CHECK(table.rows[2][0].place == CsvPlace{6, 1});
}

TEST_CASE("csv: every fault is listed and the rows between are kept", "[wallet][csv]") {
  const CsvTable table = parse_csv("good,1\n\"x\"y,2\nba\"d,3\ngood,4\n\"never\nends,5\n");
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[1][1].text == "4");
  REQUIRE(table.problems.size() == 3);
  CHECK(table.problems[0] == CsvProblem{{2, 1}, CsvFault::text_after_quote});
  CHECK(table.problems[1] == CsvProblem{{3, 1}, CsvFault::quote_inside});
  CHECK(table.problems[2] == CsvProblem{{5, 1}, CsvFault::open_quote});
}

TEST_CASE("csv: rows and fields are bounded", "[wallet][csv]") {
  const CsvTable wide = parse_csv(std::string(100, ',') + "\nok\n");
  REQUIRE(wide.problems.size() == 1);
  CHECK(wide.problems[0] == CsvProblem{{1, 65}, CsvFault::too_many_fields});
  CHECK(wide.rows.size() == 1);
  CHECK(parse_csv(std::string(kCsvFieldBytesMax, 'a')).problems.empty());
  CHECK(parse_csv(std::string(kCsvFieldBytesMax + 1, 'a')).problems.at(0).fault ==
        CsvFault::field_too_long);
  CHECK(parse_csv('"' + std::string(kCsvFieldBytesMax, 'a') + "\"\"\"").problems.at(0).fault ==
        CsvFault::field_too_long);
  std::string tall;
  for (std::size_t i = 0; i <= kCsvRowsMax; ++i) tall += "a\n";
  CHECK(parse_csv(tall).problems.at(0) ==
        CsvProblem{{kCsvRowsMax + 1, 1}, CsvFault::too_many_rows});
}

TEST_CASE("csv: what is written is read back", "[wallet][csv]") {
  const std::vector<std::string> fields{"plain", "a,b", "say \"hi\"", "two\nlines", ""};
  CHECK(texts(csv_line(fields)).at(0) == fields);
}

TEST_CASE("text: UTF-8 and CP932 are told apart, and nothing is guessed away", "[wallet][csv]") {
  constexpr std::string_view kUtf8 = "金額,ｶﾅ①髙";
  constexpr std::string_view kCp932 = "\x8b\xe0\x8a\x7a,\xb6\xc5\x87\x40\xfb\xfc";
  CHECK(decode_text(as_bytes(kUtf8))->text == kUtf8);
  CHECK(decode_text(as_bytes("\xef\xbb\xbf" + std::string{kUtf8}))->text == kUtf8);
  const auto decoded = decode_text(as_bytes(kCp932));
  REQUIRE(decoded);
  CHECK(decoded->text == kUtf8);
  CHECK(decoded->encoding == TextEncoding::cp932);
  // Neither: a lone lead byte, and one that begins no character.
  CHECK(decode_text(as_bytes("ok\nok\n\x8b")).error().line == 3);
  CHECK(decode_text(as_bytes("ok\n\xfd\x40\n")).error().line == 2);
  CHECK(decode_text(as_bytes("a\n\x8b\xe0"), TextEncoding::utf8).error().line == 2);
  CHECK(decode_text(as_bytes("\xef\xbb\xbf\x8b\xe0")).error().line == 1);
  // Long enough that the conversion runs in several pieces, cut inside a character or not.
  std::string long_text;
  for (int i = 0; i < 10'000; ++i) long_text += "x\x8b\xe0";
  CHECK(decode_text(as_bytes(long_text))->text.size() == 40'000);
}

TEST_CASE("text: forms are folded, and what is shown is safe on a terminal", "[wallet][csv]") {
  CHECK(folded("　１，２３４　") == "1,234");
  CHECK(folded_number("　１，２３４ ") == "1,234");
  CHECK(folded_number("5000\u00a0") == "5000");
  CHECK(folded_number("２０２７／３／３１") == "2027/3/31");
  CHECK(folded_number("2027年3月31日") == "2027年3月31日");
  for (const char* marked : {"5000①", "5000⑩", "5000²", "5000⑴", "㍘5"})
    CHECK(folded_number(marked) == marked);
  CHECK(folded_number("５\xff") == "5\xff");
  CHECK(folded_name(" Account_Number ") == "accountnumber");
  CHECK(folded_name("ﾁｬｰｼﾞ 窓口") == "チャージ窓口");
  CHECK(shown("a\x1b[31m\u202e\n") == "a?[31m??");
  CHECK(shown(std::string(100, 'x')) == std::string(40, 'x') + "...");
  CHECK(shown("\xff") == "?");
  CHECK(shown(std::string(100, 'x'), 200) == std::string(100, 'x'));
  CHECK(printable("one\ntwo\x1b[31m\u202e\r\xc2\x9b"
                  "2J\xff"
                  "町") ==
        "one\ntwo?[31m??"
        "?2J?町");
  // The same JSON, whatever it holds.
  CHECK(harmless_json("{\n  \"町\": \"a\u202e\xc2\x9b\U000E0001\"\n}") ==
        "{\n  \"町\": \"a\\u202e\\u009b\\udb40\\udc01\"\n}");
}
