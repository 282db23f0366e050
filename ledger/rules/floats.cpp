#include "ledger/rules/floats.h"

namespace hansatsu::rules {
namespace {

bool treasurer_cosigned(const state::Overlay& overlay, const Context& context, CoinId coin) {
  for (const Signatory& cosigner : context.cosigners) {
    if (!holds_role(overlay, context, cosigner.account, state::Role::treasurer, coin)) continue;
    const state::Account& treasurer = *overlay.find(cosigner.account);
    ASSERT(cosigner.slot < treasurer.keys.size());
    if ((treasurer.keys[cosigner.slot].grant.rights & state::kRightOffice) != 0) return true;
  }
  return false;
}

}  // namespace

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const SetFloat& operation) {
  const auto agent = find_open_account(overlay, operation.agent);
  if (!agent) return Err{agent.error()};
  if ((*agent)->identity.kind != AccountKind::agent) return Err{Refusal::not_an_agent_account};
  const CoinId coin = (*agent)->identity.home;
  if (const auto role = check_role(overlay, context, state::Role::treasurer, coin); !role) {
    return Err{role.error()};
  }
  const auto approval = check_approval(overlay, state::PolicyClass::floats, coin, operation.limit);
  if (!approval) return Err{approval.error()};

  overlay.edit(operation.agent).identity.float_limit = operation.limit;
  return accepted(context, SetFloat::kCode, operation.agent, Money{coin, operation.limit},
                  operation.agent.raw);
}

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const HandIn& operation) {
  const state::AccountIdentity& agent = signer_of(overlay, context).identity;
  if (agent.kind != AccountKind::agent) return Err{Refusal::not_an_agent_account};
  if (operation.amount.is_zero()) return Err{Refusal::hand_in_zero};
  if (operation.amount > agent.float_used) return Err{Refusal::over_float_used};
  if (!treasurer_cosigned(overlay, context, agent.home)) return Err{Refusal::treasurer_missing};

  const CoinId coin = agent.home;
  overlay.edit(context.signer.account).identity.float_used.subtract(operation.amount);
  return accepted(context, HandIn::kCode, context.signer.account, Money{coin, operation.amount},
                  context.signer.account.raw);
}

}  // namespace hansatsu::rules
