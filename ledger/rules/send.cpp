#include "ledger/rules/send.h"

#include "ledger/rules/issue.h"
#include "ledger/rules/limits.h"

namespace hansatsu::rules {
namespace {

using state::Lot;

bool is_sendable(const state::Overlay& overlay, ProgramId id) {
  const state::Program& program = *overlay.find(id);
  return program.terms.sendable &&
         (overlay.charter().coins[program.terms.coin.raw].sends_bound_value ||
          !is_bound(overlay, id, program));
}

std::optional<Lots> choose(const state::Overlay& overlay, const Context& context,
                           const Send& operation) {
  std::vector<Candidate> candidates;
  const state::CoinValue* value = find_value(signer_of(overlay, context), operation.coin);
  if (value == nullptr) return std::nullopt;
  for (const Lot& lot : value->lots) {
    if (!is_live(lot, context.today) || !is_sendable(overlay, lot.program)) continue;
    candidates.push_back({lot, overlay.find(lot.program)->terms.priority});
  }
  return choose_lots(std::move(candidates), operation.amount);
}

bool can_receive(const state::Overlay& overlay, const Context& context, const Send& operation,
                 const Lots& lots) {
  const auto receiver = find_open_account(overlay, operation.receiver);
  if (!receiver) return false;
  const state::AccountIdentity& identity = (*receiver)->identity;
  if (identity.kind != AccountKind::person || !identity.receives_sends) return false;
  const std::size_t lots_max = overlay.charter().coins[operation.coin.raw].limits.lots_send;
  return check_holding(overlay, operation.receiver, operation.coin, lots, lots_max, context.today)
      .has_value();
}

}  // namespace

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const Send& operation) {
  if (signer_of(overlay, context).identity.kind != AccountKind::person) {
    return Err{Refusal::not_a_sender};
  }
  if (operation.amount.is_zero()) return Err{Refusal::send_amount_zero};
  if (operation.receiver == context.signer.account) return Err{Refusal::send_to_self};
  if (operation.coin.raw >= overlay.charter().coins.size()) {
    return Err{Refusal::not_enough_sendable};
  }
  const Spending spending{operation.coin, operation.amount, std::nullopt};
  if (const auto limits = check_spending(overlay, context, spending); !limits) {
    return Err{limits.error()};
  }
  const auto lots = choose(overlay, context, operation);
  if (!lots) return Err{Refusal::not_enough_sendable};
  if (!can_receive(overlay, context, operation, *lots)) return Err{Refusal::cannot_receive};

  state::Account& sender = overlay.edit(context.signer.account);
  take_lots(edit_value(sender, operation.coin), *lots, context.today);
  state::Account& receiver = overlay.edit(operation.receiver);
  add_lots(edit_value(receiver, operation.coin), *lots, context.today);
  count_spending(overlay, context, spending);
  Outcome outcome = accepted(context, Send::kCode, operation.receiver,
                             Money{operation.coin, operation.amount}, 0);
  outcome.private_part.lots.assign(lots->begin(), lots->end());
  return outcome;
}

}  // namespace hansatsu::rules
