#pragma once

#include "ledger/rules/authority.h"

namespace hansatsu::rules {

/// Charge: an agent gives coin for cash; the premium, where there is one, comes with it.
/// Source:  docs/protocol/ledger.md "Charges", rules 3, 7, 8 and 9.
/// Needs:   right charge; an agent whose home is the program's coin, with float left.
/// Changes: the account's lots, what it (its person, its household) received and was charged
///          today; the counters of both programs; the agent's float used; appends the charge.
///          Of premium programs open today whose tags the account has, the one with the most tags
///          is due, of equals the oldest: all of it or nothing. Beyond its cap or budget, or below
///          its level, the premium is none.
/// Refuses: account_frozen; not_an_agent, charge_amount_zero, unknown_program,
///          not_a_charge_program, agent_of_other_coin, program_not_open; unknown_account,
///          account_closed, charge_to_non_person; level_needed, not_eligible, over_cap,
///          too_many_programs; expiry_passed, expiry_too_late, too_many_dates; over_budget,
///          over_float, over_charge_limit; premium_short; too_many_coins, over_balance_limit,
///          too_many_lots.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const Charge& operation);

}  // namespace hansatsu::rules
