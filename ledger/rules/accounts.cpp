#include "ledger/rules/accounts.h"

#include "ledger/rules/ascends.h"
#include "ledger/rules/keys.h"
#include "ledger/state/genesis.h"

namespace hansatsu::rules {
namespace {

using state::PolicyClass;
using state::Role;

constexpr std::size_t kTagBits = 64;

/// Pseudonyms: ascending, and none of them zero.
template <class Element>
bool is_pseudonym_list(const std::vector<Element>& list) {
  return ascends(list) && (list.empty() || list.front() != Element{});
}

bool may_enroll(const OpenAccount& o) {
  return o.kind == AccountKind::person && o.level == Level::unverified && o.person == PersonId{} &&
         o.household == HouseholdId{} && o.tags == 0;
}

Checked check_opener(const state::Overlay& overlay, const Context& context, const OpenAccount& o) {
  const AccountId opener = context.signer.account;
  if (holds_role(overlay, context, opener, Role::registrar, o.home)) {
    return check_approval(overlay, PolicyClass::accounts, o.home, Amount{});
  }
  if (may_enroll(o) && holds_role(overlay, context, opener, Role::enroller, o.home)) return {};
  return Err{Refusal::role_missing};
}

Checked check_keys(const state::Overlay& overlay, const Context& context, const OpenAccount& o) {
  if (o.keys.empty()) return Err{Refusal::no_keys};
  const bool by_registrar =
      holds_role(overlay, context, context.signer.account, Role::registrar, o.home);
  for (std::size_t i = 0; i < o.keys.size(); ++i) {
    if (const auto checked = check_new_key(overlay, o.keys[i], o.home); !checked) return checked;
    if (!by_registrar && is_card_desk(overlay, o.keys[i].key)) return Err{Refusal::key_taken};
    for (std::size_t j = 0; j < i; ++j) {
      if (o.keys[j].key == o.keys[i].key) return Err{Refusal::key_taken};
    }
  }
  return {};
}

Checked check_holder(const state::Overlay& overlay, const OpenAccount& o) {
  const std::size_t tags = overlay.charter().coins[o.home.raw].tags.size();
  if (tags < kTagBits && o.tags >> tags != 0) return Err{Refusal::unknown_tag};
  const bool has_pseudonyms = o.person != PersonId{} || o.household != HouseholdId{};
  const bool may_have = o.kind == AccountKind::person || o.kind == AccountKind::staff;
  if (has_pseudonyms && !may_have) return Err{Refusal::pseudonym_misplaced};
  if (o.kind == AccountKind::person && o.level == Level::verified && o.person == PersonId{}) {
    return Err{Refusal::verified_without_person};
  }
  return {};
}

Checked check_shop(const state::Overlay& overlay, const OpenAccount& o) {
  if (o.kind != AccountKind::shop) {
    const bool has_shop_fields = o.category != 0 || !o.accepted_coins.empty() ||
                                 !o.related_persons.empty() || !o.related_households.empty() ||
                                 !o.payee_digest.is_zero();
    return has_shop_fields ? Checked{Err{Refusal::shop_fields_malformed}} : Checked{};
  }
  if (!ascends(o.accepted_coins) || !is_pseudonym_list(o.related_persons) ||
      !is_pseudonym_list(o.related_households)) {
    return Err{Refusal::shop_fields_malformed};
  }
  if (o.related_persons.empty() && o.related_households.empty()) {
    return Err{Refusal::shop_without_owner};
  }
  if (o.accepted_coins.empty() || o.accepted_coins.back().raw >= overlay.charter().coins.size()) {
    return Err{Refusal::unknown_accepted_coin};
  }
  return {};
}

state::Account new_account(const Context& context, const OpenAccount& o) {
  state::Account account;
  account.salt = o.salt;
  state::AccountIdentity& identity = account.identity;
  identity.kind = o.kind;
  identity.home = o.home;
  identity.level = o.level;
  identity.person = o.person;
  identity.household = o.household;
  identity.tags = o.tags;
  identity.receives_sends = o.receives_sends;
  identity.category = o.category;
  identity.accepted_coins = o.accepted_coins;
  identity.related_persons = o.related_persons;
  identity.related_households = o.related_households;
  identity.payee_digest = o.payee_digest;
  for (const KeyGrant& grant : o.keys) {
    account.keys.push_back(state::first_key_slot(grant, context.time));
  }
  return account;
}

/// When a stop that begins now ends. One that was ended early may go on, but not beyond its time,
/// and no other begins until as long again has passed: the two in turn would be one without end.
Result<Timestamp, Refusal> end_of_stop(const state::AccountIdentity& identity, Timestamp time) {
  const Timestamp last = identity.frozen_until;
  if (is_frozen(identity, time)) return Err{Refusal::already_frozen};
  if (time < last) return last;
  if (time < plus_ms(last, kFreezeMs)) return Err{Refusal::already_frozen};
  return plus_ms(time, kFreezeMs);
}

Result<const state::Account*, Refusal> find_of_registrar(const state::Overlay& overlay,
                                                         const Context& context, AccountId id) {
  const auto account = find_open_account(overlay, id);
  if (!account) return account;
  const CoinId home = (*account)->identity.home;
  if (const auto role = check_role(overlay, context, Role::registrar, home); !role) {
    return Err{role.error()};
  }
  return account;
}

}  // namespace

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const OpenAccount& operation) {
  if (const auto checked = check_opener(overlay, context, operation); !checked) {
    return Err{checked.error()};
  }
  if (operation.salt.is_zero()) return Err{Refusal::salt_missing};
  if (const auto checked = check_keys(overlay, context, operation); !checked) {
    return Err{checked.error()};
  }
  if (const auto checked = check_holder(overlay, operation); !checked) return Err{checked.error()};
  if (const auto checked = check_shop(overlay, operation); !checked) return Err{checked.error()};

  const AccountId id = overlay.append(new_account(context, operation));
  return accepted(context, OpenAccount::kCode, id, std::nullopt, id.raw);
}

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const SetReceive& operation) {
  if (signer_of(overlay, context).identity.kind != AccountKind::person) {
    return Err{Refusal::not_a_person};
  }
  overlay.edit(context.signer.account).identity.receives_sends = operation.receives_sends;
  return accepted(context, SetReceive::kCode, context.signer.account, std::nullopt, 0);
}

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const Freeze& operation) {
  const auto account = find_of_registrar(overlay, context, operation.account);
  if (!account) return Err{account.error()};
  const auto until = end_of_stop((*account)->identity, context.time);
  if (!until) return Err{until.error()};

  state::AccountIdentity& identity = overlay.edit(operation.account).identity;
  identity.status = state::AccountStatus::frozen;
  identity.frozen_until = *until;
  return accepted(context, Freeze::kCode, operation.account, std::nullopt, operation.account.raw);
}

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const Unfreeze& operation) {
  const auto account = find_of_registrar(overlay, context, operation.account);
  if (!account) return Err{account.error()};
  const CoinId home = (*account)->identity.home;
  if (const auto checked = check_approval(overlay, PolicyClass::accounts, home, Amount{});
      !checked) {
    return Err{checked.error()};
  }
  if (!is_frozen((*account)->identity, context.time)) return Err{Refusal::not_frozen};

  overlay.edit(operation.account).identity.status = state::AccountStatus::active;
  return accepted(context, Unfreeze::kCode, operation.account, std::nullopt, operation.account.raw);
}

}  // namespace hansatsu::rules
