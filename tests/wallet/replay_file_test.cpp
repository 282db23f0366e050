#include "wallet/town/replay_file.h"

#include <catch2/catch.hpp>

namespace hansatsu::town {
namespace {

constexpr UtcOffset kJapan{540};
const HistoryRules kRules{Amount::of(900'000), kJapan};

RowTime time_of(std::string_view text) {
  const auto time = parse_row_time(text, kJapan);
  INFO(text);
  REQUIRE(time);
  return *time;
}

History parsed(std::string_view text) {
  auto history = parse_history(as_bytes(text), kRules);
  if (!history) FAIL(history.error());
  return *std::move(history);
}

std::string refusal(std::string_view text) {
  const auto history = parse_history(as_bytes(text), kRules);
  REQUIRE(!history);
  return history.error();
}

}  // namespace

TEST_CASE("times order as instants, whatever form they are written in") {
  CHECK(time_of("-5") < time_of("3"));
  CHECK(time_of("+3") == time_of("3"));
  CHECK(time_of("1970-01-01T00:00Z").whole == 0);
  CHECK(time_of("2026-04-01T09:00:00+09:00") == time_of("2026-04-01T00:00:00Z"));
  CHECK(time_of("2026-04-01 09:00") == time_of("2026-04-01T00:00:00Z"));
  CHECK(time_of("2026-04-01") == time_of("2026-03-31T15:00:00Z"));
  CHECK(time_of("2026-04-01T00:00:00-0930") == time_of("2026-04-01T09:30:00Z"));
  CHECK(time_of("2026-04-01T09:00:00.05") < time_of("2026-04-01T09:00:00.1"));
  CHECK(time_of("2024-02-29") < time_of("2024-03-01"));
  CHECK(time_of("1899-12-31") < time_of("1900-01-01"));
}

TEST_CASE("what is no time is not taken for one") {
  for (const char* text : {"",
                           " ",
                           "+",
                           "-",
                           "+-3",
                           "12.5",
                           "1e3",
                           "9223372036854775808",
                           "yesterday",
                           "2026-02-29",
                           "2026-13-01",
                           "2026-4-1",
                           "2026-04-01T",
                           "2026-04-01T24:00",
                           "2026-04-01T09:60",
                           "2026-04-01T09:00:61",
                           "2026-04-01T09:00:00.",
                           "2026-04-01T09:00:00.1234567890",
                           "2026-04-01T09:00+",
                           "2026-04-01T09:00+24:00",
                           "2026-04-01T09:00Zulu",
                           "2026/04/01"}) {
    INFO(text);
    CHECK(!parse_row_time(text, kJapan));
  }
}

TEST_CASE("rows are in order of time, those of one time in order of lines") {
  const History history = parsed(
      "time,kind,from,to,amount\n"
      "2,pay,a,b,5\n"
      "1,charge,,a,10\n"
      "2,send,a,c,1\n"
      "-7,grant,,c,3\n");
  REQUIRE(history.faults.empty());
  REQUIRE(history.rows.size() == 4);
  CHECK(history.rows[0].line == 5);
  CHECK(history.rows[1].line == 3);
  CHECK(history.rows[2].line == 2);
  CHECK(history.rows[3].line == 4);
  CHECK(history.ids == std::vector<std::string>{"a", "b", "c"});
  CHECK(history.rows[3].from == 0);
  CHECK(history.rows[3].to == 2);
  CHECK(history.rows[1].amount == Amount::of(10));
}

TEST_CASE("columns may stand in any order among others, in CP932 as well") {
  // "名前,Amount,TO,from,Kind,time" and a payment from "山田" to "店", as Windows writes them.
  const History history = parsed(
      "\x96\xbc\x91\x4f,Amount,TO,from,Kind,time\r\n"
      "x,\"12\",\x93\x58,\x8e\x52\x93\x63,Pay,2026-04-01\r\n");
  REQUIRE(history.rows.size() == 1);
  CHECK(history.rows[0].kind == RowKind::pay);
  CHECK(history.ids == std::vector<std::string>{"山田", "店"});
}

TEST_CASE("who grants and where a redemption goes are no ids of the history") {
  const History history = parsed(
      "time,kind,from,to,amount\n1,grant,office,a,5\n2,charge,till,a,5\n3,redeem,a,bank,5\n");
  CHECK(history.ids == std::vector<std::string>{"a"});
  CHECK(history.rows[2].to == kNobody);
}

TEST_CASE("names differ when a single byte does") {
  const History history = parsed(
      "time,kind,from,to,amount\n1,send,a,A,5\n2,send,\" a\",\"a\n\",5\n3,send,\"a,\"\"\",a,5\n");
  CHECK(history.ids == std::vector<std::string>{"a", "A", " a", "a\n", "a,\""});
}

TEST_CASE("a bad row is told by line, column and reason, and the rest goes on") {
  const History history = parsed(
      "time,kind,from,to,amount\n"
      "1,pay,a,b,12.5\n"
      "soon,pay,a,b,1\n"
      "1,gift,a,b,1\n"
      "1,pay,,b,1\n"
      "1,pay,a,,1\n"
      "1,pay,a,b,0\n"
      "1,pay,a,b,900001\n"
      "1,pay,a\n"
      "2026-04-01,pay,a,b,1\n"
      "1,pay,a\"b,b,1\n"
      "1,pay,a,b,900000\n");
  std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
  for (const RowFault& fault : history.faults) places.emplace_back(fault.line, fault.column);
  CHECK(places ==
        std::vector<std::pair<std::uint32_t, std::uint32_t>>{
            {2, 5}, {3, 1}, {4, 2}, {5, 3}, {6, 4}, {7, 5}, {8, 5}, {9, 4}, {10, 1}, {11, 3}});
  CHECK(history.faults[0].reason == "amount \"12.5\" is no whole number from 1 to 900000");
  CHECK(history.faults[3].reason == "from is missing");
  REQUIRE(history.rows.size() == 1);
  CHECK(history.rows[0].line == 12);
  CHECK(history.rows_in_file == 11);
  CHECK(history.ids == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a file that is no history is refused as a whole") {
  CHECK(refusal("") == "there is no row in it");
  CHECK(refusal("1,pay,a,b,5\n").ends_with("missing: time, kind, from, to, amount"));
  CHECK(refusal("time,kind,from,to\n1,pay,a,b\n").ends_with("missing: amount"));
  CHECK(refusal("time,kind,from,to,amount,Time\n").find("more than once") != std::string::npos);
  CHECK(refusal(std::string_view{"time\0", 5}).find("no text") != std::string::npos);
  CHECK(refusal("time\n\xff\xff\n").find("line 2") == 0);
  std::string many = "time,kind,from,to,amount\n";
  for (int i = 0; i < 200'001; ++i) many += "1,pay,a,b,1\n";
  CHECK(refusal(many).find("200,000") != std::string::npos);
}

}  // namespace hansatsu::town
