#include "tests/ledger/rules_refusals.h"

namespace hansatsu::scenario {
namespace {

constexpr RefusalCase kProgramCases[] = {
    {Refusal::unknown_program,
     [] {
       Scenario s;
       return s.run(kAgent, Charge{s.person(1), ProgramId{3}, yen(1), {}});
     }},
    {Refusal::program_not_open,
     [] {
       Scenario s;
       state::ProgramTerms terms = charge_terms();
       terms.opens = plus_days(s.today(), 1);
       const ProgramId charge = s.program(terms);
       return s.run(kAgent, Charge{s.person(1), charge, yen(1), {}});
     }},
    {Refusal::program_not_open,
     [] {
       Scenario s;
       state::ProgramTerms terms = grant_terms();
       terms.closes = s.today();
       const ProgramId benefit = s.program(terms);
       s.grant(benefit, {s.person(1)}, 5);  // the last day of issuing
       s.pass_days(1);
       return s.grant_entry(benefit, {s.person(1), yen(5), {}, Date{Date::kNever}});
     }},
    {Refusal::program_not_open,
     [] {
       Scenario s;
       const ProgramId benefit = s.program(grant_terms());
       s.alter(benefit, [](state::Program& row) { row.closed = true; });
       return s.grant_entry(benefit, {s.person(1), yen(5), {}, Date{Date::kNever}});
     }},
    {Refusal::terms_malformed,
     [] {
       Scenario s;

       state::ProgramTerms terms = grant_terms();
       terms.name.text.clear();
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::terms_malformed,
     [] {
       Scenario s;

       state::ProgramTerms terms = grant_terms();
       terms.budget = Amount{};
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::terms_malformed,
     [] {
       Scenario s;

       state::ProgramTerms terms = grant_terms();
       terms.rate_basis_points = 1;  // no premium
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::terms_malformed,
     [] {
       Scenario s;
       const ProgramId charge = s.program(charge_terms());
       state::ProgramTerms terms = premium_terms(charge);
       terms.rate_basis_points = 10'001;
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::terms_malformed,
     [] {
       Scenario s;

       state::ProgramTerms terms = grant_terms();
       terms.categories = {2, 2};
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::terms_malformed,
     [] {
       Scenario s;

       state::ProgramTerms terms = grant_terms();
       terms.shops = {AccountId{9}, AccountId{8}};
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::dates_malformed,
     [] {
       Scenario s;

       state::ProgramTerms terms = grant_terms();
       terms.closes = Date{terms.opens.raw - 1};
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::dates_malformed,
     [] {
       Scenario s;

       state::ProgramTerms terms = charge_terms();
       terms.closes = Date{s.today().raw - 1};
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::dates_malformed,
     [] {
       Scenario s;

       state::ProgramTerms terms = grant_terms();
       terms.expiry.date = Date{terms.opens.raw - 1};
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::dates_malformed,
     [] {
       Scenario s;

       state::ProgramTerms terms = grant_terms();
       terms.redeem_until = Date{terms.opens.raw - 1};
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::dates_malformed,
     [] {
       Scenario s;
       state::ProgramTerms terms = grant_terms();
       terms.expiry = {state::ExpiryKind::day_after, Date{Date::kNever}, 59};
       s.program(terms);
       terms.expiry.days = 60;  // 61 dates would lie ahead
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::paid_mismatch,
     [] {
       Scenario s;

       state::ProgramTerms terms = charge_terms();
       terms.paid = false;
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::paid_mismatch,
     [] {
       Scenario s;
       const ProgramId charge = s.program(charge_terms());
       state::ProgramTerms terms = premium_terms(charge);
       terms.paid = true;
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::bad_charge_program,
     [] {
       Scenario s;

       state::ProgramTerms terms = premium_terms(ProgramId{9});

       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::bad_charge_program,
     [] {
       Scenario s;
       const ProgramId benefit = s.program(grant_terms());
       state::ProgramTerms terms = premium_terms(benefit);

       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::bad_charge_program,
     [] {
       Scenario s;
       const ProgramId charge = s.program(charge_terms());
       state::ProgramTerms terms = premium_terms(charge, kExemptCoin);

       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::premium_exists,
     [] {
       Scenario s;
       const ProgramId charge = s.program(charge_terms());
       state::ProgramTerms terms = premium_terms(charge);
       terms.closes = day(2026, 12, 31);
       s.program(terms);
       terms.eligible_tags = 1;  // another tag set
       s.program(terms);
       terms.eligible_tags = 0;
       terms.opens = day(2027, 1, 1);  // another season
       terms.closes = day(2027, 3, 31);
       s.program(terms);
       terms.opens = day(2026, 12, 31);
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::onward_not_allowed,
     [] {
       Scenario s;
       state::ProgramTerms terms = charge_terms();
       terms.onward = true;
       s.program(terms);
       terms.coin = kExemptCoin;
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::sending_not_allowed,
     [] {
       Scenario s;
       state::ProgramTerms terms = grant_terms(kExemptCoin);
       terms.sendable = true;
       s.program(terms);
       terms.coin = kCoin;
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::budgets_over_coin,
     [] {
       Scenario s;
       state::ProgramTerms terms = grant_terms();
       terms.budget = yen(Amount::kMax - 10);
       s.program(terms);
       terms.budget = yen(10);
       s.program(terms);
       terms.budget = yen(1);
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::budgets_over_coin,
     [] {
       Scenario s;  // of a finished program only what it has issued counts
       state::ProgramTerms terms = grant_terms();
       terms.budget = yen(Amount::kMax);
       terms.closes = s.today();
       const ProgramId finished = s.program(terms);
       s.grant(finished, {s.person(1)}, 7);
       s.pass_days(1);
       terms = grant_terms();
       terms.budget = yen(Amount::kMax - 7);
       s.program(terms);
       terms.budget = yen(1);
       return s.run(kIssuer, OpenProgram{terms});
     }},
    {Refusal::unknown_program_shop,
     [] {
       Scenario s;
       state::ProgramTerms terms = grant_terms();
       terms.shops = {s.shop()};
       s.program(terms);
       terms.shops = {s.person(1)};
       return s.run(kIssuer, OpenProgram{terms});
     }},
};

}  // namespace

std::span<const RefusalCase> program_refusals() { return kProgramCases; }

}  // namespace hansatsu::scenario
