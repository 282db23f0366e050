#pragma once

#include "ledger/rules/authority.h"

namespace hansatsu::rules {

/// Pay: a holder pays a shop; a shop pays another where a program lets its takings go onward.
/// Source:  docs/protocol/ledger.md "Payments", rules 1, 2, 5, 7 and 8.
/// Needs:   right pay; a person's account, or a shop's.
/// Changes: the payer's lots (a shop's takings) that rule 1 names become the shop's takings;
///          counters held -> takings; counts of key and account of the day; appends the payment.
/// Refuses: account_frozen; not_a_payer, payment_amount_zero, payment_to_self;
///          shop_cannot_receive, coin_not_accepted; order_repeated (today or yesterday);
///          key_shop_not_allowed, cosignature_needed, key_payment_limit, key_day_limit;
///          over_payment_limit, too_many_payments, over_day_limit; not_enough_value,
///          shop_related; shop_programs_full, too_many_coins.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const Pay& operation);

}  // namespace hansatsu::rules
