#pragma once

#include "ledger/rules/authority.h"

/// Limits of key and coin on what leaves an account, and the counts of a day behind them.
/// Source: docs/protocol/ledger.md, rule 7.
namespace hansatsu::rules {

/// Counts of one local day; all zero on a day on which nothing happened yet.
struct DayCounts {
  std::uint32_t payments = 0;
  std::uint32_t refunds = 0;
  Amount paid;
  Amount charged;
};
[[nodiscard]] DayCounts counts_of(const state::CoinValue* value, Date today);
/// Clears counts of an earlier day.
void begin_day(state::CoinValue& value, Date today);
void begin_day(state::KeySlot& slot, Date today);

/// What is about to leave the signer's account. `shop` is absent for a send.
struct Spending {
  CoinId coin;
  Amount amount;
  std::optional<AccountId> shop;
};
/// Errors: key_shop_not_allowed, cosignature_needed, key_payment_limit, key_day_limit,
/// over_payment_limit, too_many_payments, over_day_limit.
[[nodiscard]] Checked check_spending(const state::Overlay& overlay, const Context& context,
                                     const Spending& spending);
/// Counts it with the key and the account. Requires: the account has held the coin.
void count_spending(state::Overlay& overlay, const Context& context, const Spending& spending);

/// The most an account of this level may hold of the coin.
[[nodiscard]] Amount balance_limit(const state::CoinLimits& limits, state::Level level);
[[nodiscard]] Amount charge_limit(const state::CoinLimits& limits, state::Level level);

}  // namespace hansatsu::rules
