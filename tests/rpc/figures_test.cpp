#include <catch2/catch.hpp>

#include "rpc/json/codec.h"
#include "tests/rpc/harness.h"

using namespace test_rpc;

namespace {

const CoinId kCoin{0};
constexpr auto kPay = rules::OperationCode::pay;

rpc::FigureLine activity(Date day, std::optional<rules::OperationCode> operation,
                         std::uint64_t transactions, std::uint32_t accounts) {
  return {day, kCoin, std::nullopt, operation, transactions, {}, accounts};
}
rpc::FigureLine program(Date day, std::uint32_t id, std::uint64_t amount, std::uint32_t accounts) {
  return {day, kCoin, ProgramId{id}, kPay, 0, Amount::of(amount), accounts};
}

}  // namespace

TEST_CASE("figures: what few accounts did is told to nobody", "[rpc]") {
  TestServer server;
  const Date first = *parse_date("2026-10-05");
  const Date second = plus_days(first, 1);
  server.ledger().set_figures(
      {plus_days(first, 2),
       {activity(first, std::nullopt, 12, 9), activity(first, kPay, 8, 5),
        program(first, 0, 700, 5), program(first, 1, 40, 4), activity(second, std::nullopt, 1, 1),
        activity(second, kPay, 1, 1), program(second, 0, 480, 1)}});
  const auto figures = server.client().figures(first, plus_days(first, 30));
  REQUIRE(figures.has_value());
  CHECK(figures->newest == plus_days(first, 2));
  CHECK(figures->smallest_group == 5);
  REQUIRE(figures->days.size() == 2);

  const rpc::DayFigures& busy = figures->days[0];
  CHECK(busy.day == first);
  REQUIRE(busy.activity.size() == 2);
  CHECK(busy.activity[0] == rpc::ActivityFigure{kCoin, {}, {}, 9});
  CHECK(busy.activity[1] == rpc::ActivityFigure{kCoin, kPay, 8, 5});
  REQUIRE(busy.programs.size() == 2);
  CHECK(busy.programs[0].amount == Amount::of(700));
  CHECK_FALSE(busy.programs[1].amount.has_value());

  // A day with one payment: that something happened, and no more.
  const rpc::DayFigures& quiet = figures->days[1];
  for (const rpc::ActivityFigure& one : quiet.activity) {
    CHECK_FALSE(one.transactions.has_value());
    CHECK_FALSE(one.accounts.has_value());
  }
  CHECK_FALSE(quiet.programs[0].amount.has_value());
}

TEST_CASE("figures: a month at a time, in one of three ways", "[rpc]") {
  TestServer server;
  const Date today = local_date(server.ledger().now(), UtcOffset{540});
  rpc::FiguresAnswer all{today, {}};
  for (Date day{today.raw - 100}; day < today; ++day.raw) {
    all.lines.push_back(activity(day, kPay, day.raw, 10));
  }
  server.ledger().set_figures(all);
  const auto days = [&](const std::string& query) {
    const auto answer = ask(server, {"GET", "/v1/figures" + query, {}, {}});
    const auto json = rpc::parse_json(answer.body());
    REQUIRE(json.has_value());
    std::vector<std::string> told;
    if (answer.result_int() != 200) return told;
    for (const auto& day : json->at("days")) told.push_back(day.at("day").get<std::string>());
    return told;
  };
  const auto last = days("");
  REQUIRE(last.size() == 31);
  CHECK(last.back() == to_string(Date{today.raw - 1}));
  const std::string early = to_string(Date{today.raw - 90});
  const auto from = days("?from=" + early);
  REQUIRE(from.size() == 31);
  CHECK(from.front() == early);
  const auto to = days("?to=" + early);
  CHECK(to.size() == 11);
  CHECK(to.back() == early);
  CHECK(days("?from=" + early + "&to=" + early).size() == 1);

  const std::string late = to_string(Date{today.raw - 59});
  for (const std::string& wrong :
       {"?from=" + early + "&to=" + late, "?from=" + late + "&to=" + early,
        std::string{"?from=2026-02-30"}}) {
    CAPTURE(wrong);
    CHECK(code_of(ask(server, {"GET", "/v1/figures" + wrong, {}, {}})) == "E-API-10");
  }
}
