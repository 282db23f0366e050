#include "wallet/town/day_plan.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace hansatsu;
using namespace hansatsu::town;

namespace {

TownPlan small_town() {
  TownPlan plan;
  plan.first_charge = 3;
  plan.charges = 40;
  plan.charge_least = 1'000;
  plan.charge_most = 10'000;
  plan.benefit_residents = 500;
  plan.sends = 9;
  plan.payment_least = 100;
  plan.payment_most = 1'900;
  return plan;
}
const Population kPeople{300, 7, 4};

bool are_same(const DayPlan& a, const DayPlan& b) {
  bool same = a.payments.size() == b.payments.size() && a.benefit == b.benefit;
  for (std::size_t i = 0; same && i < a.payments.size(); ++i) {
    same = a.payments[i].resident == b.payments[i].resident &&
           a.payments[i].shop == b.payments[i].shop && a.payments[i].amount == b.payments[i].amount;
  }
  return same;
}

}  // namespace

TEST_CASE("day: the same seed gives the same wishes, another gives others", "[wallet][day]") {
  const DayPlan day = plan_day(small_town(), kPeople, 200, 7);
  CHECK(are_same(day, plan_day(small_town(), kPeople, 200, 7)));
  CHECK_FALSE(are_same(day, plan_day(small_town(), kPeople, 200, 8)));
}

TEST_CASE("day: wishes are of people and shops there are, within the town's limits",
          "[wallet][day]") {
  const DayPlan day = plan_day(small_town(), kPeople, 200, 7);
  REQUIRE(day.charges.size() == 40);
  REQUIRE(day.payments.size() == 200);
  REQUIRE(day.sends.size() == 9);
  std::size_t sendable = 0;
  for (const DayPlan::Charge& charge : day.charges) {
    CHECK(charge.agent < kPeople.agents);
    CHECK(charge.resident < kPeople.residents);
    CHECK(charge.amount.units() % 1'000 == 0);
    if (charge.sendable) ++sendable;
  }
  CHECK(sendable == 5);
  for (const DayPlan::Payment& payment : day.payments) {
    CHECK(payment.resident < kPeople.residents);
    CHECK(payment.shop < kPeople.shops);
    CHECK(payment.amount >= Amount::of(100));
    CHECK(payment.amount <= Amount::of(1'900));
  }
  // Nobody stands twice in a roster, and a roster is no longer than the town.
  std::vector<std::uint32_t> roster = day.benefit;
  std::sort(roster.begin(), roster.end());
  CHECK(roster.size() == kPeople.residents);
  CHECK(std::adjacent_find(roster.begin(), roster.end()) == roster.end());
}
