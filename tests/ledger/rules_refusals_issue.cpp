#include "tests/ledger/rules_refusals.h"

namespace hansatsu::scenario {
namespace {

constexpr RefusalCase kIssueCases[] = {
    {Refusal::over_budget,
     [] {
       Scenario s;
       state::ProgramTerms terms = charge_terms();
       terms.budget = yen(10'000);
       const ProgramId charge = s.program(terms);
       const AccountId resident = s.person(1);
       s.charge(resident, charge, 10'000);
       s.set_float(kAgent, 100'000);
       return s.run(kAgent, Charge{resident, charge, yen(1), {}});
     }},
    {Refusal::over_budget,
     [] {
       Scenario s;
       state::ProgramTerms terms = grant_terms();
       terms.budget = yen(10'000);
       const ProgramId benefit = s.program(terms);
       const AccountId resident = s.person(1);
       s.grant(benefit, {resident, s.person(2)}, 5'000);
       return s.grant_entry(benefit, {resident, yen(1), {}, Date{Date::kNever}});
     }},
    {Refusal::over_budget,
     [] {
       Scenario s;  // a total that no amount can hold
       const ProgramId benefit = s.program(grant_terms());
       Grant grant{benefit, numbered<BatchId>(9), 0, {}};
       for (std::uint32_t i = 0; i < 3; ++i) {
         grant.entries.push_back({AccountId{i}, yen(Amount::kMax), {}, Date{Date::kNever}});
       }
       return s.run(kIssuer, grant);
     }},
    {Refusal::over_cap,
     [] {
       Scenario s;
       state::ProgramTerms terms = grant_terms();
       terms.cap_account = yen(3'000);
       const ProgramId benefit = s.program(terms);
       const AccountId resident = s.person(1);
       s.grant(benefit, {resident}, 3'000);
       return s.grant_entry(benefit, {resident, yen(1), {}, Date{Date::kNever}});
     }},
    {Refusal::over_cap,
     [] {
       Scenario s;  // two accounts of one person
       state::ProgramTerms terms = grant_terms();
       terms.cap_person = yen(3'000);
       const ProgramId benefit = s.program(terms);
       s.grant(benefit, {s.person(1)}, 3'000);
       return s.grant_entry(benefit, {s.person(1), yen(1), {}, Date{Date::kNever}});
     }},
    {Refusal::over_cap,
     [] {
       Scenario s;  // two persons of one household
       state::ProgramTerms terms = charge_terms();
       terms.cap_household = yen(3'000);
       const ProgramId charge = s.program(terms);
       s.charge(s.person(1, 5), charge, 3'000);
       s.set_float(kAgent, 100'000);
       return s.run(kAgent, Charge{s.person(2, 5), charge, yen(1), {}});
     }},
    {Refusal::not_eligible,
     [] {
       Scenario s;  // bit 0 means something else where the account is at home
       state::ProgramTerms terms = charge_terms();
       terms.eligible_tags = 1;
       const ProgramId charge = s.program(terms);
       OpenAccount open = verified_person(1);
       open.tags = 1;
       s.charge(s.open(open), charge, 1);
       open.home = kExemptCoin;
       return s.run(kAgent, Charge{s.open(open), charge, yen(1), {}});
     }},
    {Refusal::not_eligible,
     [] {
       Scenario s;  // another office's pseudonym is another: a cap would not hold
       state::ProgramTerms terms = grant_terms();
       const ProgramId open_to_all = s.program(terms);
       terms.cap_person = yen(1'000);
       const ProgramId capped = s.program(terms);
       OpenAccount open = verified_person(1);
       open.home = kExemptCoin;
       const AccountId guest = s.open(open);
       s.grant(open_to_all, {guest}, 1);
       return s.grant_entry(capped, {guest, yen(1), {}, Date{Date::kNever}});
     }},
    {Refusal::not_eligible,
     [] {
       Scenario s;
       state::ProgramTerms terms = grant_terms();
       terms.eligible_tags = 3;
       const ProgramId benefit = s.program(terms);
       OpenAccount open = verified_person(1);
       open.tags = 7;
       const AccountId eligible = s.open(open);
       s.grant(benefit, {eligible}, 1);
       open.tags = 1;
       return s.grant_entry(benefit, {s.open(open), yen(1), {}, Date{Date::kNever}});
     }},
    {Refusal::level_needed,
     [] {
       Scenario s;
       state::ProgramTerms terms = charge_terms();
       terms.eligible_level = Level::verified;
       const ProgramId charge = s.program(terms);
       return s.run(kAgent, Charge{s.visitor(), charge, yen(1), {}});
     }},
    {Refusal::level_needed,
     [] {
       Scenario s;  // a cap would not hold for the unverified
       state::ProgramTerms terms = grant_terms();
       terms.cap_household = yen(3'000);
       const ProgramId benefit = s.program(terms);
       return s.grant_entry(benefit, {s.visitor(), yen(1), {}, Date{Date::kNever}});
     }},
    {Refusal::expiry_passed,
     [] {
       Scenario s;
       state::ProgramTerms terms = charge_terms();
       terms.expiry.date = plus_days(s.today(), 2);
       const ProgramId charge = s.program(terms);
       const AccountId resident = s.person(1);
       s.pass_days(2);
       s.charge(resident, charge, 1);
       s.pass_days(1);
       s.set_float(kAgent, 100);
       return s.run(kAgent, Charge{resident, charge, yen(1), {}});
     }},
    {Refusal::expiry_passed,
     [] {
       Scenario s;
       state::ProgramTerms terms = grant_terms();
       terms.paid = true;
       const ProgramId benefit = s.program(terms);
       const Date yesterday{s.today().raw - 1};
       return s.grant_entry(benefit, {s.person(1), yen(1), {}, yesterday});
     }},
    {Refusal::expiry_too_late,
     [] {
       Scenario s;  // issued on 20 November: 19 May is the last day there may be
       state::ProgramTerms terms = charge_terms(kExemptCoin);
       terms.expiry.date = day(2027, 5, 19);
       s.charge(s.person(1), s.program(terms), 1);
       terms.expiry.date = day(2027, 5, 20);
       const ProgramId charge = s.program(terms);
       s.set_float(kExemptAgent, 100);
       return s.run(kExemptAgent, Charge{s.person(1), charge, yen(1), {}});
     }},
    {Refusal::too_many_dates,
     [] {
       Scenario s;
       state::ProgramTerms terms = grant_terms();
       terms.paid = true;
       const ProgramId benefit = s.program(terms);
       Grant grant{benefit, numbered<BatchId>(9), 0, {}};
       for (std::uint32_t i = 0; i < 60; ++i) {
         grant.entries.push_back({s.person(i + 1), yen(1), {}, plus_days(s.today(), i)});
       }
       s.must(kIssuer, grant);
       return s.grant_entry(benefit, {s.person(1), yen(1), {}, plus_days(s.today(), 60)});
     }},
    {Refusal::too_many_dates,
     [] {
       Scenario s;
       state::ProgramTerms terms = grant_terms();
       terms.paid = true;
       Grant grant{s.program(terms), numbered<BatchId>(9), 0, {}};
       for (std::uint32_t i = 0; i < 61; ++i) {
         grant.entries.push_back({s.person(i + 1), yen(1), {}, plus_days(s.today(), i)});
       }
       return s.run(kIssuer, grant);
     }},
    {Refusal::not_an_agent,
     [] {
       Scenario s;
       const ProgramId charge = s.program(charge_terms());
       return s.run(s.shop(), Charge{s.person(1), charge, yen(1), {}});
     }},
    {Refusal::not_a_charge_program,
     [] {
       Scenario s;
       return s.run(kAgent, Charge{s.person(1), s.program(grant_terms()), yen(1), {}});
     }},
    {Refusal::charge_amount_zero,
     [] {
       Scenario s;
       return s.run(kAgent, Charge{s.person(1), s.program(charge_terms()), yen(0), {}});
     }},
    {Refusal::charge_to_non_person,
     [] {
       Scenario s;
       return s.run(kAgent, Charge{s.shop(), s.program(charge_terms()), yen(1), {}});
     }},
    {Refusal::over_charge_limit,
     [] {
       Scenario s;
       const ProgramId charge = s.program(charge_terms());
       const AccountId visitor = s.visitor();
       s.charge(visitor, charge, 20'000);
       s.pass_days(1);
       s.charge(visitor, charge, 1'000);  // a new day
       s.set_float(kAgent, 100'000);
       return s.run(kAgent, Charge{visitor, charge, yen(19'001), {}});
     }},
    {Refusal::over_float,
     [] {
       Scenario s;
       const ProgramId charge = s.program(charge_terms());
       const AccountId resident = s.person(1);
       s.set_float(kAgent, 10'000);
       s.must(kAgent, Charge{resident, charge, yen(10'000), {}});
       return s.run(kAgent, Charge{resident, charge, yen(1), {}});
     }},
    {Refusal::premium_short,
     [] {
       Scenario s;
       const ProgramId charge = s.program(charge_terms());
       s.program(premium_terms(charge));
       s.set_float(kAgent, 100'000);
       const AccountId resident = s.person(1);
       s.must(kAgent, Charge{resident, charge, yen(1'009), yen(100)});
       return s.run(kAgent, Charge{resident, charge, yen(1'009), yen(101)});
     }},
    {Refusal::agent_of_other_coin,
     [] {
       Scenario s;
       return s.run(kExemptAgent, Charge{s.person(1), s.program(charge_terms()), yen(1), {}});
     }},
    {Refusal::not_a_grant_program,
     [] {
       Scenario s;
       return s.grant_entry(s.program(charge_terms()),
                            {s.person(1), yen(1), {}, Date{Date::kNever}});
     }},
    {Refusal::batch_part_done,
     [] {
       Scenario s;
       Grant grant{s.program(grant_terms()), numbered<BatchId>(9), 0, {}};
       grant.entries.push_back({s.person(1), yen(1), {}, Date{Date::kNever}});
       s.must(kIssuer, grant);
       grant.part = 1;
       s.must(kIssuer, grant);
       return s.run(kIssuer, grant);
     }},
    {Refusal::batch_malformed,
     [] {
       Scenario s;
       return s.run(kIssuer, Grant{s.program(grant_terms()), numbered<BatchId>(9), 0, {}});
     }},
    {Refusal::batch_malformed,
     [] {
       Scenario s;
       Grant grant{s.program(grant_terms()), {}, 0, {}};
       grant.entries.push_back({s.person(1), yen(1), {}, Date{Date::kNever}});
       return s.run(kIssuer, grant);
     }},
    {Refusal::entry_malformed,
     [] {
       Scenario s;
       return s.grant_entry(s.program(grant_terms()),
                            {s.person(1), yen(0), {}, Date{Date::kNever}});
     }},
    {Refusal::entry_malformed,
     [] {
       Scenario s;  // free value lives as long as its rule says
       return s.grant_entry(s.program(grant_terms()), {s.person(1), yen(1), {}, s.today()});
     }},
    {Refusal::entry_malformed,
     [] {
       Scenario s;  // paid value may live shorter, never longer
       state::ProgramTerms terms = grant_terms();
       terms.paid = true;
       const ProgramId benefit = s.program(terms);
       const AccountId resident = s.person(1);
       const auto given = s.grant_entry(benefit, {resident, yen(1), {}, terms.expiry.date});
       if (!given) return given;
       return s.grant_entry(benefit, {resident, yen(1), {}, plus_days(terms.expiry.date, 1)});
     }},
    {Refusal::entry_repeated,
     [] {
       Scenario s;
       Grant grant{s.program(grant_terms()), numbered<BatchId>(9), 0, {}};
       grant.entries.assign(2, {s.person(1), yen(1), {}, Date{Date::kNever}});
       return s.run(kIssuer, grant);
     }},
    {Refusal::entry_repeated,
     [] {
       Scenario s;
       Grant grant{s.program(grant_terms()), numbered<BatchId>(9), 0, {}};
       for (std::uint64_t person = 1; person <= 2; ++person) {
         grant.entries.push_back(
             {s.person(person), yen(1), numbered<ClaimId>(5), Date{Date::kNever}});
       }
       return s.run(kIssuer, grant);
     }},
    {Refusal::claim_used,
     [] {
       Scenario s;
       const ProgramId points = s.program(grant_terms());
       const GrantEntry entry{s.person(1), yen(1), numbered<ClaimId>(5), Date{Date::kNever}};
       if (auto first = s.grant_entry(points, entry); !first) return first;
       return s.grant_entry(points, entry);
     }},
    {Refusal::grant_to_non_person,
     [] {
       Scenario s;
       return s.grant_entry(s.program(grant_terms()), {s.shop(), yen(1), {}, Date{Date::kNever}});
     }},
};

}  // namespace

std::span<const RefusalCase> issue_refusals() { return kIssueCases; }

}  // namespace hansatsu::scenario
