#pragma once

#include "ledger/rules/authority.h"
#include "ledger/rules/lots.h"

/// What every issue of value needs, be it charge, premium or grant: when it expires, who may have
/// it, and how much of it.
/// Source: docs/protocol/ledger.md, rules 3, 7, 8 and 9.
namespace hansatsu::rules {

/// The last local day of value issued on `issued`.
[[nodiscard]] Date expiry_of(const state::ExpiryRule& rule, Date issued);
/// The latest expiry a coin's value issued on `issued` may have: six calendar months less a day
/// for coins that claim the exemption.
[[nodiscard]] Date latest_expiry(const state::Coin& coin, Date issued);
/// Errors: expiry_passed, expiry_too_late, too_many_dates.
[[nodiscard]] Checked check_expiry(const state::Overlay& overlay, const state::Program& program,
                                   Date expiry, Date today);

/// Errors: unknown_program, program_not_open.
[[nodiscard]] Result<const state::Program*, Refusal> find_open_program(
    const state::Overlay& overlay, ProgramId program, Date today);
[[nodiscard]] bool is_open(const state::Program& program, Date today);
/// Errors: over_budget.
[[nodiscard]] Checked check_budget(const state::Program& program, Amount amount);

/// The account's tags as the coin understands them: their meaning is the home coin's, so that an
/// account of another home has none here.
[[nodiscard]] std::uint64_t tags_for(CoinId coin, const state::AccountIdentity& identity);

struct Issue {
  AccountId account;
  ProgramId program;
  Amount amount;
  std::optional<ProgramId> beside{};  ///< given by the same operation: takes a place of its own
};
/// Who may have it: level, home, tags and caps. A pseudonym is its office's own: who has one of
/// another office, or none, can be held neither to a cap by person nor away from their own shop. So
/// premiums go to persons that the coin's office knows, and capped grants to accounts of its own.
/// Requires: both rows exist.
/// Errors: level_needed, not_eligible, over_cap, too_many_programs.
[[nodiscard]] Checked check_eligible(const state::Overlay& overlay, const Issue& issue, Date today);
/// What the account may hold. Errors: too_many_coins, over_balance_limit, too_many_lots.
[[nodiscard]] Checked check_holding(const state::Overlay& overlay, AccountId account, CoinId coin,
                                    std::span<const state::Lot> added, std::size_t lots_max,
                                    Date today);
/// Puts the lot into the account and moves the counters; counts it for caps.
/// Requires: every check above has passed.
void give(state::Overlay& overlay, AccountId account, const state::Lot& lot, Date today);

}  // namespace hansatsu::rules
