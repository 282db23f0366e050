#pragma once

#include <optional>

#include "ledger/state/overlay.h"

/// What an account has of a coin, and which part of it pays.
/// Source: docs/protocol/ledger.md, rules 1, 2 and 8.
namespace hansatsu::rules {

using Lots = BoundedVector<state::Lot, state::kLotsPerCoin>;

/// Null when the account never held the coin.
[[nodiscard]] const state::CoinValue* find_value(const state::Account& account, CoinId coin);
/// Makes an empty one at need. Requires: has_room_for_coin.
[[nodiscard]] state::CoinValue& edit_value(state::Account& account, CoinId coin);
/// A person's last place is for their home coin.
[[nodiscard]] bool has_room_for_coin(const state::Account& account, CoinId coin);

/// A lot lives to the end of its local day; afterwards it counts nowhere.
[[nodiscard]] inline bool is_live(const state::Lot& lot, Date today) { return lot.expiry >= today; }
[[nodiscard]] Amount total_of(std::span<const state::Lot> lots);
[[nodiscard]] Amount total_of(std::span<const state::ProgramAmount> amounts);
/// Sum of the live lots; `value` may be null.
[[nodiscard]] Amount balance_of(const state::CoinValue* value, Date today);
/// Live lots there would be with `added` (dates not passed); `value` may be null.
[[nodiscard]] std::size_t lots_with(const state::CoinValue* value,
                                    std::span<const state::Lot> added, Date today);

// Changes. Each drops stale lots: their amounts left the counters when their day ended.
void add_lots(state::CoinValue& value, std::span<const state::Lot> added, Date today);
/// Requires: the value holds them.
void take_lots(state::CoinValue& value, std::span<const state::Lot> taken, Date today);

[[nodiscard]] Amount amount_of(const state::ProgramAmounts& amounts, ProgramId program);
void add_amount(state::ProgramAmounts& amounts, ProgramId program, Amount amount);
/// Requires: at least `amount` is there.
void take_amount(state::ProgramAmounts& amounts, ProgramId program, Amount amount);

/// A lot that may pay, with its program's priority.
struct Candidate {
  state::Lot lot;
  std::uint16_t priority = 0;
};
/// Rule 1: earliest expiry first, then higher priority, then lower program id. Absent when the
/// candidates, or the first 64 of them, together are less than `amount`.
[[nodiscard]] std::optional<Lots> choose_lots(std::vector<Candidate> candidates, Amount amount);

/// The program's own say in where it is spent: its shops, and its categories.
[[nodiscard]] bool is_spendable_at(const state::ProgramTerms& terms, AccountId shop,
                                   const state::AccountIdentity& shop_identity);
/// Bound value: grants, premiums, and charges that a premium names.
[[nodiscard]] bool is_bound(const state::Overlay& overlay, ProgramId program,
                            const state::Program& row);
/// The holder's person or household stands among the shop's.
[[nodiscard]] bool is_related(const state::AccountIdentity& holder,
                              const state::AccountIdentity& shop);

}  // namespace hansatsu::rules
