#include "ledger/rules/grant.h"

#include <algorithm>
#include <set>

#include "ledger/crypto/merkle_path.h"
#include "ledger/rules/issue.h"
#include "ledger/rules/moves.h"

namespace hansatsu::rules {
namespace {

using state::Lot;
using state::Program;

Result<const Program*, Refusal> check_batch(const state::Overlay& overlay, const Context& context,
                                            const Grant& operation) {
  const Program* program = overlay.find(operation.program);
  if (program == nullptr) return Err{Refusal::unknown_program};
  if (program->terms.kind != state::ProgramKind::grant) return Err{Refusal::not_a_grant_program};
  const auto role = check_role(overlay, context, state::Role::issuer, program->terms.coin);
  if (!role) return Err{role.error()};
  if (!is_open(*program, context.today)) return Err{Refusal::program_not_open};
  if (operation.batch.is_zero() || operation.entries.empty()) {
    return Err{Refusal::batch_malformed};
  }
  if (overlay.batch_row(operation.program, operation.batch, operation.part)) {
    return Err{Refusal::batch_part_done};
  }
  return program;
}

/// An entry's expiry: the rule's, or in a paid program an earlier one of its own.
Date expiry_of(const GrantEntry& entry, Date by_rule) {
  return entry.expiry == Date{Date::kNever} ? by_rule : entry.expiry;
}

/// Faults of the list itself refuse the whole of it; gives the list's total.
Result<Amount, Refusal> check_entries(const Program& program, const Grant& operation,
                                      Date by_rule) {
  std::set<AccountId> accounts;
  std::set<ClaimId> claims;
  Amount total;
  for (const GrantEntry& entry : operation.entries) {
    const bool has_expiry = entry.expiry != Date{Date::kNever};
    if (entry.amount.is_zero() || (has_expiry && (!program.terms.paid || entry.expiry > by_rule))) {
      return Err{Refusal::entry_malformed};
    }
    const bool is_new = entry.claim.is_zero() ? accounts.insert(entry.account).second
                                              : claims.insert(entry.claim).second;
    if (!is_new) return Err{Refusal::entry_repeated};
    const auto sum = total.plus(entry.amount);
    if (!sum) return Err{Refusal::over_budget};
    total = *sum;
  }
  return total;
}

/// Every entry's date can be issued, all of them together.
Checked check_expiries(const state::Overlay& overlay, const Program& program,
                       const Grant& operation, Date by_rule, Date today) {
  std::set<Date> dates;
  for (const GrantEntry& entry : operation.entries) dates.insert(expiry_of(entry, by_rule));
  for (const state::HeldUntil& held : program.counters.held) dates.insert(held.expiry);
  for (const GrantEntry& entry : operation.entries) {
    const auto checked = check_expiry(overlay, program, expiry_of(entry, by_rule), today);
    if (!checked) return checked;
  }
  const std::size_t dates_max = std::max(kExpiryDatesIssued, program.counters.held.size());
  if (dates.size() > dates_max) return Err{Refusal::too_many_dates};
  return {};
}

Checked check_entry(const state::Overlay& overlay, const GrantEntry& entry, const Lot& lot,
                    CoinId coin, Date today) {
  const auto account = find_open_account(overlay, entry.account);
  if (!account) return Err{account.error()};
  if ((*account)->identity.kind != AccountKind::person) return Err{Refusal::grant_to_non_person};
  if (!entry.claim.is_zero() && overlay.claim_row(coin, entry.claim)) {
    return Err{Refusal::claim_used};
  }
  const auto eligible = check_eligible(overlay, {entry.account, lot.program, lot.amount}, today);
  if (!eligible) return eligible;
  const std::size_t lots_max = overlay.charter().coins[coin.raw].limits.lots_grant;
  return check_holding(overlay, entry.account, coin, {&lot, 1}, lots_max, today);
}

state::BatchRow record_batch(state::Overlay& overlay, const Grant& operation) {
  std::vector<Hash> leaves;
  leaves.reserve(operation.entries.size());
  for (const GrantEntry& entry : operation.entries) {
    leaves.push_back(hash_of(HashTag::batch, entry));
  }
  state::Batch batch;
  batch.id = operation.batch;
  batch.part = operation.part;
  batch.program = operation.program;
  batch.entries_root = merkle_root(leaves);
  batch.entries = static_cast<std::uint16_t>(operation.entries.size());
  return overlay.append(std::move(batch));
}

Outcome give_entries(state::Overlay& overlay, const Context& context, const Grant& operation,
                     Date by_rule) {
  const CoinId coin = overlay.find(operation.program)->terms.coin;
  Outcome outcome = accepted(context, Grant::kCode, context.signer.account, Money{coin, Amount{}},
                             record_batch(overlay, operation).raw);
  for (std::size_t i = 0; i < operation.entries.size(); ++i) {
    const GrantEntry& entry = operation.entries[i];
    const Lot lot{operation.program, expiry_of(entry, by_rule), entry.amount};
    const auto checked = check_entry(overlay, entry, lot, coin, context.today);
    if (!checked) {
      outcome.private_part.refused_entries.push_back(
          {static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(checked.error())});
      continue;
    }
    give(overlay, entry.account, lot, context.today);
    if (!entry.claim.is_zero()) overlay.append(state::Claim{entry.claim, coin, operation.program});
    outcome.public_part.amount.add(entry.amount);
  }
  return outcome;
}

}  // namespace

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const Grant& operation) {
  const auto program = check_batch(overlay, context, operation);
  if (!program) return Err{program.error()};
  const Date by_rule = rules::expiry_of((*program)->terms.expiry, context.today);
  const auto total = check_entries(**program, operation, by_rule);
  if (!total) return Err{total.error()};
  const auto approval =
      check_approval(overlay, state::PolicyClass::grants, (*program)->terms.coin, *total);
  if (!approval) return Err{approval.error()};
  if (const auto budget = check_budget(**program, *total); !budget) return Err{budget.error()};
  const auto expiries = check_expiries(overlay, **program, operation, by_rule, context.today);
  if (!expiries) return Err{expiries.error()};
  return give_entries(overlay, context, operation, by_rule);
}

}  // namespace hansatsu::rules
