#pragma once

#include "ledger/rules/authority.h"

/// An account's own keys.
/// Source: docs/protocol/ledger.md "Keys".
namespace hansatsu::rules {

/// AddKey: the signer's account gets one more key.
/// Needs:   right manage.
/// Changes: the first empty slot, or a new one; its generation rises with each filling, its counts
///          of the day go on. The key counts after the home coin's waiting time.
/// Refuses: account_frozen; invalid_key, no_rights, key_shops_malformed, no_card_desk;
///          approval_needed (`office` comes only under approval); key_rights_exceeded,
///          key_limits_exceeded (nothing beyond the key that adds it, and no paying or sending key
///          by one with a day limit of its own); key_taken (by the account or a card desk),
///          key_slots_full.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const AddKey& operation);

/// RemoveKey: one key of the signer's account stops at once.
/// Needs:   right manage.
/// Changes: the slot is empty; it keeps its generation and its counts of the day.
/// Refuses: account_frozen; key_not_found; key_is_wider (unless its waiting time still runs: any
///          manage key cancels it until then); last_manage_key.
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const RemoveKey& operation);

/// What every new key must be, whoever adds it.
/// Errors: invalid_key, no_rights, key_shops_malformed, no_card_desk, approval_needed.
[[nodiscard]] Checked check_new_key(const state::Overlay& overlay, const state::KeyGrant& grant,
                                    CoinId home);
/// True for the card desk's key of any coin. Only a registrar puts it into an account: there a stop
/// of that account stops the desk, and no key proves that its holder has asked for the account.
[[nodiscard]] bool is_card_desk(const state::Overlay& overlay, const PublicKey& key);
/// True when `inner` allows nothing that `outer` does not.
[[nodiscard]] bool is_within(const state::KeyGrant& inner, const state::KeyGrant& outer);

}  // namespace hansatsu::rules
