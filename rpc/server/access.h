#pragma once

#include "rpc/server/authenticator.h"

/// Who may read what. Source: docs/protocol/api.md "Who may read".
namespace hansatsu::rpc {

enum class Access : std::uint8_t {
  none = 1,
  own = 2,    ///< the caller's own account, or a transaction it is party to
  staff = 3,  ///< by role; the read goes to the auditor's file
};

/// An account: its own keys; registrars, treasurers, issuers and auditors of its coins.
[[nodiscard]] Access access_to_account(const Caller& caller, const AccountRecord& subject,
                                       const state::Charter& charter, Date today);
/// Blocks: validators' keys, and accounts with the role of auditor or operator of any coin.
[[nodiscard]] bool may_read_blocks(const Caller& caller, const state::Charter& charter, Date today);
/// Redemptions of a coin: its treasurers, issuers and auditors.
[[nodiscard]] bool may_read_redemptions(const Caller& caller, const state::Charter& charter,
                                        CoinId coin, Date today);
/// Programs' counters: the same.
[[nodiscard]] bool may_read_counters(const Caller& caller, const state::Charter& charter,
                                     CoinId coin, Date today);

/// Which accounts a transaction concerns: signer, co-signers, and whom its outcome names.
struct Parties {
  block::KeyReference signer;
  std::vector<AccountId> others;
};
[[nodiscard]] Parties parties_of(const FinalTransaction& transaction);

/// `transaction` as an account may see it: the signer sees all; another party not the signed bytes
/// (a batch names others in them) nor the private part.
[[nodiscard]] FinalTransaction as_seen_by(FinalTransaction transaction, AccountId account);

/// What each coin of the account is worth at a local date: lots with expiry >= `today` count.
[[nodiscard]] std::vector<CoinTotals> totals_of(const state::Account& account,
                                                std::span<const ProgramRecord> programs,
                                                Date today);

}  // namespace hansatsu::rpc
