#pragma once

#include "ledger/rules/authority.h"

/// Opening accounts, and stopping them.
/// Source: docs/protocol/ledger.md "Accounts".
namespace hansatsu::rules {

/// A stop by one registrar lapses by itself: 72 hours.
inline constexpr std::uint64_t kFreezeMs = 259'200'000;

/// OpenAccount: the next account.
/// Needs:   right office; registrar of the home coin, or enroller of it for unverified persons
///          without pseudonyms and tags; the charter's class `accounts` asking for one person.
/// Changes: appends the account; its keys count at once, in slots 0, 1, ... of generation 1.
/// Refuses: account_frozen; role_missing, approval_needed; salt_missing; no_keys; invalid_key,
///          no_rights, key_shops_malformed, no_card_desk, key_taken; unknown_tag,
///          pseudonym_misplaced, verified_without_person; shop_fields_malformed,
///          shop_without_owner, unknown_accepted_coin.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const OpenAccount& operation);

/// SetReceive: the signer's account takes sends, or takes none.
/// Needs:   right manage; an account of a person.
/// Changes: the account's bit.
/// Refuses: account_frozen; not_a_person.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const SetReceive& operation);

/// Freeze: the account receives and refunds, no more, for 72 hours.
/// Needs:   right office; registrar of the account's home coin.
/// Changes: its status, and until when. What Unfreeze ended early goes on until its time; from then
///          no stop begins for as long again: nobody stops anyone without end.
/// Refuses: account_frozen; unknown_account, account_closed, role_missing, already_frozen.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const Freeze& operation);

/// Unfreeze: ends a stop early.
/// Needs:   right office; registrar of the account's home coin; class `accounts`.
/// Changes: its status; the stop's time stays on record.
/// Refuses: account_frozen; unknown_account, account_closed, role_missing, approval_needed,
///          not_frozen.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const Unfreeze& operation);

}  // namespace hansatsu::rules
