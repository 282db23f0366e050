#include "ledger/rules/charge.h"

#include <bit>

#include "ledger/rules/issue.h"
#include "ledger/rules/limits.h"

namespace hansatsu::rules {
namespace {

using state::Lot;
using state::Program;
using state::ProgramKind;

Checked check_agent(const state::Overlay& overlay, const Context& context,
                    const Charge& operation) {
  const state::AccountIdentity& agent = signer_of(overlay, context).identity;
  if (agent.kind != AccountKind::agent) return Err{Refusal::not_an_agent};
  if (operation.amount.is_zero()) return Err{Refusal::charge_amount_zero};
  const Program* program = overlay.find(operation.program);
  if (program == nullptr) return Err{Refusal::unknown_program};
  if (program->terms.kind != ProgramKind::charge) return Err{Refusal::not_a_charge_program};
  if (program->terms.coin != agent.home) return Err{Refusal::agent_of_other_coin};
  if (!is_open(*program, context.today)) return Err{Refusal::program_not_open};
  return {};
}

Checked check_receiver(const state::Overlay& overlay, const Context& context,
                       const Charge& operation) {
  const auto account = find_open_account(overlay, operation.account);
  if (!account) return Err{account.error()};
  if ((*account)->identity.kind != AccountKind::person) return Err{Refusal::charge_to_non_person};
  return check_eligible(overlay, {operation.account, operation.program, operation.amount},
                        context.today);
}

/// Cash can become coin: budget, the agent's float, the receiver's limit of the day.
Checked check_cash(const state::Overlay& overlay, const Context& context, const Charge& operation) {
  const Program& program = *overlay.find(operation.program);
  if (const auto budget = check_budget(program, operation.amount); !budget) return budget;
  const state::AccountIdentity& agent = signer_of(overlay, context).identity;
  const auto used = agent.float_used.plus(operation.amount);
  if (!used || *used > agent.float_limit) return Err{Refusal::over_float};
  const state::Account& account = *overlay.find(operation.account);
  const state::CoinLimits& limits = overlay.charter().coins[program.terms.coin.raw].limits;
  const DayCounts counts = counts_of(find_value(account, program.terms.coin), context.today);
  const auto charged = counts.charged.plus(operation.amount);
  if (!charged || *charged > charge_limit(limits, account.identity.level)) {
    return Err{Refusal::over_charge_limit};
  }
  return {};
}

/// The premium program due for this charge, if any.
std::optional<ProgramId> premium_due(const state::Overlay& overlay, const Context& context,
                                     const Charge& operation) {
  const CoinId coin = overlay.find(operation.program)->terms.coin;
  const std::uint64_t tags = tags_for(coin, overlay.find(operation.account)->identity);
  std::optional<ProgramId> due;
  int most_tags = -1;
  for (const ProgramId id : overlay.premium_programs(operation.program)) {
    const Program& premium = *overlay.find(id);
    const std::uint64_t wanted = premium.terms.eligible_tags;
    if (!is_open(premium, context.today) || (tags & wanted) != wanted) continue;
    if (std::popcount(wanted) > most_tags) {
      due = id;
      most_tags = std::popcount(wanted);
    }
  }
  return due;
}

/// All of the premium, or an amount of zero.
Lot premium_of(const state::Overlay& overlay, const Context& context, const Charge& operation) {
  const auto id = premium_due(overlay, context, operation);
  if (!id) return {};
  const Program& premium = *overlay.find(*id);
  const Amount amount = operation.amount.share_floor(premium.terms.rate_basis_points);
  const Date expiry = expiry_of(premium.terms.expiry, context.today);
  const bool can_be_given =
      !amount.is_zero() && check_budget(premium, amount).has_value() &&
      check_expiry(overlay, premium, expiry, context.today).has_value() &&
      check_eligible(overlay, {operation.account, *id, amount, operation.program}, context.today)
          .has_value();
  return can_be_given ? Lot{*id, expiry, amount} : Lot{};
}

Outcome give_both(state::Overlay& overlay, const Context& context, const Charge& operation,
                  const Lot& lot, const Lot& premium) {
  const CoinId coin = overlay.find(operation.program)->terms.coin;
  give(overlay, operation.account, lot, context.today);
  if (!premium.amount.is_zero()) give(overlay, operation.account, premium, context.today);
  state::CoinValue& value = edit_value(overlay.edit(operation.account), coin);
  begin_day(value, context.today);
  value.charged.add(operation.amount);
  overlay.edit(context.signer.account).identity.float_used.add(operation.amount);
  const state::ChargeId id = overlay.append(
      state::Charge{context.signer.account, operation.account, context.time, lot, premium});

  Outcome outcome =
      accepted(context, Charge::kCode, operation.account, Money{coin, operation.amount}, id.raw);
  outcome.private_part.lots.push_back(lot);
  if (!premium.amount.is_zero()) outcome.private_part.lots.push_back(premium);
  outcome.private_part.premium = premium.amount;
  return outcome;
}

}  // namespace

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const Charge& operation) {
  if (const auto agent = check_agent(overlay, context, operation); !agent) {
    return Err{agent.error()};
  }
  if (const auto receiver = check_receiver(overlay, context, operation); !receiver) {
    return Err{receiver.error()};
  }
  const Program& program = *overlay.find(operation.program);
  const Date expiry = expiry_of(program.terms.expiry, context.today);
  if (const auto checked = check_expiry(overlay, program, expiry, context.today); !checked) {
    return Err{checked.error()};
  }
  if (const auto cash = check_cash(overlay, context, operation); !cash) return Err{cash.error()};
  const Lot premium = premium_of(overlay, context, operation);
  if (premium.amount < operation.premium_least) return Err{Refusal::premium_short};
  const std::array<Lot, 2> lots = {Lot{operation.program, expiry, operation.amount}, premium};
  const std::span<const Lot> given{lots.data(), premium.amount.is_zero() ? 1U : 2U};
  const std::size_t lots_max = overlay.charter().coins[program.terms.coin.raw].limits.lots_charge;
  const auto holding =
      check_holding(overlay, operation.account, program.terms.coin, given, lots_max, context.today);
  if (!holding) return Err{holding.error()};
  return give_both(overlay, context, operation, lots[0], premium);
}

}  // namespace hansatsu::rules
