#include <catch2/catch.hpp>

#include "ledger/rules/accounts.h"
#include "ledger/rules/keys.h"
#include "ledger/rules/lots.h"
#include "ledger/rules/redemption.h"
#include "tests/ledger/scenario.h"

namespace hansatsu::scenario {
namespace {

constexpr std::uint64_t kHourMs = 3'600'000;

TEST_CASE("open account: the next number, with what the opener said", "[ledger][rules]") {
  Scenario s;
  const Outcome outcome = s.must(kRegistrar, shop_of(44));
  CHECK(outcome.public_part.subject == AccountId{8});
  CHECK_FALSE(outcome.public_part.coin.has_value());
  CHECK(outcome.public_part.reference == 8);
  const state::Account& shop = s.account(AccountId{8});
  CHECK(shop.identity.kind == AccountKind::shop);
  CHECK(shop.identity.category == 5);
  CHECK(shop.identity.related_persons.front() == PersonId{44});
  CHECK(shop.salt == numbered<Salt>(78));
  REQUIRE(shop.keys.size() == 1);
  CHECK(shop.keys[0].filled);
  CHECK(shop.keys[0].generation == 1);
  CHECK(shop.keys[0].effective_from == s.now());
  CHECK(s.person(1) == AccountId{9});
}

TEST_CASE("keys: a new one counts after the coin's waiting time, in the first empty slot",
          "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1);
  s.must(resident, AddKey{key_grant(50)});
  CHECK(s.account(resident).keys[1].effective_from == plus_ms(s.now(), 3'600'000));
  s.must(resident, AddKey{key_grant(51, state::kRightPay)});
  s.must(resident, RemoveKey{1, 1});
  CHECK_FALSE(s.account(resident).keys[1].filled);
  const Outcome outcome = s.must(resident, AddKey{key_grant(52)});
  CHECK(outcome.public_part.reference == 1);
  const state::KeySlot& refilled = s.account(resident).keys[1];
  CHECK(refilled.generation == 2);
  CHECK(refilled.window == state::SequenceWindow{});
  CHECK(refilled.grant.key == key_of(52));
}

TEST_CASE("keys: putting in a new one opens no new day", "[ledger][rules]") {
  Scenario s;
  const ProgramId charge = s.program(charge_terms());
  const AccountId resident = s.person(1);
  const AccountId shop = s.shop();
  s.charge(resident, charge, 10'000);
  KeyGrant limited = key_grant(50, state::kRightPay | state::kRightManage);
  limited.limit_day = yen(1'000);
  s.must(resident, AddKey{limited});
  s.pass_ms(3'600'000);
  REQUIRE(s.run(Signatory{resident, 1}, payment(shop, yen(900))).has_value());
  s.alter(resident, [](state::Account& row) { row.keys[1].refusals = 3; });
  s.must(resident, RemoveKey{1, 1});
  limited.key = key_of(51);
  s.must(resident, AddKey{limited});
  s.pass_ms(3'600'000);
  CHECK(s.account(resident).keys[1].refusals == 3);
  CHECK(s.run(Signatory{resident, 1}, payment(shop, yen(101))).error() == Refusal::key_day_limit);
  REQUIRE(s.run(Signatory{resident, 1}, payment(shop, yen(100))).has_value());
  s.pass_days(1);
  REQUIRE(s.run(Signatory{resident, 1}, payment(shop, yen(1'000))).has_value());
}

TEST_CASE("keys: a key may remove itself while another manages; a waiting one is cancelled by any",
          "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1);
  s.must(resident, AddKey{key_grant(50, state::kRightManage)});
  s.pass_days(1);
  s.must(resident, AddKey{key_grant(51)});
  s.must(Signatory{resident, 1}.account, SetReceive{false});
  REQUIRE(s.run(Signatory{resident, 1}, RemoveKey{2, 1}).has_value());  // wider, but waiting
  s.must(resident, RemoveKey{0, 1});
  CHECK_FALSE(s.account(resident).keys[0].filled);
}

TEST_CASE("freeze: 72 hours at most, ended early by a registrar", "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1);
  s.must(kRegistrar, Freeze{resident});
  CHECK(s.account(resident).identity.frozen_until == plus_ms(s.now(), kFreezeMs));
  s.pass_ms(kFreezeMs - 1);
  CHECK(s.run(resident, SetReceive{false}).error() == Refusal::account_frozen);
  s.pass_ms(1);
  s.must(resident, SetReceive{false});
  CHECK_FALSE(s.account(resident).identity.receives_sends);
  s.must(resident, SetReceive{true});
}

TEST_CASE("freeze: none follows another without a pause as long", "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1);
  s.must(kRegistrar, Freeze{resident});
  s.pass_ms(kFreezeMs);
  CHECK(s.run(kRegistrar, Freeze{resident}).error() == Refusal::already_frozen);
  s.pass_ms(kFreezeMs - 1);
  CHECK(s.run(kRegistrar, Freeze{resident}).error() == Refusal::already_frozen);
  s.must(resident, SetReceive{false});
  s.pass_ms(1);
  s.must(kRegistrar, Freeze{resident});
  CHECK(s.account(resident).identity.frozen_until == plus_ms(s.now(), kFreezeMs));
}

TEST_CASE("freeze: one that a registrar ended goes on to its time, never beyond",
          "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1);
  s.must(kRegistrar, Freeze{resident});
  const Timestamp until = plus_ms(s.now(), kFreezeMs);
  s.pass_ms(kHourMs);
  s.must(kRegistrar, Unfreeze{resident});
  s.must(resident, AddKey{key_grant(50)});  // what the counter ends a stop for
  s.must(kRegistrar, Freeze{resident});
  CHECK(s.account(resident).identity.frozen_until == until);
  CHECK(s.run(resident, SetReceive{false}).error() == Refusal::account_frozen);
  s.pass_ms(70 * kHourMs);
  s.must(kRegistrar, Unfreeze{resident});  // an hour is left: to stop anew would be without end
  s.must(kRegistrar, Freeze{resident});
  s.pass_ms(kHourMs);
  s.must(resident, SetReceive{false});
  CHECK(s.run(kRegistrar, Unfreeze{resident}).error() == Refusal::not_frozen);
  s.pass_ms(kFreezeMs - 1);
  CHECK(s.run(kRegistrar, Freeze{resident}).error() == Refusal::already_frozen);
  s.pass_ms(1);
  s.must(kRegistrar, Freeze{resident});
}

TEST_CASE("freeze: one registrar stops the office half the time at most; those stopped may answer",
          "[ledger][rules]") {
  state::Charter charter = town_charter();
  charter.roles.push_back({state::Role::registrar, kCoin, kClerk, day(2027, 3, 31)});
  Scenario s{charter};
  s.must(kRegistrar, Freeze{kClerk});
  std::uint64_t hours_stopped = 0;
  for (std::uint64_t hour = 0; hour < 288; ++hour) {  // twice the stop and its pause
    static_cast<void>(s.run(kRegistrar, Unfreeze{kClerk}));
    static_cast<void>(s.run(kRegistrar, Freeze{kClerk}));
    if (is_frozen(s.account(kClerk).identity, s.now())) ++hours_stopped;
    s.pass_ms(kHourMs);
  }
  CHECK(hours_stopped == 144);
  s.must(kRegistrar, Freeze{kClerk});
  s.pass_ms(kFreezeMs);
  s.must(kClerk, Freeze{kRegistrar});  // were this refused, whoever stops first would rule
  CHECK(s.run(kRegistrar, Freeze{kClerk}).error() == Refusal::account_frozen);
}

TEST_CASE("freeze: stops a member of staff too", "[ledger][rules]") {
  Scenario s;
  s.must(kRegistrar, Freeze{kTreasurer});
  CHECK(s.run(kTreasurer, SetFloat{kAgent, yen(1)}).error() == Refusal::account_frozen);
  const AccountId resident = s.person(1);
  s.must(kRegistrar, Unfreeze{kTreasurer});
  s.charge(resident, s.program(charge_terms()), 100);
  s.must(kRegistrar, Freeze{kTreasurer});
  const auto handed_in = s.run(kAgent, HandIn{yen(1)}, {Signatory{kTreasurer, 0}});
  CHECK(handed_in.error() == Refusal::treasurer_missing);
}

TEST_CASE("open program: the next number, with nothing issued", "[ledger][rules]") {
  Scenario s;
  const state::ProgramTerms terms = charge_terms();
  const Outcome outcome = s.must(kIssuer, OpenProgram{terms});
  CHECK(outcome.public_part.coin == terms.coin);
  CHECK(outcome.public_part.amount == terms.budget);
  const state::Program& program = *s.state().find(ProgramId{0});
  CHECK(program.terms == terms);
  CHECK(program.counters == state::ProgramCounters{});
  CHECK_FALSE(program.closed);
}

TEST_CASE("floats: handing in cash lets an agent charge again", "[ledger][rules]") {
  Scenario s;
  const ProgramId charge = s.program(charge_terms());
  const AccountId resident = s.person(1);
  s.set_float(kAgent, 10'000);
  s.must(kAgent, Charge{resident, charge, yen(10'000), {}});
  s.set_float(kAgent, 5'000);  // below what is used: no more for now
  CHECK(s.run(kAgent, Charge{resident, charge, yen(1), {}}).error() == Refusal::over_float);
  const Outcome outcome = s.must(kAgent, HandIn{yen(8'000)}, {Signatory{kTreasurer, 0}});
  CHECK(outcome.public_part.amount == yen(8'000));
  CHECK(s.account(kAgent).identity.float_used == yen(2'000));
  s.must(kAgent, Charge{resident, charge, yen(3'000), {}});
}

TEST_CASE("redemption: takings become pending, are filed by line and settled gross",
          "[ledger][rules]") {
  Scenario s;
  const ProgramId charge = s.program(charge_terms());
  const ProgramId benefit = s.program(grant_terms());
  const AccountId resident = s.person(1);
  const AccountId shop = s.shop();
  s.charge(resident, charge, 5'000);
  s.grant(benefit, {resident}, 5'000);
  s.pay(resident, shop, 8'999);
  const Outcome asked = s.must(shop, Redeem{kCoin, {}});
  CHECK(asked.public_part.coin == kCoin);
  CHECK(asked.public_part.amount == yen(8'999));
  CHECK(asked.private_part.lots.size() == 2);
  const RedemptionId id{asked.public_part.reference};
  CHECK(s.state().find(id)->fee == yen(134));  // 1.5 % is 134.985
  CHECK(s.takings(shop) == 0);
  CHECK(s.counters(charge).pending == yen(5'000));
  const Hash bank_file = numbered<Hash>(3);
  const Outcome filed =
      s.must(kTreasurer, File{kCoin, bank_file, {{id, numbered<Hash>(79), yen(8'865)}}});
  CHECK(filed.public_part.coin == kCoin);
  CHECK(filed.public_part.amount == yen(8'999));
  CHECK(s.state().find(id)->state == state::RedemptionState::filed);
  CHECK(s.state().find(id)->bank_file == bank_file);
  s.must(kTreasurer, Settle{kCoin, bank_file, {id}});
  CHECK(s.state().find(id)->state == state::RedemptionState::paid);
  CHECK(s.counters(charge).settled == yen(5'000));
  CHECK(s.counters(benefit).settled == yen(3'999));
  CHECK(s.counters(benefit).pending == yen(0));
}

TEST_CASE("redemption: what a shop asks for on one day to one payee is one, with one fee",
          "[ledger][rules]") {
  Scenario s;
  const ProgramId charge = s.program(charge_terms());
  const ProgramId benefit = s.program(grant_terms());
  const AccountId resident = s.person(1);
  const AccountId shop = s.shop();
  s.charge(resident, charge, 5'000);
  s.grant(benefit, {resident}, 1'000);
  s.pay(resident, shop, 5'100);
  const auto redeem = [&](ProgramId program, std::uint64_t units) {
    const Outcome outcome = s.must(shop, Redeem{kCoin, {{program, yen(units)}}});
    CHECK(outcome.public_part.amount == yen(units));
    return RedemptionId{outcome.public_part.reference};
  };
  const RedemptionId first = redeem(charge, 66);  // its fee alone would be nothing
  CHECK(s.state().find(first)->fee.is_zero());
  CHECK(redeem(charge, 66) == first);
  CHECK(redeem(benefit, 68) == first);
  CHECK(total_of(s.state().find(first)->gross) == yen(200));
  CHECK(s.state().find(first)->fee == yen(3));
  CHECK(payout_of(*s.state().find(first)) == yen(197));
  s.alter(shop, [](state::Account& row) { row.identity.payee_digest = numbered<Hash>(80); });
  const RedemptionId elsewhere = redeem(charge, 10);
  CHECK(elsewhere != first);
  CHECK(redeem(charge, 10) == elsewhere);
  s.must(kTreasurer, File{kCoin, numbered<Hash>(3), {{elsewhere, numbered<Hash>(80), yen(20)}}});
  const RedemptionId after_filing = redeem(charge, 10);
  CHECK(after_filing != elsewhere);
  s.pass_days(1);
  CHECK(redeem(charge, 10) != after_filing);
}

TEST_CASE("redemption: one that names the same programs again has room for them",
          "[ledger][rules]") {
  Scenario s;
  const AccountId resident = s.person(1);
  const AccountId shop = s.shop();
  Redeem one_yen_each{kCoin, {}};
  for (std::size_t i = 0; i < state::kProgramsPerAccount / 2 + 1; ++i) {
    const ProgramId benefit = s.program(grant_terms());
    s.grant(benefit, {resident}, 2);
    s.pay(resident, shop, 2);
    one_yen_each.amounts.push_back({benefit, yen(1)});
  }
  const RedemptionId first{s.must(shop, one_yen_each).public_part.reference};
  CHECK(s.state().find(first)->fee.is_zero());
  const RedemptionId again{s.must(shop, one_yen_each).public_part.reference};
  CHECK(again == first);
  CHECK(s.state().find(first)->fee == yen(1));  // 1.5 % of 130
}

TEST_CASE("policy: the highest threshold that the amount reaches counts", "[ledger][rules]") {
  state::Charter charter = town_charter();
  charter.policy.push_back({state::PolicyClass::grants, kCoin, yen(100), 2});
  charter.policy.push_back({state::PolicyClass::grants, kCoin, yen(1'000), 3});
  charter.policy.push_back({state::PolicyClass::grants, kExemptCoin, yen(0), 4});
  const auto needed = [&](std::uint64_t units) {
    return people_needed(charter, state::PolicyClass::grants, kCoin, yen(units));
  };
  CHECK(needed(99) == 1);
  CHECK(needed(100) == 2);
  CHECK(needed(999) == 2);
  CHECK(needed(1'000) == 3);
  CHECK(people_needed(charter, state::PolicyClass::floats, kCoin, yen(1'000)) == 1);
}

TEST_CASE("operations: each names the right it needs, its work, and whose it is",
          "[ledger][rules]") {
  CHECK(right_needed({Pay{}}) == state::kRightPay);
  CHECK(right_needed({HandIn{}}) == state::kRightCharge);
  CHECK(right_needed({AddKey{}}) == state::kRightManage);
  CHECK(right_needed({Grant{}}) == state::kRightOffice);
  CHECK(is_staff_operation({Grant{}}));
  CHECK_FALSE(is_staff_operation({HandIn{}}));  // cash is counted while both are there
  CHECK_FALSE(is_staff_operation({Pay{}}));
  CHECK_FALSE(is_staff_operation({Redeem{}}));
  Grant grant;
  grant.entries.resize(10);
  CHECK(work_of({grant}) == 42);
  CHECK(work_of({Pay{}}) == 4);
}

TEST_CASE("keys: one is within another only in rights and every limit", "[ledger][rules]") {
  const state::KeyGrant wide = key_grant(1);
  CHECK(is_within(wide, wide));
  state::KeyGrant narrow = wide;
  narrow.limit_day = yen(5);
  narrow.shops = {AccountId{1}, AccountId{3}};
  narrow.needs_cosignature = true;
  CHECK(is_within(narrow, wide));
  CHECK_FALSE(is_within(wide, narrow));
  state::KeyGrant narrower = narrow;
  narrower.shops = {AccountId{3}};
  CHECK(is_within(narrower, narrow));
  narrower.shops = {AccountId{2}};
  CHECK_FALSE(is_within(narrower, narrow));
}

}  // namespace
}  // namespace hansatsu::scenario
