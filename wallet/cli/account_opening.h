#pragma once

#include "wallet/cli/opened_accounts.h"
#include "wallet/cli/session.h"
#include "wallet/cli/submitted_rows.h"
#include "wallet/roster.h"

namespace hansatsu::wallet {

/// What a row becomes on the ledger; the salt makes every account's hashes its own.
[[nodiscard]] rules::Operation operation_of(const AccountRow& row);

/// Opens the accounts of a roster, each once, through crashes at any point, and whatever a node or
/// a clock says: what is signed is on disk before it is sent, what is opened before it is forgotten
/// there, and a row that has no receipt is never signed again but under its first sequence, of
/// which the ledger does one at most.
class AccountOpening {
 public:
  /// All outlive this.
  AccountOpening(Session& session, OpenedAccounts& opened, SubmittedRows& submitted)
      : session_{session}, opened_{opened}, submitted_{submitted} {}

  /// Finds out what became of what an earlier run signed: the same bytes are offered again.
  /// Errors: unknown while a node has any of it under way.
  [[nodiscard]] Attempt<void> settle_earlier();
  /// Errors: unknown when not all were opened; each row's reason was told.
  [[nodiscard]] Attempt<void> open(std::vector<AccountRow> rows);

 private:
  /// Of the journal's rows, by key: the sequence that a row must keep.
  using Sequences = std::map<PublicKey, std::uint64_t>;
  [[nodiscard]] Attempt<Sequences> sequences_to_keep();
  [[nodiscard]] Attempt<void> open_chunk(std::span<const AccountRow> rows,
                                         const std::function<void(std::size_t)>& progress);

  /// Offers the journal; what a receipt proves is noted and leaves it. True when no row waits any
  /// more: those that stay were refused without proof.
  [[nodiscard]] Attempt<bool> settle(const std::function<void(std::size_t)>& progress);
  /// Which sequences are used, as far as receipts prove it.
  [[nodiscard]] Attempt<Session::Uses> uses_of(
      const std::vector<std::optional<rpc::SubmitAnswer>>& answers);
  /// Notes what was opened, tells why others were not.
  void conclude(const SubmittedRow& row, const block::Transaction& transaction,
                const rpc::ProvenTransaction& proven);
  void tell(const SubmittedRow& row, const std::string& reason);
  [[nodiscard]] Failure waits_still() const;

  Session& session_;
  OpenedAccounts& opened_;
  SubmittedRows& submitted_;
};

}  // namespace hansatsu::wallet
