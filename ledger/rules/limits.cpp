#include "ledger/rules/limits.h"

#include <algorithm>

#include "ledger/rules/lots.h"

namespace hansatsu::rules {
namespace {

bool exceeds(Amount used, Amount more, Amount limit) {
  const auto total = used.plus(more);
  return !total || *total > limit;
}

/// The card desk's key, in whichever account it stands, has co-signed. A stopped account does not.
bool has_card_desk(const state::Overlay& overlay, const Context& context, CoinId coin) {
  const PublicKey& desk = overlay.charter().coins[coin.raw].card_desk;
  if (desk.is_zero()) return false;
  for (const Signatory& cosigner : context.cosigners) {
    const state::Account* account = overlay.find(cosigner.account);
    ASSERT(account != nullptr && cosigner.slot < account->keys.size());
    if (is_frozen(account->identity, context.time)) continue;
    if (account->keys[cosigner.slot].grant.key == desk) return true;
  }
  return false;
}

Checked check_key(const state::Overlay& overlay, const Context& context, const Spending& spending) {
  const state::KeySlot& slot = signing_key(overlay, context);
  const state::KeyGrant& grant = slot.grant;
  if (!grant.shops.empty() && (!spending.shop || std::find(grant.shops.begin(), grant.shops.end(),
                                                           *spending.shop) == grant.shops.end())) {
    return Err{Refusal::key_shop_not_allowed};
  }
  if (grant.needs_cosignature && !has_card_desk(overlay, context, spending.coin)) {
    return Err{Refusal::cosignature_needed};
  }
  if (spending.amount > grant.limit_payment) return Err{Refusal::key_payment_limit};
  const Amount spent = slot.day == context.today ? slot.spent : Amount{};
  if (exceeds(spent, spending.amount, grant.limit_day)) return Err{Refusal::key_day_limit};
  return {};
}

}  // namespace

DayCounts counts_of(const state::CoinValue* value, Date today) {
  if (value == nullptr || value->day != today) return {};
  return {value->payments, value->refunds, value->paid, value->charged};
}

void begin_day(state::CoinValue& value, Date today) {
  if (value.day == today) return;
  value.day = today;
  value.payments = 0;
  value.refunds = 0;
  value.paid = Amount{};
  value.charged = Amount{};
}

void begin_day(state::KeySlot& slot, Date today) {
  if (slot.day == today) return;
  slot.day = today;
  slot.spent = Amount{};
  slot.transactions = 0;
  slot.refusals = 0;
}

Checked check_spending(const state::Overlay& overlay, const Context& context,
                       const Spending& spending) {
  if (const auto key = check_key(overlay, context, spending); !key) return Err{key.error()};
  const state::CoinLimits& limits = overlay.charter().coins[spending.coin.raw].limits;
  if (spending.amount > limits.payment) return Err{Refusal::over_payment_limit};
  const DayCounts counts =
      counts_of(find_value(signer_of(overlay, context), spending.coin), context.today);
  if (counts.payments >= limits.payments_day) return Err{Refusal::too_many_payments};
  if (exceeds(counts.paid, spending.amount, limits.day)) return Err{Refusal::over_day_limit};
  return {};
}

void count_spending(state::Overlay& overlay, const Context& context, const Spending& spending) {
  state::Account& account = overlay.edit(context.signer.account);
  state::KeySlot& slot = account.keys[context.signer.slot];
  begin_day(slot, context.today);
  slot.spent.add(spending.amount);
  state::CoinValue& value = edit_value(account, spending.coin);
  begin_day(value, context.today);
  value.payments += 1;
  value.paid.add(spending.amount);
}

Amount balance_limit(const state::CoinLimits& limits, state::Level level) {
  return level == state::Level::verified ? limits.balance_verified : limits.balance_unverified;
}

Amount charge_limit(const state::CoinLimits& limits, state::Level level) {
  return level == state::Level::verified ? limits.charge_day_verified
                                         : limits.charge_day_unverified;
}

}  // namespace hansatsu::rules
