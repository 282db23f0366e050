#include "tests/ledger/rules_refusals.h"

namespace hansatsu::scenario {
namespace {

struct TownWithValue {
  Scenario scenario;
  AccountId resident;
  AccountId shop;
  ProgramId charge;
};
/// A resident with 100,000 of sendable value, and a shop that is not theirs.
TownWithValue town_with_value(const state::Charter& charter = town_charter()) {
  TownWithValue town{Scenario{charter}, {}, {}, {}};
  Scenario& s = town.scenario;
  town.resident = s.person(1);
  town.shop = s.shop();
  town.charge = s.program(charge_terms());
  s.charge(town.resident, town.charge, 100'000);
  return town;
}

/// Many lots: `count` paid grants of one yen, each with a date of its own.
void give_lots(Scenario& s, AccountId account, std::uint32_t count) {
  state::ProgramTerms terms = grant_terms();
  terms.paid = true;
  const ProgramId benefit = s.program(terms);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto given = s.grant_entry(benefit, {account, yen(1), {}, plus_days(s.today(), i + 1)});
    ASSERT(given.has_value());
  }
}

constexpr RefusalCase kPaymentCases[] = {
    {Refusal::not_a_payer,
     [] {
       TownWithValue t = town_with_value();
       return t.scenario.run(kTown, payment(t.shop, yen(1)));
     }},
    {Refusal::shop_cannot_receive,
     [] {
       TownWithValue t = town_with_value();
       return t.scenario.run(t.resident, payment(kNobody, yen(1)));
     }},
    {Refusal::shop_cannot_receive,
     [] {
       TownWithValue t = town_with_value();
       return t.scenario.run(t.resident, payment(t.scenario.person(2), yen(1)));
     }},
    {Refusal::shop_cannot_receive,
     [] {
       TownWithValue t = town_with_value();
       t.scenario.alter(
           t.shop, [](state::Account& row) { row.identity.status = state::AccountStatus::closed; });
       return t.scenario.run(t.resident, payment(t.shop, yen(1)));
     }},
    {Refusal::coin_not_accepted,
     [] {
       TownWithValue t = town_with_value();
       OpenAccount open = shop_of(3);
       open.accepted_coins = {kExemptCoin};
       return t.scenario.run(t.resident, payment(t.scenario.open(open), yen(1)));
     }},
    {Refusal::payment_amount_zero,
     [] {
       TownWithValue t = town_with_value();
       return t.scenario.run(t.resident, payment(t.shop, yen(0)));
     }},
    {Refusal::not_enough_value,
     [] {
       TownWithValue t = town_with_value();
       t.scenario.pay(t.resident, t.shop, 99'999);
       return t.scenario.run(t.resident, payment(t.shop, yen(2)));
     }},
    {Refusal::not_enough_value,
     [] {
       TownWithValue t = town_with_value();  // the day after the last day
       t.scenario.pass_days(day(2027, 3, 31).raw - t.scenario.today().raw);
       t.scenario.pay(t.resident, t.shop, 1);
       t.scenario.pass_days(1);
       return t.scenario.run(t.resident, payment(t.shop, yen(1)));
     }},
    {Refusal::not_enough_value,
     [] {
       Scenario s;  // value for other shops
       state::ProgramTerms terms = grant_terms();
       terms.categories = {4, 6};
       const AccountId resident = s.person(1);
       s.grant(s.program(terms), {resident}, 100);
       return s.run(resident, payment(s.shop(), yen(1)));
     }},
    {Refusal::not_enough_value,
     [] {
       Scenario s;  // a shop that owns nothing which may go onward
       return s.run(s.shop(1), payment(s.shop(2), yen(1)));
     }},
    {Refusal::shop_related,
     [] {
       Scenario s;
       const AccountId owner = s.person(1);
       s.grant(s.program(grant_terms()), {owner}, 100);
       s.pay(owner, s.shop(2), 1);
       return s.run(owner, payment(s.shop(1), yen(1)));
     }},
    {Refusal::shop_related,
     [] {
       Scenario s;  // charges are bound as soon as a premium names them
       const AccountId wife_of_owner = s.person(2, 5);
       const ProgramId charge = s.program(charge_terms());
       s.charge(wife_of_owner, charge, 1'000);
       OpenAccount open = shop_of(1);
       open.related_households = {HouseholdId{5}};
       const AccountId shop = s.open(open);
       s.pay(wife_of_owner, shop, 1);
       s.program(premium_terms(charge));
       return s.run(wife_of_owner, payment(shop, yen(1)));
     }},
    {Refusal::order_repeated,
     [] {
       TownWithValue t = town_with_value();
       t.scenario.must(t.resident, payment(t.shop, yen(1)));
       t.scenario.must(t.resident, payment(t.shop, yen(1)));  // no reference, no order
       t.scenario.must(t.resident, payment(t.shop, yen(1), 7));
       t.scenario.pass_days(2);
       t.scenario.must(t.resident, payment(t.shop, yen(1), 7));
       t.scenario.pass_days(1);
       return t.scenario.run(t.resident, payment(t.shop, yen(1), 7));
     }},
    {Refusal::shop_programs_full,
     [] {
       TownWithValue t = town_with_value();
       t.scenario.alter(t.shop, [](state::Account& row) {
         state::CoinValue& value = row.value.emplace_back();
         value.coin = kCoin;
         for (std::uint32_t id = 1; id <= state::kProgramsPerAccount; ++id) {
           value.takings.push_back({ProgramId{id}, yen(1)});
         }
       });
       return t.scenario.run(t.resident, payment(t.shop, yen(1)));
     }},
    {Refusal::payment_to_self,
     [] {
       Scenario s;
       const AccountId shop = s.shop();
       return s.run(shop, payment(shop, yen(1)));
     }},
    {Refusal::not_a_sender,
     [] {
       TownWithValue t = town_with_value();
       return t.scenario.run(t.shop, Send{t.resident, kCoin, yen(1)});
     }},
    {Refusal::cannot_receive,
     [] {
       TownWithValue t = town_with_value();
       return t.scenario.run(t.resident, Send{kNobody, kCoin, yen(1)});
     }},
    {Refusal::cannot_receive,
     [] {
       TownWithValue t = town_with_value();
       return t.scenario.run(t.resident, Send{t.shop, kCoin, yen(1)});
     }},
    {Refusal::cannot_receive,
     [] {
       TownWithValue t = town_with_value();
       const AccountId shut = t.scenario.person(2);
       t.scenario.must(t.resident, Send{shut, kCoin, yen(1)});
       t.scenario.must(shut, SetReceive{false});
       return t.scenario.run(t.resident, Send{shut, kCoin, yen(1)});
     }},
    {Refusal::cannot_receive,
     [] {
       TownWithValue t = town_with_value();  // the balance of the unverified ends at 30,000
       const AccountId visitor = t.scenario.visitor();
       t.scenario.must(t.resident, Send{visitor, kCoin, yen(30'000)});
       return t.scenario.run(t.resident, Send{visitor, kCoin, yen(1)});
     }},
    {Refusal::cannot_receive,
     [] {
       TownWithValue t = town_with_value();
       const AccountId collector = t.scenario.person(2);
       give_lots(t.scenario, collector, 31);
       t.scenario.must(t.resident, Send{collector, kCoin, yen(1)});  // the 32nd lot
       const AccountId other = t.scenario.person(3);
       give_lots(t.scenario, other, 32);
       return t.scenario.run(t.resident, Send{other, kCoin, yen(1)});
     }},
    {Refusal::send_amount_zero,
     [] {
       TownWithValue t = town_with_value();
       return t.scenario.run(t.resident, Send{t.scenario.person(2), kCoin, yen(0)});
     }},
    {Refusal::not_enough_sendable,
     [] {
       TownWithValue t = town_with_value();
       t.scenario.grant(t.scenario.program(grant_terms()), {t.resident}, 50);
       return t.scenario.run(t.resident, Send{t.scenario.person(2), kCoin, yen(100'001)});
     }},
    {Refusal::not_enough_sendable,
     [] {
       TownWithValue t = town_with_value();  // a premium binds what was charged
       t.scenario.program(premium_terms(t.charge));
       return t.scenario.run(t.resident, Send{t.scenario.person(2), kCoin, yen(1)});
     }},
    {Refusal::not_enough_sendable,
     [] {
       TownWithValue t = town_with_value();
       return t.scenario.run(t.resident, Send{t.scenario.person(2), CoinId{kCoins}, yen(1)});
     }},
    {Refusal::send_to_self,
     [] {
       TownWithValue t = town_with_value();
       return t.scenario.run(t.resident, Send{t.resident, kCoin, yen(1)});
     }},
    {Refusal::over_balance_limit,
     [] {
       Scenario s;
       const ProgramId charge = s.program(charge_terms());
       const AccountId visitor = s.visitor();
       s.charge(visitor, charge, 20'000);
       s.pass_days(1);
       s.charge(visitor, charge, 10'000);
       s.set_float(kAgent, 100'000);
       return s.run(kAgent, Charge{visitor, charge, yen(1), {}});
     }},
    {Refusal::over_balance_limit,
     [] {
       Scenario s;  // the premium counts too
       const ProgramId charge = s.program(charge_terms());
       s.program(premium_terms(charge));
       OpenAccount open = unverified_person();
       open.person = PersonId{1};
       const AccountId visitor = s.open(open);
       s.charge(visitor, charge, 20'000);
       s.pass_days(1);
       s.set_float(kAgent, 100'000);
       return s.run(kAgent, Charge{visitor, charge, yen(7'280), {}});
     }},
    {Refusal::over_payment_limit,
     [] {
       state::Charter charter = town_charter();
       charter.coins[0].limits.payment = yen(50'000);
       TownWithValue t = town_with_value(charter);
       t.scenario.pay(t.resident, t.shop, 50'000);
       return t.scenario.run(t.resident, payment(t.shop, yen(50'001)));
     }},
    {Refusal::over_day_limit,
     [] {
       state::Charter charter = town_charter();
       charter.coins[0].limits.day = yen(50'000);
       TownWithValue t = town_with_value(charter);
       t.scenario.pay(t.resident, t.shop, 49'000);
       t.scenario.must(t.resident, Send{t.scenario.person(2), kCoin, yen(1'000)});
       return t.scenario.run(t.resident, payment(t.shop, yen(1)));
     }},
    {Refusal::too_many_payments,
     [] {
       state::Charter charter = town_charter();
       charter.coins[0].limits.payments_day = 2;
       TownWithValue t = town_with_value(charter);
       t.scenario.pay(t.resident, t.shop, 1);
       t.scenario.must(t.resident, Send{t.scenario.person(2), kCoin, yen(1)});
       return t.scenario.run(t.resident, payment(t.shop, yen(1)));
     }},
    {Refusal::too_many_lots,
     [] {
       Scenario s;
       const AccountId collector = s.person(1);
       give_lots(s, collector, 48);
       const ProgramId benefit = s.program(grant_terms());
       return s.grant_entry(benefit, {collector, yen(1), {}, Date{Date::kNever}});
     }},
    {Refusal::too_many_lots,
     [] {
       Scenario s;
       const AccountId collector = s.person(1);
       give_lots(s, collector, 48);
       const ProgramId last = s.program(charge_terms());
       for (int i = 0; i < 12; ++i)
         s.charge(collector, i < 11 ? s.program(charge_terms()) : last, 1);
       s.charge(collector, last, 1);  // the 60th lot grows
       s.set_float(kAgent, 100);
       return s.run(kAgent, Charge{collector, s.program(charge_terms()), yen(1), {}});
     }},
    {Refusal::too_many_coins,
     [] {
       state::Charter charter = town_charter();
       while (charter.coins.size() < 17) {
         state::Coin coin = charter.coins[0];
         coin.name.text = "coin-" + std::to_string(charter.coins.size());
         charter.roles.push_back({state::Role::issuer,
                                  CoinId{static_cast<std::uint16_t>(charter.coins.size())}, kIssuer,
                                  day(2027, 3, 31)});
         charter.coins.push_back(coin);
       }
       Scenario s{charter};
       const AccountId collector = s.person(1);
       for (std::uint16_t coin = 0; coin < 16; ++coin) {
         s.grant(s.program(grant_terms(CoinId{coin})), {collector}, 1);
       }
       const ProgramId one_more = s.program(grant_terms(CoinId{16}));
       return s.grant_entry(one_more, {collector, yen(1), {}, Date{Date::kNever}});
     }},
    {Refusal::too_many_programs,
     [] {
       Scenario s;
       const AccountId collector = s.person(1);
       const AccountId shop = s.shop();
       for (std::size_t i = 0; i < state::kProgramsPerAccount; ++i) {
         s.grant(s.program(grant_terms()), {collector}, 1);
         s.pay(collector, shop, 1);
       }
       s.grant(ProgramId{0}, {collector}, 1);  // one it takes part in
       return s.grant_entry(s.program(grant_terms()), {collector, yen(1), {}, Date{Date::kNever}});
     }},
};

}  // namespace

std::span<const RefusalCase> payment_refusals() { return kPaymentCases; }

}  // namespace hansatsu::scenario
