#pragma once

#include "ledger/rules/authority.h"

/// How much cash an agent may take before it hands it in: charges never pass it.
/// Source: docs/protocol/ledger.md "Floats", rule 9.
namespace hansatsu::rules {

/// SetFloat: sets an agent's limit; one below what is used stops further charges.
/// Needs:   right office; treasurer of the agent's home coin; class `floats` at the limit.
/// Changes: the agent's limit.
/// Refuses: account_frozen; unknown_account, account_closed, not_an_agent_account; role_missing,
///          approval_needed.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const SetFloat& operation);

/// HandIn: cash was handed in and counted.
/// Needs:   right charge; an agent's account; a treasurer of its home coin co-signs with a key
///          that holds `office`.
/// Changes: the agent's used float goes down.
/// Refuses: account_frozen; not_an_agent_account, hand_in_zero, over_float_used,
///          treasurer_missing.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const HandIn& operation);

}  // namespace hansatsu::rules
