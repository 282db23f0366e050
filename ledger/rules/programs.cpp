#include "ledger/rules/programs.h"

#include "ledger/rules/ascends.h"
#include "ledger/rules/moves.h"

namespace hansatsu::rules {
namespace {

using state::ExpiryKind;
using state::ProgramKind;

constexpr std::uint16_t kWhole = 10'000;  // basis points

/// At most this many expiry dates of the rule lie ahead on any one day.
std::size_t dates_ahead(const state::ExpiryRule& rule) {
  constexpr std::size_t kWeek = 7;
  constexpr std::size_t kShortestMonth = 28;
  switch (rule.kind) {
    case ExpiryKind::fixed_date:
      return 1;
    case ExpiryKind::day_after:
      return std::size_t{rule.days} + 1;
    case ExpiryKind::week_after:
      return rule.days / kWeek + 2;
    case ExpiryKind::month_after:
      return rule.days / kShortestMonth + 2;
  }
  return 0;
}

Checked check_form(const ProgramTerms& terms) {
  const bool is_premium = terms.kind == ProgramKind::premium;
  const bool rate_fits = is_premium
                             ? terms.rate_basis_points >= 1 && terms.rate_basis_points <= kWhole
                             : terms.rate_basis_points == 0 && terms.charge_program == ProgramId{};
  if (terms.name.text.empty() || terms.budget.is_zero() || !rate_fits || !ascends(terms.shops) ||
      !ascends(terms.categories)) {
    return Err{Refusal::terms_malformed};
  }
  if ((terms.kind == ProgramKind::charge && !terms.paid) || (is_premium && terms.paid)) {
    return Err{Refusal::paid_mismatch};
  }
  return {};
}

Checked check_dates(const ProgramTerms& terms, Date today) {
  const bool is_fixed = terms.expiry.kind == ExpiryKind::fixed_date;
  const bool rule_fits = is_fixed ? terms.expiry.days == 0 && terms.expiry.date >= terms.opens
                                  : terms.expiry.date == Date{Date::kNever};
  if (!rule_fits || terms.closes < terms.opens || terms.closes < today ||
      terms.redeem_until < terms.opens || dates_ahead(terms.expiry) > kExpiryDatesIssued) {
    return Err{Refusal::dates_malformed};
  }
  return {};
}

Checked check_coin(const state::Overlay& overlay, const ProgramTerms& terms) {
  const state::Coin& coin = overlay.charter().coins[terms.coin.raw];
  if (coin.six_month_exemption && terms.onward) return Err{Refusal::onward_not_allowed};
  if (terms.sendable && terms.kind != ProgramKind::charge && !coin.sends_bound_value) {
    return Err{Refusal::sending_not_allowed};
  }
  for (const AccountId shop : terms.shops) {
    const state::Account* account = overlay.find(shop);
    if (account == nullptr || account->identity.kind != AccountKind::shop) {
      return Err{Refusal::unknown_program_shop};
    }
  }
  return {};
}

/// Two premiums would both be due for one charge if their days of issuing touch.
bool overlap(const ProgramTerms& a, const ProgramTerms& b) {
  return a.opens <= b.closes && b.opens <= a.closes;
}

Checked check_premium(const state::Overlay& overlay, const ProgramTerms& terms) {
  if (terms.kind != ProgramKind::premium) return {};
  const state::Program* charge = overlay.find(terms.charge_program);
  if (charge == nullptr || charge->terms.kind != ProgramKind::charge ||
      charge->terms.coin != terms.coin) {
    return Err{Refusal::bad_charge_program};
  }
  for (const ProgramId id : overlay.premium_programs(terms.charge_program)) {
    const state::Program& other = *overlay.find(id);
    if (!other.closed && other.terms.eligible_tags == terms.eligible_tags &&
        overlap(other.terms, terms)) {
      return Err{Refusal::premium_exists};
    }
  }
  return {};
}

/// What programs of a coin have issued or still may is together one Amount, so that no sum of its
/// value can overflow.
Checked check_budgets(const state::Overlay& overlay, const ProgramTerms& terms, Date today) {
  Amount total = terms.budget;
  for (std::uint32_t id = 0; id < overlay.next<state::Program>().raw; ++id) {
    const state::Program& program = *overlay.find(ProgramId{id});
    if (program.terms.coin != terms.coin) continue;
    const bool is_finished = program.closed || program.terms.closes < today;
    const auto sum = total.plus(is_finished ? program.counters.issued : program.terms.budget);
    if (!sum) return Err{Refusal::budgets_over_coin};
    total = *sum;
  }
  return {};
}

}  // namespace

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const OpenProgram& operation) {
  const ProgramTerms& terms = operation.terms;
  if (const auto role = check_role(overlay, context, state::Role::issuer, terms.coin); !role) {
    return Err{role.error()};
  }
  const auto approval =
      check_approval(overlay, state::PolicyClass::programs, terms.coin, terms.budget);
  if (!approval) return Err{approval.error()};
  if (const auto checked = check_form(terms); !checked) return Err{checked.error()};
  if (const auto checked = check_dates(terms, context.today); !checked) {
    return Err{checked.error()};
  }
  if (const auto checked = check_coin(overlay, terms); !checked) return Err{checked.error()};
  if (const auto checked = check_premium(overlay, terms); !checked) return Err{checked.error()};
  if (const auto checked = check_budgets(overlay, terms, context.today); !checked) {
    return Err{checked.error()};
  }

  state::Program program;
  program.terms = terms;
  const ProgramId id = overlay.append(std::move(program));
  return accepted(context, OpenProgram::kCode, context.signer.account,
                  Money{terms.coin, terms.budget}, id.raw);
}

}  // namespace hansatsu::rules
