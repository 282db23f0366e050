#include "ledger/rules/keys.h"

#include <algorithm>

#include "ledger/crypto/keys.h"
#include "ledger/state/genesis.h"

namespace hansatsu::rules {
namespace {

using state::KeyGrant;
using state::KeySlot;

constexpr std::uint64_t kMinuteMs = 60'000;

bool has_rights_within(const KeyGrant& inner, const KeyGrant& outer) {
  return (inner.rights & ~outer.rights) == 0;
}

bool has_limits_within(const KeyGrant& inner, const KeyGrant& outer) {
  const bool shops_within =
      outer.shops.empty() ||
      (!inner.shops.empty() && std::includes(outer.shops.begin(), outer.shops.end(),
                                             inner.shops.begin(), inner.shops.end()));
  return shops_within && inner.limit_payment <= outer.limit_payment &&
         inner.limit_day <= outer.limit_day &&
         (inner.needs_cosignature || !outer.needs_cosignature) && inner.last_day <= outer.last_day;
}

/// Day limits are counted by key: each key that a limited one added would have a day of its own.
bool multiplies_day(const KeyGrant& added, const KeyGrant& adder) {
  const bool spends = (added.rights & (state::kRightPay | state::kRightSend)) != 0;
  return spends && adder.limit_day < Amount::of(Amount::kMax);
}

bool is_manage_key(const KeySlot& slot, const Context& context) {
  return slot.filled && (slot.grant.rights & state::kRightManage) != 0 &&
         slot.effective_from <= context.time && slot.grant.last_day >= context.today;
}

bool others_manage(const state::Account& account, const Context& context, std::uint8_t removed) {
  for (std::size_t slot = 0; slot < account.keys.size(); ++slot) {
    if (slot != removed && is_manage_key(account.keys[slot], context)) return true;
  }
  return false;
}

/// A day's counts are the slot's: putting in new keys would be a way around them.
void keep_day(KeySlot& slot, const KeySlot& before) {
  slot.day = before.day;
  slot.spent = before.spent;
  slot.transactions = before.transactions;
  slot.refusals = before.refusals;
}

std::size_t first_empty_slot(const state::Account& account) {
  const auto empty = std::find_if(account.keys.begin(), account.keys.end(),
                                  [](const KeySlot& slot) { return !slot.filled; });
  return static_cast<std::size_t>(empty - account.keys.begin());
}

}  // namespace

bool is_within(const KeyGrant& inner, const KeyGrant& outer) {
  return has_rights_within(inner, outer) && has_limits_within(inner, outer);
}

Checked check_new_key(const state::Overlay& overlay, const KeyGrant& grant, CoinId home) {
  if (!is_valid_key(grant.key)) return Err{Refusal::invalid_key};
  if (grant.rights == 0) return Err{Refusal::no_rights};
  for (std::size_t i = 0; i < grant.shops.size(); ++i) {
    const state::Account* shop = overlay.find(grant.shops[i]);
    const bool ascends = i == 0 || grant.shops[i - 1] < grant.shops[i];
    if (!ascends || shop == nullptr || shop->identity.kind != AccountKind::shop) {
      return Err{Refusal::key_shops_malformed};
    }
  }
  if (grant.needs_cosignature && overlay.charter().coins[home.raw].card_desk.is_zero()) {
    return Err{Refusal::no_card_desk};
  }
  if ((grant.rights & state::kRightOffice) != 0) return Err{Refusal::approval_needed};
  return {};
}

bool is_card_desk(const state::Overlay& overlay, const PublicKey& key) {
  const auto& coins = overlay.charter().coins;
  return std::any_of(coins.begin(), coins.end(),
                     [&key](const state::Coin& coin) { return coin.card_desk == key; });
}

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const AddKey& operation) {
  const state::Account& account = signer_of(overlay, context);
  const KeyGrant& adder = signing_key(overlay, context).grant;
  const CoinId home = account.identity.home;
  if (const auto checked = check_new_key(overlay, operation.grant, home); !checked) {
    return Err{checked.error()};
  }
  if (!has_rights_within(operation.grant, adder)) return Err{Refusal::key_rights_exceeded};
  if (!has_limits_within(operation.grant, adder)) return Err{Refusal::key_limits_exceeded};
  if (multiplies_day(operation.grant, adder)) return Err{Refusal::key_limits_exceeded};
  if (is_card_desk(overlay, operation.grant.key)) return Err{Refusal::key_taken};
  for (const KeySlot& slot : account.keys) {
    if (slot.filled && slot.grant.key == operation.grant.key) return Err{Refusal::key_taken};
  }
  const std::size_t place = first_empty_slot(account);
  if (place == state::kKeySlots) return Err{Refusal::key_slots_full};

  auto& keys = overlay.edit(context.signer.account).keys;
  const std::uint64_t minutes = overlay.charter().coins[home.raw].key_waiting_minutes;
  KeySlot slot = state::first_key_slot(operation.grant, plus_ms(context.time, minutes * kMinuteMs));
  if (place == keys.size()) {
    keys.push_back(std::move(slot));
  } else {
    slot.generation = keys[place].generation + 1;
    keep_day(slot, keys[place]);
    keys[place] = std::move(slot);
  }
  return accepted(context, AddKey::kCode, context.signer.account, std::nullopt, place);
}

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const RemoveKey& operation) {
  const state::Account& account = signer_of(overlay, context);
  if (operation.slot >= account.keys.size() || !account.keys[operation.slot].filled ||
      account.keys[operation.slot].generation != operation.generation) {
    return Err{Refusal::key_not_found};
  }
  const KeySlot& removed = account.keys[operation.slot];
  const bool is_waiting = removed.effective_from > context.time;
  if (!is_waiting && !is_within(removed.grant, signing_key(overlay, context).grant)) {
    return Err{Refusal::key_is_wider};
  }
  if (!others_manage(account, context, operation.slot)) return Err{Refusal::last_manage_key};

  KeySlot emptied;
  emptied.generation = operation.generation;
  keep_day(emptied, removed);
  overlay.edit(context.signer.account).keys[operation.slot] = emptied;
  return accepted(context, RemoveKey::kCode, context.signer.account, std::nullopt, operation.slot);
}

}  // namespace hansatsu::rules
