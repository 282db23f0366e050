#pragma once

#include "wallet/cli/opened_accounts.h"
#include "wallet/cli/session.h"
#include "wallet/cli/submitted_rows.h"
#include "wallet/roster.h"

namespace hansatsu::wallet {

/// What a row becomes on the ledger; the salt makes every account's hashes its own.
[[nodiscard]] rules::Operation operation_of(const AccountRow& row);

/// Opens the accounts of a roster, each once, through crashes at any point: what is signed is on
/// disk before it is sent, what is opened before it is forgotten there.
class AccountOpening {
 public:
  /// All outlive this.
  AccountOpening(Session& session, OpenedAccounts& opened, SubmittedRows& submitted)
      : session_{session}, opened_{opened}, submitted_{submitted} {}

  /// Finds out what became of what an earlier run signed: the same bytes are offered again.
  /// Errors: unknown while any of it may still happen.
  [[nodiscard]] Attempt<void> settle_earlier();
  /// Errors: unknown when not all were opened; each row's reason was told.
  [[nodiscard]] Attempt<void> open(const std::vector<AccountRow>& rows);

 private:
  [[nodiscard]] Attempt<void> settle(const std::function<void(std::size_t)>& progress);
  /// True when nothing more can come of it; what was opened is noted.
  [[nodiscard]] Attempt<bool> is_settled(const SubmittedRow& row,
                                         const std::optional<rpc::SubmitAnswer>& answer);

  Session& session_;
  OpenedAccounts& opened_;
  SubmittedRows& submitted_;
  bool all_opened_ = true;
};

}  // namespace hansatsu::wallet
