#include "ledger/rules/accounts.h"
#include "tests/ledger/rules_refusals.h"

namespace hansatsu::scenario {
namespace {

using state::PolicyClass;

void close(Scenario& s, AccountId account) {
  s.alter(account, [](state::Account& row) { row.identity.status = state::AccountStatus::closed; });
}

state::Charter asking_for_two(PolicyClass policy_class, Amount threshold = {}) {
  state::Charter charter = town_charter();
  ask_for_two(charter, policy_class, threshold);
  return charter;
}

constexpr RefusalCase kAccountCases[] = {
    {Refusal::unknown_account,
     [] {
       Scenario s;
       return s.run(kRegistrar, Freeze{kNobody});
     }},
    {Refusal::account_closed,
     [] {
       Scenario s;
       const AccountId resident = s.person(1);
       close(s, resident);
       return s.run(kRegistrar, Freeze{resident});
     }},
    {Refusal::account_frozen,
     [] {
       Scenario s;
       const AccountId resident = s.person(1);
       s.must(kRegistrar, Freeze{resident});
       return s.run(resident, SetReceive{false});
     }},
    {Refusal::already_frozen,
     [] {
       Scenario s;
       const AccountId resident = s.person(1);
       s.must(kRegistrar, Freeze{resident});
       return s.run(kRegistrar, Freeze{resident});
     }},
    {Refusal::already_frozen,
     [] {
       Scenario s;  // a stop that has lapsed just now
       const AccountId resident = s.person(1);
       s.must(kRegistrar, Freeze{resident});
       s.pass_ms(kFreezeMs);
       return s.run(kRegistrar, Freeze{resident});
     }},
    {Refusal::not_frozen,
     [] {
       Scenario s;
       const AccountId resident = s.person(1);
       s.must(kRegistrar, Freeze{resident});
       s.pass_ms(kFreezeMs);  // it has lapsed by itself
       return s.run(kRegistrar, Unfreeze{resident});
     }},
    {Refusal::no_keys,
     [] {
       Scenario s;
       OpenAccount open = verified_person(1);
       open.keys.clear();
       return s.run(kRegistrar, open);
     }},
    {Refusal::shop_without_owner,
     [] {
       Scenario s;
       OpenAccount open = shop_of(1);
       open.related_persons.clear();
       return s.run(kRegistrar, open);
     }},
    {Refusal::shop_fields_malformed,
     [] {
       Scenario s;
       OpenAccount open = verified_person(1);
       open.category = 3;
       return s.run(kRegistrar, open);
     }},
    {Refusal::shop_fields_malformed,
     [] {
       Scenario s;
       OpenAccount open = shop_of(1);
       open.related_persons = {PersonId{2}, PersonId{1}};
       return s.run(kRegistrar, open);
     }},
    {Refusal::shop_fields_malformed,
     [] {
       Scenario s;
       OpenAccount open = shop_of(0);  // nobody's pseudonym
       return s.run(kRegistrar, open);
     }},
    {Refusal::unknown_accepted_coin,
     [] {
       Scenario s;
       OpenAccount open = shop_of(1);
       open.accepted_coins = {kCoin, CoinId{kCoins}};
       return s.run(kRegistrar, open);
     }},
    {Refusal::unknown_accepted_coin,
     [] {
       Scenario s;
       OpenAccount open = shop_of(1);
       open.accepted_coins.clear();
       return s.run(kRegistrar, open);
     }},
    {Refusal::pseudonym_misplaced,
     [] {
       Scenario s;
       OpenAccount open = shop_of(1);
       open.person = PersonId{1};
       return s.run(kRegistrar, open);
     }},
    {Refusal::verified_without_person,
     [] {
       Scenario s;
       return s.run(kRegistrar, verified_person(0));
     }},
    {Refusal::unknown_tag,
     [] {
       Scenario s;
       OpenAccount open = verified_person(1);
       open.tags = 7;  // the coin names three tags
       s.must(kRegistrar, open);
       open.tags = 8;
       return s.run(kRegistrar, open);
     }},
    {Refusal::not_a_person,
     [] {
       Scenario s;
       return s.run(s.shop(), SetReceive{false});
     }},
    {Refusal::salt_missing,
     [] {
       Scenario s;
       OpenAccount open = verified_person(1);
       open.salt = Salt{};
       return s.run(kRegistrar, open);
     }},
    {Refusal::approval_needed,
     [] {
       Scenario s{asking_for_two(PolicyClass::accounts)};
       s.must(kEnroller, unverified_person());
       return s.run(kRegistrar, verified_person(1));
     }},
    {Refusal::approval_needed,
     [] {
       Scenario s{asking_for_two(PolicyClass::accounts)};
       const AccountId visitor = s.must(kEnroller, unverified_person()).public_part.subject;
       s.must(kRegistrar, Freeze{visitor});
       return s.run(kRegistrar, Unfreeze{visitor});
     }},
    {Refusal::approval_needed,
     [] {
       Scenario s{asking_for_two(PolicyClass::programs, yen(5'000))};
       state::ProgramTerms terms = grant_terms();
       terms.budget = yen(4'999);
       s.program(terms);
       terms.budget = yen(5'000);
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::approval_needed,
     [] {
       Scenario s{asking_for_two(PolicyClass::grants, yen(3'000))};
       const ProgramId benefit = s.program(grant_terms());
       const AccountId resident = s.person(1);
       s.grant(benefit, {resident, s.person(2)}, 1'499);
       return s.grant_entry(benefit, {resident, yen(3'000), {}, Date{Date::kNever}});
     }},
    {Refusal::approval_needed,
     [] {
       Scenario s{asking_for_two(PolicyClass::floats, yen(10'000))};
       s.set_float(kAgent, 9'999);
       return s.run(kTreasurer, SetFloat{kAgent, yen(10'000)});
     }},
    {Refusal::approval_needed,
     [] {
       Scenario s;  // an office key is never a single person's to give
       OpenAccount open = unverified_person();
       open.kind = AccountKind::staff;
       open.keys[0].rights |= state::kRightOffice;
       return s.run(kRegistrar, open);
     }},
    {Refusal::approval_needed,
     [] {
       Scenario s;
       return s.run(kRegistrar, AddKey{key_grant(50, state::kRightOffice)});
     }},
    {Refusal::role_missing,
     [] {
       state::Charter charter = town_charter();  // a role counts for staff alone
       charter.roles.push_back({state::Role::registrar, kCoin, kTown, day(2027, 3, 31)});
       Scenario s{charter};
       return s.run(kTown, verified_person(1));
     }},
    {Refusal::role_missing,
     [] {
       Scenario s;
       return s.run(kClerk, verified_person(1));
     }},
    {Refusal::role_missing,
     [] {
       Scenario s;
       s.must(kEnroller, unverified_person());
       return s.run(kEnroller, verified_person(1));
     }},
    {Refusal::role_missing,
     [] {
       state::Charter charter = town_charter();
       charter.roles.clear();
       charter.roles.push_back({state::Role::registrar, kCoin, kRegistrar, first_day()});
       Scenario s{charter};
       s.must(kRegistrar, verified_person(1));  // the role's last day
       s.pass_days(1);
       return s.run(kRegistrar, verified_person(2));
     }},
    {Refusal::role_missing,
     [] {
       Scenario s;
       const AccountId resident = s.person(1);
       return s.run(kIssuer, Freeze{resident});
     }},
    {Refusal::role_missing,
     [] {
       Scenario s;
       return s.run(kRegistrar, OpenProgram{grant_terms()});
     }},
    {Refusal::role_missing,
     [] {
       Scenario s;
       const ProgramId benefit = s.program(grant_terms());
       Grant grant{benefit, numbered<BatchId>(1), 0, {}};
       return s.run(kTreasurer, grant);
     }},
    {Refusal::role_missing,
     [] {
       Scenario s;
       return s.run(kIssuer, SetFloat{kAgent, yen(1)});
     }},
    {Refusal::role_missing,
     [] {
       Scenario s;
       return s.run(kIssuer, File{kCoin, numbered<Hash>(1), {}});
     }},
    {Refusal::role_missing,
     [] {
       Scenario s;
       return s.run(kTreasurer, Settle{CoinId{kCoins}, numbered<Hash>(1), {}});
     }},
};

}  // namespace

std::span<const RefusalCase> account_refusals() { return kAccountCases; }

}  // namespace hansatsu::scenario
