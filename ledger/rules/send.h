#pragma once

#include "ledger/rules/authority.h"

namespace hansatsu::rules {

/// Send: a person gives value to another; each lot keeps its program and its expiry.
/// Source:  docs/protocol/ledger.md "Sends", rules 1, 2, 3, 7 and 8.
/// Needs:   right send; both accounts of persons; the receiver takes sends.
/// Changes: the lots that rule 1 names move; counts of key and account of the day. Counters stay.
///          Bound value (grants, premiums, charges that a premium names) moves only where the coin
///          says so.
/// Refuses: account_frozen; not_a_sender, send_amount_zero, send_to_self; key_shop_not_allowed,
///          cosignature_needed, key_payment_limit, key_day_limit; over_payment_limit,
///          too_many_payments, over_day_limit; not_enough_sendable; cannot_receive, which is all
///          that a sender learns of the receiver.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const Send& operation);

}  // namespace hansatsu::rules
