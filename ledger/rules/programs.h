#pragma once

#include "ledger/rules/authority.h"

namespace hansatsu::rules {

/// OpenProgram: the next program of a coin.
/// Source:  docs/protocol/ledger.md "Programs".
/// Needs:   right office; issuer of the coin; class `programs` at its budget asking for one.
/// Changes: appends the program, with nothing issued.
/// Refuses: account_frozen; role_missing, approval_needed; terms_malformed, dates_malformed,
///          paid_mismatch; onward_not_allowed, sending_not_allowed; unknown_program_shop;
///          bad_charge_program, premium_exists; budgets_over_coin.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const OpenProgram& operation);

}  // namespace hansatsu::rules
