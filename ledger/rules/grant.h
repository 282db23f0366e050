#pragma once

#include "ledger/rules/authority.h"

namespace hansatsu::rules {

/// Grant: an issuer gives value to many; a batch's part runs once.
/// Source:  docs/protocol/ledger.md "Grants", rules 3, 5, 7, 8 and 9.
/// Needs:   right office; issuer of the program's coin; class `grants` at the part's total.
/// Changes: each entry's account, and what it (its person, its household) received; the program's
///          counters; appends the batch part and each claim. An entry that can't be given is
///          passed over and listed in the outcome; `amount` is what was given.
/// Refuses: account_frozen; unknown_program, not_a_grant_program, role_missing, program_not_open;
///          batch_malformed, batch_part_done; entry_malformed, entry_repeated; approval_needed,
///          over_budget (by the total of all entries); expiry_passed, expiry_too_late,
///          too_many_dates.
/// Entries: unknown_account, account_closed, grant_to_non_person; claim_used; level_needed,
///          not_eligible, over_cap, too_many_programs; too_many_coins, over_balance_limit,
///          too_many_lots.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const Grant& operation);

}  // namespace hansatsu::rules
