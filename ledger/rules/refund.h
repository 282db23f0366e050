#pragma once

#include "ledger/rules/authority.h"

namespace hansatsu::rules {

/// Refund: a shop gives back (part of) one payment. The very lots come back, in reverse order of
/// their consumption, cumulative over partial refunds, with the expiry they had.
/// Source:  docs/protocol/ledger.md "Refunds", rules 2, 3, 4 and 7.
/// Needs:   right refund; the shop that was paid. A frozen shop may refund.
/// Changes: the shop's takings of those programs, then its redemptions still `requested`, newest
///          first, with their fee; the payer's lots (a paying shop's takings); counters takings or
///          pending -> held, or -> expired for what has expired meanwhile; what came back of the
///          payment; the shop's count of the day. Limits on receiving do not apply.
/// Refuses: refund_amount_zero, unknown_payment, refund_window_over, over_payment, payer_closed,
///          too_many_refunds; takings_short, payer_lots_full, refund_dates_full.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const Refund& operation);

}  // namespace hansatsu::rules
