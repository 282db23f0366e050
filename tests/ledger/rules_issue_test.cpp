#include <catch2/catch.hpp>

#include "ledger/rules/issue.h"
#include "ledger/rules/moves.h"
#include "tests/ledger/scenario.h"

namespace hansatsu::scenario {
namespace {

using state::ExpiryKind;
using state::ExpiryRule;

TEST_CASE("expiry: the end of the day, week or month in which the Nth day falls",
          "[ledger][rules]") {
  const Date never{Date::kNever};
  const Date friday = day(2026, 11, 20);
  CHECK(expiry_of({ExpiryKind::fixed_date, day(2027, 3, 31), 0}, friday) == day(2027, 3, 31));
  CHECK(expiry_of({ExpiryKind::day_after, never, 0}, friday) == friday);
  CHECK(expiry_of({ExpiryKind::day_after, never, 30}, friday) == day(2026, 12, 20));
  CHECK(expiry_of({ExpiryKind::week_after, never, 2}, friday) == day(2026, 11, 22));
  CHECK(expiry_of({ExpiryKind::week_after, never, 3}, friday) == day(2026, 11, 29));
  CHECK(expiry_of({ExpiryKind::month_after, never, 10}, friday) == day(2026, 11, 30));
  CHECK(expiry_of({ExpiryKind::month_after, never, 11}, friday) == day(2026, 12, 31));
  CHECK(expiry_of({ExpiryKind::month_after, never, 90}, day(2027, 12, 1)) == day(2028, 2, 29));
}

TEST_CASE("expiry: six calendar months less a day, for coins that claim the exemption",
          "[ledger][rules]") {
  state::Coin coin;
  CHECK(latest_expiry(coin, day(2026, 8, 31)) == Date{Date::kNever});
  coin.six_month_exemption = true;
  CHECK(latest_expiry(coin, day(2026, 4, 1)) == day(2026, 9, 30));
  CHECK(latest_expiry(coin, day(2026, 8, 31)) == day(2027, 2, 27));
  CHECK(latest_expiry(coin, day(2027, 8, 31)) == day(2028, 2, 28));
}

TEST_CASE("moves: every one keeps a program conserved and leaves no empty date",
          "[ledger][rules]") {
  state::ProgramCounters counters;
  issue_to_holder(counters, {Date{20}, yen(100)});
  issue_to_holder(counters, {Date{10}, yen(50)});
  issue_to_holder(counters, {Date{20}, yen(1)});
  REQUIRE(counters.held.size() == 2);
  CHECK(counters.held[0].expiry == Date{10});
  spend_at_shop(counters, {Date{10}, yen(50)});
  CHECK(counters.held.size() == 1);
  request_payout(counters, yen(30));
  refund_to_holder(counters, RefundSource::takings, {Date{10}, yen(20)}, Date{10});
  refund_to_holder(counters, RefundSource::pending, {Date{10}, yen(5)}, Date{11});
  refund_to_shop(counters, RefundSource::pending, yen(5));
  settle_payout(counters, yen(20));
  CHECK(counters.issued == yen(151));
  CHECK(counters.held[0] == state::HeldUntil{Date{10}, yen(20)});
  CHECK(counters.takings == yen(5));
  CHECK(counters.pending == yen(0));
  CHECK(counters.settled == yen(20));
  CHECK(counters.expired == yen(5));
  CHECK(is_conserved(counters));
  CHECK(has_room_for(counters, Date{10}, 2));
  CHECK_FALSE(has_room_for(counters, Date{15}, 2));
}

TEST_CASE("charge: coin for cash, with its premium, within the agent's float", "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1, 2);
  const ProgramId charge = s.program(charge_terms());
  const ProgramId premium = s.program(premium_terms(charge));
  s.set_float(kAgent, 10'000);
  const Outcome outcome = s.must(kAgent, Charge{resident, charge, yen(9'999), yen(999)});
  CHECK(outcome.public_part.subject == resident);
  CHECK(outcome.public_part.coin == kCoin);
  CHECK(outcome.public_part.amount == yen(9'999));
  CHECK(outcome.private_part.premium == yen(999));  // rounded down
  const Date end = day(2027, 3, 31);
  CHECK(outcome.private_part.lots ==
        std::vector<Lot>{{charge, end, yen(9'999)}, {premium, end, yen(999)}});
  CHECK(s.balance(resident) == 10'998);
  CHECK(s.account(kAgent).identity.float_used == yen(9'999));
  CHECK(s.counters(charge).issued == yen(9'999));
  CHECK(s.counters(premium).issued == yen(999));
  const state::Charge& row = *s.state().find(state::ChargeId{outcome.public_part.reference});
  CHECK(row.agent == kAgent);
  CHECK(row.premium == Lot{premium, end, yen(999)});
  const auto person = s.state().indexes().persons.find(PersonId{1});
  REQUIRE(person != s.state().indexes().persons.end());
  CHECK(s.state().find(person->second)->received.size() == 2);
}

TEST_CASE("charge: the premium is all or nothing, and none beyond its cap, budget or level",
          "[ledger][rules]") {
  Scenario s;
  const ProgramId charge = s.program(charge_terms());
  state::ProgramTerms terms = premium_terms(charge);
  terms.cap_person = yen(1'000);
  terms.budget = yen(1'500);
  s.program(terms);
  s.set_float(kAgent, 1'000'000);
  const auto premium_for = [&](AccountId account, std::uint64_t units) {
    return s.must(kAgent, Charge{account, charge, yen(units), {}}).private_part.premium.units();
  };
  CHECK(premium_for(s.visitor(), 1'000) == 0);  // a cap needs a verified account
  const AccountId first = s.person(1);
  CHECK(premium_for(first, 9) == 0);            // less than one, rounded down
  CHECK(premium_for(first, 10'010) == 0);       // 1,001 is above the cap
  CHECK(premium_for(first, 10'000) == 1'000);   // just the cap
  CHECK(premium_for(s.person(1), 10) == 0);     // the same person's other account
  CHECK(premium_for(s.person(2), 5'010) == 0);  // 501 is above the budget's rest
  CHECK(premium_for(s.person(2), 5'000) == 500);
}

TEST_CASE("charge: a premium is for persons whom the coin's own office knows", "[ledger][rules]") {
  Scenario s;
  const ProgramId charge = s.program(charge_terms());
  const ProgramId premium = s.program(premium_terms(charge));
  const auto charged = [&](const OpenAccount& open) {
    const AccountId account = s.open(open);
    s.charge(account, charge, 1'000);
    return s.balance(account);
  };
  CHECK(charged(unverified_person()) == 1'000);  // may be the shopkeeper's second phone
  OpenAccount known = unverified_person();
  known.person = PersonId{7};
  CHECK(charged(known) == 1'100);
  OpenAccount guest = verified_person(7);
  guest.home = kExemptCoin;  // whose pseudonym no shop of this coin names
  CHECK(charged(guest) == 1'000);
  CHECK(s.counters(premium).issued == yen(100));
  s.set_float(kAgent, 1'000'000);
  const AccountId visitor = s.visitor();
  CHECK(s.run(kAgent, Charge{visitor, charge, yen(1'000), yen(1)}).error() ==
        Refusal::premium_short);
}

TEST_CASE("charge: tags of another home make no premium due", "[ledger][rules]") {
  Scenario s;
  const ProgramId charge = s.program(charge_terms());
  state::ProgramTerms terms = premium_terms(charge);
  terms.eligible_tags = 1;
  s.program(terms);
  OpenAccount open = verified_person(1);
  open.tags = 1;
  const AccountId resident = s.open(open);
  s.charge(resident, charge, 1'000);
  CHECK(s.balance(resident) == 1'100);
  open.home = kExemptCoin;
  const AccountId guest = s.open(open);
  s.charge(guest, charge, 1'000);
  CHECK(s.balance(guest) == 1'000);
}

TEST_CASE("charge: the premium with the most of the account's tags is due", "[ledger][rules]") {
  Scenario s;
  const ProgramId charge = s.program(charge_terms());
  state::ProgramTerms terms = premium_terms(charge);
  s.program(terms);
  terms.eligible_tags = 3;
  terms.rate_basis_points = 3'000;
  s.program(terms);
  terms.eligible_tags = 1;
  terms.rate_basis_points = 2'000;
  s.program(terms);
  s.set_float(kAgent, 1'000'000);
  for (const std::uint64_t tags : {0U, 1U, 3U, 4U}) {
    OpenAccount open = verified_person(10 + tags);
    open.tags = tags;
    const AccountId resident = s.open(open);
    const auto outcome = s.must(kAgent, Charge{resident, charge, yen(1'000), {}});
    CHECK(outcome.private_part.premium.units() == (tags == 3 ? 300U : tags == 1 ? 200U : 100U));
  }
}

TEST_CASE("charge: only a premium that is open today is due, and a closed one makes room",
          "[ledger][rules]") {
  Scenario s;
  const ProgramId charge = s.program(charge_terms());
  state::ProgramTerms terms = premium_terms(charge);
  terms.opens = plus_days(s.today(), 1);
  const ProgramId tomorrow = s.program(terms);
  const AccountId resident = s.person(1);
  s.charge(resident, charge, 1'000);
  CHECK(s.balance(resident) == 1'000);
  s.pass_days(1);
  s.charge(resident, charge, 1'000);
  CHECK(s.balance(resident) == 2'100);
  s.alter(tomorrow, [](state::Program& row) { row.closed = true; });
  s.charge(resident, charge, 1'000);
  CHECK(s.balance(resident) == 3'100);
  terms.opens = s.today();
  s.program(terms);
  s.charge(resident, charge, 1'000);
  CHECK(s.balance(resident) == 4'200);
}

TEST_CASE("grant: each entry is given or listed with its reason", "[ledger][rules]") {
  Scenario s;
  const ProgramId benefit = s.program(grant_terms());
  const AccountId resident = s.person(1);
  Grant grant{benefit, numbered<BatchId>(9), 4, {}};
  const Date by_rule{Date::kNever};
  grant.entries.push_back({resident, yen(5'000), {}, by_rule});
  grant.entries.push_back({kNobody, yen(5'000), {}, by_rule});
  grant.entries.push_back({resident, yen(70), numbered<ClaimId>(1), by_rule});
  grant.entries.push_back({s.shop(), yen(5'000), {}, by_rule});
  const Outcome outcome = s.must(kIssuer, grant);
  CHECK(outcome.public_part.coin == kCoin);
  CHECK(outcome.public_part.amount == yen(5'070));
  const auto& refused = outcome.private_part.refused_entries;
  REQUIRE(refused.size() == 2);
  CHECK(refused[0] == RefusedEntry{1, static_cast<std::uint16_t>(Refusal::unknown_account)});
  CHECK(refused[1] == RefusedEntry{3, static_cast<std::uint16_t>(Refusal::grant_to_non_person)});
  CHECK(s.balance(resident) == 5'070);
  CHECK(s.counters(benefit).issued == yen(5'070));
  const auto row = s.state().indexes().batches.find({benefit, numbered<BatchId>(9), 4});
  REQUIRE(row != s.state().indexes().batches.end());
  CHECK(s.state().find(row->second)->entries == 4);
  CHECK_FALSE(s.state().find(row->second)->entries_root.is_zero());
}

TEST_CASE("grant: a batch's name is its program's, a claim its coin's", "[ledger][rules]") {
  Scenario s;
  const ProgramId benefit = s.program(grant_terms());
  const ProgramId second = s.program(grant_terms());
  const ProgramId elsewhere = s.program(grant_terms(kExemptCoin));
  const AccountId resident = s.person(1);
  Grant grant{elsewhere, numbered<BatchId>(9), 4, {}};
  grant.entries.push_back({resident, yen(5), numbered<ClaimId>(1), Date{Date::kNever}});
  const auto given = [&](ProgramId program) {
    grant.program = program;
    return s.must(kIssuer, grant).private_part.refused_entries.empty();
  };
  CHECK(given(elsewhere));
  CHECK(given(benefit));       // another town's list is not in the way
  CHECK_FALSE(given(second));  // one receipt, one reward of this coin
  CHECK(s.balance(resident) == 5);
  CHECK(s.run(kIssuer, grant).error() == Refusal::batch_part_done);
}

TEST_CASE("grant: an entry sees what entries before it gave", "[ledger][rules]") {
  Scenario s;
  state::ProgramTerms terms = grant_terms();
  terms.cap_household = yen(1'500);
  const ProgramId benefit = s.program(terms);
  const Outcome outcome = s.grant(benefit, {s.person(1, 7), s.person(2, 7)}, 1'000);
  REQUIRE(outcome.private_part.refused_entries.size() == 1);
  CHECK(outcome.private_part.refused_entries[0].code ==
        static_cast<std::uint16_t>(Refusal::over_cap));
}

TEST_CASE("grant: paid value may live shorter than its rule says", "[ledger][rules]") {
  Scenario s;
  state::ProgramTerms terms = grant_terms();
  terms.paid = true;
  const ProgramId migrated = s.program(terms);
  const AccountId resident = s.person(1);
  REQUIRE(s.grant_entry(migrated, {resident, yen(7), {}, day(2026, 12, 1)}).has_value());
  CHECK(s.lots(resident) == std::vector<Lot>{{migrated, day(2026, 12, 1), yen(7)}});
}

TEST_CASE("charge: a premium without a place left in the account is none", "[ledger][rules]") {
  Scenario s;
  const AccountId collector = s.person(1);
  const AccountId shop = s.shop();
  const ProgramId charge = s.program(charge_terms());
  s.program(premium_terms(charge));
  for (std::size_t i = 1; i < state::kProgramsPerAccount; ++i) {
    s.grant(s.program(grant_terms()), {collector}, 1);
    s.pay(collector, shop, 1);
  }
  s.charge(collector, charge, 1'000);  // takes the last place
  CHECK(s.balance(collector) == 1'000);
  CHECK(s.account(collector).value[0].received.size() == state::kProgramsPerAccount);
}

TEST_CASE("caps: who has no household counts as one of their own", "[ledger][rules]") {
  Scenario s;
  state::ProgramTerms terms = grant_terms();
  terms.cap_household = yen(1'000);
  const ProgramId benefit = s.program(terms);
  s.grant(benefit, {s.person(1)}, 1'000);
  const auto again = s.grant_entry(benefit, {s.person(1), yen(1), {}, Date{Date::kNever}});
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error() == Refusal::over_cap);
  s.grant(benefit, {s.person(2)}, 1'000);

  state::ProgramTerms charge = charge_terms();
  charge.cap_person = yen(500);
  const ProgramId capped = s.program(charge);
  const AccountId visitor = s.visitor();
  s.charge(visitor, capped, 500);
  s.set_float(kAgent, 10'000);
  const auto more = s.run(kAgent, Charge{visitor, capped, yen(1), {}});
  REQUIRE_FALSE(more.has_value());
  CHECK(more.error() == Refusal::over_cap);
}

TEST_CASE("grant: finished programs make room where an account took part in many",
          "[ledger][rules]") {
  Scenario s;
  const AccountId collector = s.person(1);
  const AccountId shop = s.shop();
  state::ProgramTerms terms = grant_terms();
  terms.closes = s.today();
  for (std::size_t i = 0; i < state::kProgramsPerAccount; ++i) {
    s.grant(s.program(terms), {collector}, 1);
    s.pay(collector, shop, 1);
  }
  s.pass_days(1);
  s.grant(s.program(grant_terms()), {collector}, 1);
  CHECK(s.account(collector).value[0].received.size() == 1);
}

TEST_CASE("caps: another town's programs take no places of a person and household at home",
          "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1, 2);
  const AccountId shop = s.shop();
  for (std::size_t i = 0; i < state::kProgramsPerAccount; ++i) {
    s.grant(s.program(grant_terms(kExemptCoin)), {resident}, 1);
    s.must(resident, Pay{shop, kExemptCoin, yen(1), {}});
  }
  CHECK(s.state().indexes().persons.empty());
  CHECK(s.state().indexes().households.empty());
  s.grant(s.program(grant_terms()), {resident}, 1);
  CHECK(s.balance(resident) == 1);
  const auto more = s.grant_entry(s.program(grant_terms(kExemptCoin)),
                                  {resident, yen(1), {}, Date{Date::kNever}});
  CHECK(more.error() == Refusal::too_many_programs);  // their own places, and no others
}

TEST_CASE("caps: a guest counts alone, whatever their own office calls them", "[ledger][rules]") {
  Scenario s;
  state::ProgramTerms terms = charge_terms();
  terms.cap_household = yen(500);
  const ProgramId capped = s.program(terms);
  s.charge(s.person(1, 2), capped, 500);
  OpenAccount open = verified_person(1, 2);
  open.home = kExemptCoin;  // another office's person 1 of household 2
  const AccountId guest = s.open(open);
  s.charge(guest, capped, 500);
  s.set_float(kAgent, 10'000);
  CHECK(s.run(kAgent, Charge{guest, capped, yen(1), {}}).error() == Refusal::over_cap);
}

TEST_CASE("holding: a person's last place is for the coin of their town", "[ledger][rules]") {
  state::Charter charter = town_charter();
  while (charter.coins.size() < 18) {
    state::Coin coin = charter.coins[0];
    const CoinId next{static_cast<std::uint16_t>(charter.coins.size())};
    coin.name.text = "coin-" + std::to_string(next.raw);
    charter.roles.push_back({state::Role::issuer, next, kIssuer, day(2027, 3, 31)});
    charter.coins.push_back(coin);
  }
  Scenario s{charter};
  const AccountId resident = s.person(1);
  for (std::uint16_t coin = 1; coin < 16; ++coin) {
    s.grant(s.program(grant_terms(CoinId{coin})), {resident}, 1);
  }
  const ProgramId one_more = s.program(grant_terms(CoinId{16}));
  const GrantEntry entry{resident, yen(1), {}, Date{Date::kNever}};
  CHECK(s.grant_entry(one_more, entry).error() == Refusal::too_many_coins);
  s.grant(s.program(grant_terms()), {resident}, 1);
  CHECK(s.balance(resident) == 1);
}

}  // namespace
}  // namespace hansatsu::scenario
