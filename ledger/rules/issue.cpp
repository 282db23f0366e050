#include "ledger/rules/issue.h"

#include <algorithm>

#include "ledger/rules/limits.h"
#include "ledger/rules/moves.h"

namespace hansatsu::rules {
namespace {

constexpr std::uint32_t kExemptMonths = 6;

constexpr Amount kNoCap = Amount::of(Amount::kMax);

bool is_capped(const state::ProgramTerms& terms) {
  return terms.cap_account != kNoCap || terms.cap_person != kNoCap || terms.cap_household != kNoCap;
}

/// Who the account's holder is to the coin's own office; to another's they are nobody.
struct Holder {
  PersonId person;
  HouseholdId household;
};

/// Rows of persons and households hold all coins' programs together: what other towns' issuers gave
/// would take up the places of the holder's own town.
Holder holder_known_to(CoinId coin, const state::AccountIdentity& identity) {
  if (identity.home != coin) return {};
  return {identity.person, identity.household};
}

bool passes(Amount received, Amount more, Amount cap) {
  const auto total = received.plus(more);
  return !total || *total > cap;
}

/// Entries of programs that issue no more are of no use for caps any longer.
void forget_finished(const state::Overlay& overlay, state::ProgramAmounts& received, Date today) {
  std::erase_if(received, [&](const state::ProgramAmount& entry) {
    const state::Program* program = overlay.find(entry.program);
    return program == nullptr || program->closed || program->terms.closes < today;
  });
}

bool has_room(const state::Overlay& overlay, const state::ProgramAmounts& received,
              const Issue& issue, Date today) {
  const auto is_new = [&](ProgramId program) { return amount_of(received, program).is_zero(); };
  const std::size_t added =
      (is_new(issue.program) ? 1U : 0U) + (issue.beside && is_new(*issue.beside) ? 1U : 0U);
  if (received.size() + added <= state::kProgramsPerAccount) return true;
  state::ProgramAmounts kept = received;
  forget_finished(overlay, kept, today);
  return kept.size() + added <= state::kProgramsPerAccount;
}

void count_received(const state::Overlay& overlay, state::ProgramAmounts& received,
                    const state::Lot& lot, Date today) {
  if (received.is_full()) forget_finished(overlay, received, today);
  add_amount(received, lot.program, lot.amount);
}

/// What one of account, person and household has received, and may.
struct Tally {
  const state::ProgramAmounts* received = nullptr;  ///< null = nothing yet
  Amount cap;
};

Checked check_tally(const state::Overlay& overlay, const Tally& tally, const Issue& issue,
                    Date today) {
  const Amount received =
      tally.received == nullptr ? Amount{} : amount_of(*tally.received, issue.program);
  if (passes(received, issue.amount, tally.cap)) return Err{Refusal::over_cap};
  if (tally.received != nullptr && !has_room(overlay, *tally.received, issue, today)) {
    return Err{Refusal::too_many_programs};
  }
  return {};
}

Checked check_caps(const state::Overlay& overlay, const Issue& issue, Date today) {
  const state::Account& account = *overlay.find(issue.account);
  const state::ProgramTerms& terms = overlay.find(issue.program)->terms;
  const state::CoinValue* value = find_value(account, terms.coin);
  const Holder holder = holder_known_to(terms.coin, account.identity);
  std::array<Tally, 3> tallies{};
  tallies[0] = {value == nullptr ? nullptr : &value->received, terms.cap_account};
  tallies[1].cap = kNoCap;
  tallies[2].cap = kNoCap;
  // Who has no pseudonym counts alone: otherwise a cap by household would not bind them at all.
  Tally* narrowest = &tallies[0];
  if (holder.person != PersonId{}) {
    const auto row = overlay.person_row(holder.person);
    tallies[1] = {row ? &overlay.find(*row)->received : nullptr, terms.cap_person};
    narrowest = &tallies[1];
  } else {
    narrowest->cap = std::min(narrowest->cap, terms.cap_person);
  }
  if (holder.household != HouseholdId{}) {
    const auto row = overlay.household_row(holder.household);
    tallies[2] = {row ? &overlay.find(*row)->received : nullptr, terms.cap_household};
  } else {
    narrowest->cap = std::min(narrowest->cap, terms.cap_household);
  }
  for (const Tally& tally : tallies) {
    if (const auto checked = check_tally(overlay, tally, issue, today); !checked) return checked;
  }
  return {};
}

void count_for_caps(state::Overlay& overlay, const Holder& holder, const state::Lot& lot,
                    Date today) {
  if (holder.person != PersonId{}) {
    auto row = overlay.person_row(holder.person);
    if (!row) row = overlay.append(state::Person{holder.person, {}});
    count_received(overlay, overlay.edit(*row).received, lot, today);
  }
  if (holder.household != HouseholdId{}) {
    auto row = overlay.household_row(holder.household);
    if (!row) row = overlay.append(state::Household{holder.household, {}});
    count_received(overlay, overlay.edit(*row).received, lot, today);
  }
}

}  // namespace

Date expiry_of(const state::ExpiryRule& rule, Date issued) {
  const Date day = plus_days(issued, rule.days);
  switch (rule.kind) {
    case state::ExpiryKind::fixed_date:
      return rule.date;
    case state::ExpiryKind::week_after:
      return plus_days(day, 6 - weekday_of(day));
    case state::ExpiryKind::month_after:
      return month_end(day);
    case state::ExpiryKind::day_after:
      return day;
  }
  ASSERT(false);
  return day;
}

Date latest_expiry(const state::Coin& coin, Date issued) {
  if (!coin.six_month_exemption) return Date{Date::kNever};
  return Date{plus_months(issued, kExemptMonths).raw - 1};
}

Checked check_expiry(const state::Overlay& overlay, const state::Program& program, Date expiry,
                     Date today) {
  if (expiry < today) return Err{Refusal::expiry_passed};
  if (expiry > latest_expiry(overlay.charter().coins[program.terms.coin.raw], today)) {
    return Err{Refusal::expiry_too_late};
  }
  if (!has_room_for(program.counters, expiry, kExpiryDatesIssued)) {
    return Err{Refusal::too_many_dates};
  }
  return {};
}

bool is_open(const state::Program& program, Date today) {
  return !program.closed && program.terms.opens <= today && today <= program.terms.closes;
}

Result<const state::Program*, Refusal> find_open_program(const state::Overlay& overlay,
                                                         ProgramId program, Date today) {
  const state::Program* found = overlay.find(program);
  if (found == nullptr) return Err{Refusal::unknown_program};
  if (!is_open(*found, today)) return Err{Refusal::program_not_open};
  return found;
}

Checked check_budget(const state::Program& program, Amount amount) {
  const auto issued = program.counters.issued.plus(amount);
  if (!issued || *issued > program.terms.budget) return Err{Refusal::over_budget};
  return {};
}

std::uint64_t tags_for(CoinId coin, const state::AccountIdentity& identity) {
  return identity.home == coin ? identity.tags : 0;
}

Checked check_eligible(const state::Overlay& overlay, const Issue& issue, Date today) {
  const state::AccountIdentity& identity = overlay.find(issue.account)->identity;
  const state::ProgramTerms& terms = overlay.find(issue.program)->terms;
  const bool counts_people = terms.kind != state::ProgramKind::charge && is_capped(terms);
  const state::Level needed = counts_people ? state::Level::verified : terms.eligible_level;
  if (identity.level < needed) return Err{Refusal::level_needed};
  if (counts_people && identity.home != terms.coin) return Err{Refusal::not_eligible};
  // A premium is for those of whom the office knows whose shops are theirs.
  if (terms.kind == state::ProgramKind::premium &&
      holder_known_to(terms.coin, identity).person == PersonId{}) {
    return Err{Refusal::not_eligible};
  }
  if ((tags_for(terms.coin, identity) & terms.eligible_tags) != terms.eligible_tags) {
    return Err{Refusal::not_eligible};
  }
  return check_caps(overlay, issue, today);
}

Checked check_holding(const state::Overlay& overlay, AccountId account, CoinId coin,
                      std::span<const state::Lot> added, std::size_t lots_max, Date today) {
  const state::Account& holder = *overlay.find(account);
  const state::CoinLimits& limits = overlay.charter().coins[coin.raw].limits;
  const state::CoinValue* value = find_value(holder, coin);
  if (!has_room_for_coin(holder, coin)) return Err{Refusal::too_many_coins};
  const auto balance = balance_of(value, today).plus(total_of(added));
  if (!balance || *balance > balance_limit(limits, holder.identity.level)) {
    return Err{Refusal::over_balance_limit};
  }
  // An account that has more lots already may still get more of what it has.
  const std::size_t lots_before = lots_with(value, {}, today);
  if (lots_with(value, added, today) > std::max(lots_max, lots_before)) {
    return Err{Refusal::too_many_lots};
  }
  return {};
}

void give(state::Overlay& overlay, AccountId account, const state::Lot& lot, Date today) {
  state::Program& program = overlay.edit(lot.program);
  issue_to_holder(program.counters, {lot.expiry, lot.amount});
  state::Account& holder = overlay.edit(account);
  state::CoinValue& value = edit_value(holder, program.terms.coin);
  add_lots(value, {&lot, 1}, today);
  count_received(overlay, value.received, lot, today);
  count_for_caps(overlay, holder_known_to(program.terms.coin, holder.identity), lot, today);
}

}  // namespace hansatsu::rules
