#pragma once

#include "ledger/rules/authority.h"

/// From a shop's takings to money in its bank account: requested -> filed -> paid.
/// Source: docs/protocol/ledger.md "Redemption", rules 10 and 11.
namespace hansatsu::rules {

/// Redeem: a shop asks to be paid its takings of one coin, all of them or the amounts it lists.
/// Needs:   right redeem; a shop's account with bank details on record.
/// Changes: takings become pending; they join the shop's newest redemption of the coin if that is
///          of today, to the same payee and still requested; otherwise appends one with the payee
///          digest of today. Its fee is floor(gross x basis points / 10,000) of the whole.
/// Refuses: account_frozen; not_a_redeemer, no_payee; redeem_amounts_malformed,
///          nothing_to_redeem, over_takings.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const Redeem& operation);

/// File: binds redemptions to a bank file by its hash, line by line: to whom, and how much. A file
/// of more lines than one operation takes is filed in several.
/// Needs:   right office; treasurer of the coin; class `settlement` at the lines' gross total.
/// Changes: each redemption: requested -> filed.
/// Refuses: account_frozen; role_missing; bank_file_missing, lines_malformed; unknown_redemption,
///          not_requested, payee_differs, nothing_left, amount_differs (refunds have lowered it
///          since the bank file was made); approval_needed.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const File& operation);

/// Settle: confirms that redemptions of a bank file were paid.
/// Needs:   right office; treasurer of the coin; class `settlement` at the gross total.
/// Changes: each redemption: filed -> paid; counters pending -> settled, gross.
/// Refuses: account_frozen; role_missing; lines_malformed; unknown_redemption, not_filed;
///          approval_needed.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const Settle& operation);

/// What the bank pays for it: gross less fee.
[[nodiscard]] Amount payout_of(const state::Redemption& redemption);

}  // namespace hansatsu::rules
