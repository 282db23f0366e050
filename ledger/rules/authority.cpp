#include "ledger/rules/authority.h"

namespace hansatsu::rules {

bool is_frozen(const state::AccountIdentity& identity, Timestamp time) {
  return identity.status == state::AccountStatus::frozen && time < identity.frozen_until;
}

const state::Account& signer_of(const state::Overlay& overlay, const Context& context) {
  const state::Account* account = overlay.find(context.signer.account);
  ASSERT(account != nullptr);
  return *account;
}

const state::KeySlot& signing_key(const state::Overlay& overlay, const Context& context) {
  const state::Account& account = signer_of(overlay, context);
  ASSERT(context.signer.slot < account.keys.size());
  const state::KeySlot& slot = account.keys[context.signer.slot];
  ASSERT(slot.filled);
  return slot;
}

bool holds_role(const state::Overlay& overlay, const Context& context, AccountId account,
                state::Role role, CoinId coin) {
  const state::Account* holder = overlay.find(account);
  if (holder == nullptr || holder->identity.kind != state::AccountKind::staff) return false;
  if (holder->identity.status == state::AccountStatus::closed) return false;
  if (is_frozen(holder->identity, context.time)) return false;
  for (const state::RoleGrant& grant : overlay.charter().roles) {
    if (grant.account == account && grant.role == role && grant.coin == coin &&
        grant.until >= context.today) {
      return true;
    }
  }
  return false;
}

std::uint8_t people_needed(const state::Charter& charter, state::PolicyClass policy_class,
                           CoinId coin, Amount amount) {
  const state::PolicyRow* highest = nullptr;
  for (const state::PolicyRow& row : charter.policy) {
    if (row.policy_class != policy_class || row.coin != coin || row.threshold > amount) continue;
    if (highest == nullptr || row.threshold >= highest->threshold) highest = &row;
  }
  return highest == nullptr ? std::uint8_t{1} : highest->people;
}

Checked check_role(const state::Overlay& overlay, const Context& context, state::Role role,
                   CoinId coin) {
  if (!holds_role(overlay, context, context.signer.account, role, coin)) {
    return Err{Refusal::role_missing};
  }
  return {};
}

Checked check_approval(const state::Overlay& overlay, state::PolicyClass policy_class, CoinId coin,
                       Amount amount) {
  if (people_needed(overlay.charter(), policy_class, coin, amount) > 1) {
    return Err{Refusal::approval_needed};
  }
  return {};
}

Result<const state::Account*, Refusal> find_open_account(const state::Overlay& overlay,
                                                         AccountId account) {
  const state::Account* found = overlay.find(account);
  if (found == nullptr) return Err{Refusal::unknown_account};
  if (found->identity.status == state::AccountStatus::closed) return Err{Refusal::account_closed};
  return found;
}

Outcome accepted(const Context& context, OperationCode operation, AccountId subject,
                 const std::optional<Money>& money, std::uint64_t reference) {
  Outcome outcome;
  outcome.public_part.operation = operation;
  outcome.public_part.subject = subject;
  if (money) {
    outcome.public_part.coin = money->coin;
    outcome.public_part.amount = money->amount;
  }
  outcome.public_part.time = context.time;
  outcome.public_part.reference = reference;
  return outcome;
}

}  // namespace hansatsu::rules
