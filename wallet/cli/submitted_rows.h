#pragma once

#include <filesystem>

#include "ledger/types/bytes.h"
#include "wallet/cli/console.h"

namespace hansatsu::wallet {

/// A roster's row that was signed; what became of it is not known yet.
struct SubmittedRow {
  std::uint32_t line = 0;  ///< of the roster
  std::string reference;
  Bytes transaction;  ///< opens the account: an OpenAccount with one key and more
};

/// The journal beside a list of opened accounts: what is signed stands here before it is sent, and
/// until its fate is known. After a crash the same bytes are offered again, and the ledger takes
/// them once. Replaced whole.
class SubmittedRows {
 public:
  /// An absent file holds nothing. A damaged one is refused.
  [[nodiscard]] static Attempt<SubmittedRows> load(const Console& console,
                                                   const std::filesystem::path& file);
  [[nodiscard]] const std::vector<SubmittedRow>& rows() const { return rows_; }
  /// On disk when this returns. Without rows the file goes.
  [[nodiscard]] Attempt<void> save(const Console& console, std::vector<SubmittedRow> rows);

 private:
  std::filesystem::path file_;
  bool is_new_ = true;
  Bytes on_disk_;
  std::vector<SubmittedRow> rows_;
};

}  // namespace hansatsu::wallet
