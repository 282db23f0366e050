#include <catch2/catch.hpp>

#include "rpc/json/codec.h"
#include "tests/rpc/harness.h"

using namespace test_rpc;

namespace {

const CoinId kCoin{0};
constexpr auto kPay = rules::OperationCode::pay;

rpc::FigureLine activity(Date day, std::optional<rules::OperationCode> operation,
                         std::uint64_t transactions, std::uint32_t accounts,
                         std::uint32_t others = 5) {
  return {day, kCoin, std::nullopt, operation, transactions, {}, accounts, others};
}
rpc::FigureLine program(Date day, std::uint32_t id, std::uint64_t amount, std::uint32_t accounts,
                        rules::OperationCode operation = kPay, std::uint32_t others = 5) {
  return {day, kCoin, ProgramId{id}, operation, 0, Amount::of(amount), accounts, others};
}

/// What is told of one day of these.
rpc::DayFigures told_of(std::vector<rpc::FigureLine> lines) {
  TestServer server;
  const Date day = lines.front().day;
  server.ledger().set_figures({plus_days(day, 1), std::move(lines)});
  const auto figures = server.client().figures(day, day);
  REQUIRE(figures.has_value());
  REQUIRE(figures->days.size() == 1);
  return figures->days[0];
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
  CHECK(busy.activity[0] == rpc::ActivityFigure{kCoin, {}, {}, 5});
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

TEST_CASE("figures: what is withheld is no difference of what is told", "[rpc]") {
  using rules::OperationCode;
  const Date day = *parse_date("2026-10-05");
  // 23 did something, 20 paid: three did something else, and here is what.
  const auto one = told_of({activity(day, std::nullopt, 30, 23), activity(day, kPay, 27, 20),
                            activity(day, OperationCode::charge, 3, 3)});
  CHECK_FALSE(one.activity[0].accounts.has_value());
  CHECK(one.activity[1].accounts == 20);
  CHECK_FALSE(one.activity[2].accounts.has_value());
  // All parts told: the counts still leave no group below the smallest.
  const auto all = told_of({activity(day, std::nullopt, 30, 22), activity(day, kPay, 20, 20),
                            activity(day, OperationCode::charge, 21, 21)});
  for (const rpc::ActivityFigure& figure : all.activity) CHECK(figure.accounts == 20);
  CHECK(all.activity[1].transactions == 20);
  // Another coin's parts are not this one's.
  auto other = activity(day, OperationCode::charge, 3, 3);
  other.coin = CoinId{1};
  const auto two =
      told_of({activity(day, std::nullopt, 30, 23), activity(day, kPay, 27, 20), other});
  CHECK(two.activity[0].accounts == 20);
}

TEST_CASE("figures: what many paid to few is told to nobody", "[rpc]") {
  using rules::OperationCode;
  const Date day = *parse_date("2026-10-05");
  for (const OperationCode operation : {kPay, OperationCode::send, OperationCode::refund}) {
    CAPTURE(static_cast<int>(operation));
    const auto few =
        told_of({activity(day, operation, 30, 20, 4), program(day, 0, 700, 20, operation, 4)});
    CHECK_FALSE(few.activity[0].accounts.has_value());
    CHECK_FALSE(few.activity[0].transactions.has_value());
    CHECK_FALSE(few.programs[0].amount.has_value());
    const auto many =
        told_of({activity(day, operation, 30, 20, 5), program(day, 0, 700, 20, operation, 5)});
    CHECK(many.activity[0].transactions == 30);
    CHECK(many.programs[0].amount == Amount::of(700));
  }
  // One-sided: shops that are paid out. What they asked for is the same money, and told once.
  const auto paid_out = told_of({program(day, 0, 700, 20, OperationCode::settle, 0),
                                 program(day, 1, 800, 20, OperationCode::redeem, 0)});
  CHECK(paid_out.programs[0].amount == Amount::of(700));
  CHECK_FALSE(paid_out.programs[1].amount.has_value());
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
