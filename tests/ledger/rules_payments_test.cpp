#include <catch2/catch.hpp>

#include "ledger/rules/lots.h"
#include "tests/ledger/scenario.h"

namespace hansatsu::scenario {
namespace {

using state::RedemptionState;

state::ProgramTerms grant_until(Date expiry, std::uint16_t priority = 0) {
  state::ProgramTerms terms = grant_terms();
  terms.expiry.date = expiry;
  terms.priority = priority;
  return terms;
}

TEST_CASE("pay: the earliest expiry pays first, then the higher priority, then the older program",
          "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1);
  const AccountId shop = s.shop();
  const Date soon = day(2026, 12, 31);
  const Date later = day(2027, 3, 31);
  const ProgramId late_first = s.program(grant_until(later, 9));
  const ProgramId plain = s.program(grant_until(soon));
  const ProgramId plain_too = s.program(grant_until(soon));
  const ProgramId preferred = s.program(grant_until(soon, 1));
  for (const ProgramId program : {late_first, plain, plain_too, preferred}) {
    s.grant(program, {resident}, 100);
  }
  const Outcome outcome = s.must(resident, payment(shop, yen(350), 3));
  CHECK(outcome.public_part.subject == shop);
  CHECK(outcome.public_part.coin == kCoin);
  CHECK(outcome.public_part.amount == yen(350));
  CHECK(outcome.public_part.order == numbered<OrderReference>(3));
  CHECK(outcome.public_part.time == s.now());
  const std::vector<Lot> consumed{{preferred, soon, yen(100)},
                                  {plain, soon, yen(100)},
                                  {plain_too, soon, yen(100)},
                                  {late_first, later, yen(50)}};
  CHECK(outcome.private_part.lots == consumed);
  CHECK(s.lots(resident) == std::vector<Lot>{{late_first, later, yen(50)}});
  CHECK(s.takings(shop) == 350);
  CHECK(s.counters(late_first).takings == yen(50));
  const state::Payment& row = *s.state().find(PaymentId{outcome.public_part.reference});
  CHECK(row.payer == resident);
  CHECK(std::vector<Lot>{row.lots} == consumed);
}

TEST_CASE("pay: only value that its program lets be spent at the shop pays there",
          "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1);
  const AccountId baker = s.shop(901);
  const AccountId grocer = s.shop(902);
  state::ProgramTerms terms = grant_until(day(2026, 12, 31));
  terms.shops = {grocer};
  const ProgramId groceries = s.program(terms);
  const ProgramId anywhere = s.program(grant_until(day(2027, 3, 31)));
  s.grant(groceries, {resident}, 100);
  s.grant(anywhere, {resident}, 100);
  s.pay(resident, baker, 60);
  CHECK(s.counters(groceries).takings == yen(0));
  s.pay(resident, grocer, 120);
  CHECK(s.counters(groceries).takings == yen(100));
  CHECK(s.balance(resident) == 20);
}

TEST_CASE("pay: a lot lives to the end of its day and is dropped at the next touch",
          "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1);
  const AccountId shop = s.shop();
  const ProgramId benefit = s.program(grant_until(day(2026, 11, 21)));
  s.grant(benefit, {resident}, 100);
  s.pass_days(1);
  s.pay(resident, shop, 10);
  CHECK(s.balance(resident) == 90);
  s.pass_days(1);
  CHECK(s.balance(resident) == 0);
  CHECK(s.counters(benefit).expired == yen(90));
  CHECK(s.account(resident).value[0].lots.size() == 1);  // stale, and counted nowhere
  s.charge(resident, s.program(charge_terms()), 5);
  CHECK(s.account(resident).value[0].lots.size() == 1);
  CHECK(s.balance(resident) == 5);
}

TEST_CASE("pay: an owner spends charged value at the own shop, but nothing that was given",
          "[ledger][rules]") {
  Scenario s;
  const AccountId owner = s.person(5);
  const AccountId own_shop = s.shop(5);
  const ProgramId charge = s.program(charge_terms());
  s.charge(owner, charge, 1'000);
  s.grant(s.program(grant_until(day(2026, 12, 31))), {owner}, 500);
  const Outcome outcome = s.must(owner, payment(own_shop, yen(700)));
  CHECK(outcome.private_part.lots == std::vector<Lot>{{charge, day(2027, 3, 31), yen(700)}});
  CHECK(s.run(owner, payment(own_shop, yen(400))).error() == Refusal::shop_related);
  CHECK(s.run(owner, payment(own_shop, yen(801))).error() == Refusal::not_enough_value);
}

TEST_CASE("pay: a shop spends its takings onward where the program allows", "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1);
  const AccountId baker = s.shop(901);
  const AccountId miller = s.shop(902);
  state::ProgramTerms terms = charge_terms();
  const ProgramId fixed = s.program(terms);
  terms.onward = true;
  const ProgramId onward = s.program(terms);
  s.charge(resident, fixed, 300);
  s.charge(resident, onward, 300);
  s.pay(resident, baker, 600);
  const PaymentId flour = s.pay(baker, miller, 200);
  CHECK(s.takings(baker) == 400);
  CHECK(s.takings(miller) == 200);
  CHECK(s.counters(onward).takings == yen(300));
  CHECK(s.run(baker, payment(miller, yen(101))).error() == Refusal::not_enough_value);
  s.must(miller, Refund{flour, yen(50)});
  CHECK(s.takings(baker) == 450);
  CHECK(s.takings(miller) == 150);
  CHECK(s.balance(baker) == 0);
}

TEST_CASE("send: lots keep program and expiry; counters stay", "[ledger][rules]") {
  Scenario s;
  const AccountId giver = s.person(1);
  const AccountId receiver = s.visitor();
  const ProgramId charge = s.program(charge_terms());
  s.charge(giver, charge, 1'000);
  const state::ProgramCounters before = s.counters(charge);
  const Outcome outcome = s.must(giver, Send{receiver, kCoin, yen(400)});
  CHECK(outcome.public_part.subject == receiver);
  CHECK(outcome.public_part.coin == kCoin);
  CHECK(s.lots(receiver) == std::vector<Lot>{{charge, day(2027, 3, 31), yen(400)}});
  CHECK(s.balance(giver) == 600);
  CHECK(s.counters(charge) == before);
}

TEST_CASE("send: a frozen account receives; where the coin says so, grants move too",
          "[ledger][rules]") {
  Scenario s;
  const AccountId giver = s.person(1);
  const AccountId receiver = s.person(2);
  state::ProgramTerms terms = grant_terms(kExemptCoin);
  terms.sendable = true;
  terms.expiry.date = day(2027, 3, 31);
  const ProgramId benefit = s.program(terms);
  s.grant(benefit, {giver}, 100);
  s.must(kRegistrar, Freeze{receiver});
  s.must(giver, Send{receiver, kExemptCoin, yen(100)});
  CHECK(s.balance(receiver, kExemptCoin) == 100);
  CHECK(s.run(receiver, Send{giver, kExemptCoin, yen(1)}).error() == Refusal::account_frozen);
}

TEST_CASE("refund: the very lots come back, last consumed first, over partial refunds",
          "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1);
  const AccountId shop = s.shop();
  const Date soon = day(2026, 12, 31);
  const Date later = day(2027, 3, 31);
  const ProgramId first = s.program(grant_until(soon));
  const ProgramId second = s.program(grant_until(later));
  s.grant(first, {resident}, 100);
  s.grant(second, {resident}, 100);
  const PaymentId paid = s.pay(resident, shop, 200);
  const Outcome outcome = s.must(shop, Refund{paid, yen(60)});
  CHECK(outcome.public_part.subject == resident);
  CHECK(outcome.public_part.coin == kCoin);
  CHECK(outcome.private_part.lots == std::vector<Lot>{{second, later, yen(60)}});
  const Outcome rest = s.must(shop, Refund{paid, yen(90)});
  CHECK(rest.private_part.lots ==
        std::vector<Lot>{{second, later, yen(40)}, {first, soon, yen(50)}});
  CHECK(s.lots(resident) == std::vector<Lot>{{first, soon, yen(50)}, {second, later, yen(100)}});
  CHECK(s.takings(shop) == 50);
  CHECK(s.run(shop, Refund{paid, yen(51)}).error() == Refusal::over_payment);
  s.must(shop, Refund{paid, yen(50)});
  CHECK(s.takings(shop) == 0);
}

TEST_CASE("refund: what has expired meanwhile goes to expired, not to the payer",
          "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1);
  const AccountId shop = s.shop();
  const ProgramId benefit = s.program(grant_until(day(2026, 11, 25)));
  s.grant(benefit, {resident}, 100);
  const PaymentId paid = s.pay(resident, shop, 100);
  s.pass_days(5);  // its last day
  s.must(shop, Refund{paid, yen(40)});
  CHECK(s.balance(resident) == 40);
  s.pass_days(1);
  const Outcome outcome = s.must(shop, Refund{paid, yen(60)});
  CHECK(outcome.private_part.expired_meanwhile == yen(60));
  CHECK(s.balance(resident) == 0);
  CHECK(s.account(resident).value[0].lots.front().amount == yen(40));  // untouched, and stale
  CHECK(s.counters(benefit).expired == yen(100));
  CHECK(s.takings(shop) == 0);
}

TEST_CASE("refund: takings first, then redemptions still requested, newest first, with their fee",
          "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1);
  const AccountId shop = s.shop();
  const ProgramId charge = s.program(charge_terms());
  s.charge(resident, charge, 10'000);
  const PaymentId paid = s.pay(resident, shop, 6'000);
  const RedemptionId older{
      s.must(shop, Redeem{kCoin, {{charge, yen(2'000)}}}).public_part.reference};
  s.pass_days(1);
  const RedemptionId newer{
      s.must(shop, Redeem{kCoin, {{charge, yen(3'000)}}}).public_part.reference};
  CHECK(s.state().find(newer)->fee == yen(45));
  s.must(shop, Refund{paid, yen(2'500)});
  CHECK(s.takings(shop) == 0);
  CHECK(total_of(s.state().find(newer)->gross) == yen(1'500));
  CHECK(s.state().find(newer)->fee == yen(22));  // 22.5, rounded down
  CHECK(total_of(s.state().find(older)->gross) == yen(2'000));
  s.must(kTreasurer, File{kCoin, numbered<Hash>(1), {{older, numbered<Hash>(79), yen(1'970)}}});
  CHECK(s.run(shop, Refund{paid, yen(1'501)}).error() == Refusal::takings_short);
  s.must(shop, Refund{paid, yen(1'500)});
  CHECK(s.balance(resident) == 8'000);
}

TEST_CASE("refund: a frozen shop refunds, a frozen payer receives, and no limit of holding applies",
          "[ledger][rules]") {
  Scenario s;
  const ProgramId charge = s.program(charge_terms());
  const AccountId visitor = s.visitor();
  const AccountId shop = s.shop();
  s.charge(visitor, charge, 20'000);
  const PaymentId paid = s.pay(visitor, shop, 15'000);
  s.pass_days(1);
  s.charge(visitor, charge, 20'000);
  s.must(kRegistrar, Freeze{shop});
  s.must(kRegistrar, Freeze{visitor});
  s.must(shop, Refund{paid, yen(15'000)});
  CHECK(s.balance(visitor) == 40'000);  // the unverified may hold 30,000
  CHECK(s.run(shop, Redeem{kCoin, {}}).error() == Refusal::account_frozen);
}

TEST_CASE("limits: a new local day begins with nothing spent", "[ledger][rules]") {
  state::Charter charter = town_charter();
  charter.coins[0].limits.day = yen(1'000);
  Scenario s{charter};
  OpenAccount open = verified_person(1);
  open.keys.push_back(key_grant(5));
  open.keys[1].limit_day = yen(600);
  const AccountId resident = s.open(open);
  const AccountId shop = s.shop();
  s.charge(resident, s.program(charge_terms()), 5'000);
  const Signatory child{resident, 1};
  for (int days = 0; days < 2; ++days) {
    for (int half = 0; half < 2; ++half) {
      REQUIRE(s.run(child, payment(shop, yen(300))).has_value());
    }
    CHECK(s.run(child, payment(shop, yen(1))).error() == Refusal::key_day_limit);
    s.pay(resident, shop, 400);
    CHECK(s.run(resident, payment(shop, yen(1))).error() == Refusal::over_day_limit);
    s.pass_days(1);
  }
  s.pass_ms(12 * 3'600'000 - 1);  // the day's last millisecond
  s.pay(resident, shop, 1'000);
  s.pass_ms(1);
  s.pay(resident, shop, 1'000);
}

TEST_CASE("choose_lots: takes nothing when the candidates are short by one", "[ledger][rules]") {
  const std::vector<Candidate> candidates{{{ProgramId{1}, Date{10}, yen(5)}, 0},
                                          {{ProgramId{2}, Date{9}, yen(5)}, 0}};
  CHECK_FALSE(choose_lots(candidates, yen(11)).has_value());
  const auto all = choose_lots(candidates, yen(10));
  REQUIRE(all.has_value());
  CHECK(all->front().program == ProgramId{2});
}

}  // namespace
}  // namespace hansatsu::scenario
