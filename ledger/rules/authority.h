#pragma once

#include "ledger/rules/apply.h"

/// Who may, and how many of them it takes.
/// Source: docs/protocol/ledger.md "Who is asking".
namespace hansatsu::rules {

using Checked = Result<void, Refusal>;

/// True while a freeze counts: it lapses by itself at `frozen_until`.
[[nodiscard]] bool is_frozen(const state::AccountIdentity& identity, Timestamp time);

/// The signer's account and key. Requires: the envelope is admissible.
[[nodiscard]] const state::Account& signer_of(const state::Overlay& overlay,
                                              const Context& context);
[[nodiscard]] const state::KeySlot& signing_key(const state::Overlay& overlay,
                                                const Context& context);

/// An account of kind staff, not frozen or closed, that holds the role in the coin today.
[[nodiscard]] bool holds_role(const state::Overlay& overlay, const Context& context,
                              AccountId account, state::Role role, CoinId coin);
/// The people an operation of this class and amount needs, who asks included. The row with the
/// highest threshold that the amount reaches counts; without a row, one is enough.
[[nodiscard]] std::uint8_t people_needed(const state::Charter& charter,
                                         state::PolicyClass policy_class, CoinId coin,
                                         Amount amount);
/// Errors: role_missing.
[[nodiscard]] Checked check_role(const state::Overlay& overlay, const Context& context,
                                 state::Role role, CoinId coin);
/// Errors: approval_needed where the charter asks for two people or more.
[[nodiscard]] Checked check_approval(const state::Overlay& overlay, state::PolicyClass policy_class,
                                     CoinId coin, Amount amount);

/// The account an office works on. Errors: unknown_account, account_closed.
[[nodiscard]] Result<const state::Account*, Refusal> find_open_account(
    const state::Overlay& overlay, AccountId account);

/// What an operation moved, asked for or set.
struct Money {
  CoinId coin;
  Amount amount;
};
/// An accepted outcome, to be filled with what the operation did.
[[nodiscard]] Outcome accepted(const Context& context, OperationCode operation, AccountId subject,
                               const std::optional<Money>& money, std::uint64_t reference);

}  // namespace hansatsu::rules
