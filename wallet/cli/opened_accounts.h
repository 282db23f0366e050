#pragma once

#include <filesystem>
#include <set>

#include "ledger/types/account_number.h"
#include "ledger/types/bytes.h"
#include "wallet/cli/console.h"

namespace hansatsu::wallet {

struct OpenedAccount {
  std::string reference;
  PublicKey key;
  AccountId account;
};

/// The file beside a roster that says which of its rows have accounts: running the same roster
/// again opens the rest and nothing twice. Replaced whole.
class OpenedAccounts {
 public:
  /// An absent file holds nothing. A damaged one is refused: guessing would open accounts twice.
  [[nodiscard]] static Attempt<OpenedAccounts> load(const Console& console,
                                                    const std::filesystem::path& file);
  [[nodiscard]] bool holds(const PublicKey& key) const { return keys_.contains(key); }
  void add(OpenedAccount opened);
  [[nodiscard]] Attempt<void> save(const Console& console);
  [[nodiscard]] Json json() const;

 private:
  std::filesystem::path file_;
  bool is_new_ = true;
  Bytes on_disk_;
  std::vector<OpenedAccount> accounts_;
  std::set<PublicKey> keys_;
};

}  // namespace hansatsu::wallet
