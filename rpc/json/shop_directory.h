#pragma once

#include <string_view>

#include "ledger/block/transaction.h"
#include "ledger/crypto/keys.h"
#include "ledger/state/charter.h"

/// The published list of a coin's shops: which name belongs to which account. An issuer's key of
/// the charter signs it, so that no node can put another shop's name on an account.
/// Source: docs/protocol/api.md "Shop directory".
namespace hansatsu::rpc {

struct DirectoryEntry {
  AccountId account;
  BoundedText<128> name;
  std::uint16_t category = 0;
  bool operator==(const DirectoryEntry&) const = default;
};
template <class C, FieldsOf<DirectoryEntry> E>
void fields(C& c, E& e) {
  c(e.account, e.name, e.category);
}

struct ShopDirectory {
  Hash chain_id;
  CoinId coin;
  Timestamp issued;
  BoundedVector<DirectoryEntry, 10'000> shops;  ///< ascending by account
  bool operator==(const ShopDirectory&) const = default;
};
template <class C, FieldsOf<ShopDirectory> D>
void fields(C& c, D& d) {
  c(d.chain_id, d.coin, d.issued, d.shops);
  for (std::size_t i = 1; i < d.shops.size(); ++i) {
    c.require(d.shops[i - 1].account < d.shops[i].account);
  }
}

struct SignedShopDirectory {
  ShopDirectory directory;
  block::KeyReference signer;
  Signature signature;
  bool operator==(const SignedShopDirectory&) const = default;
};
template <class C, FieldsOf<SignedShopDirectory> S>
void fields(C& c, S& s) {
  c(s.directory, s.signer, s.signature);
}

/// Sorts the shops. What stands on the ledger as the coin's directory digest is directory_hash.
[[nodiscard]] SignedShopDirectory sign_directory(ShopDirectory directory,
                                                 const block::KeyReference& signer,
                                                 const KeyPair& key);
[[nodiscard]] Hash directory_hash(const ShopDirectory& directory);

/// True if an account that the charter makes issuer of the coin signed it, with a key that the
/// charter founded that account with. Cost: one verification.
[[nodiscard]] bool verify_directory(const state::Charter& charter,
                                    const SignedShopDirectory& directory);

/// The file as nodes serve it. Absent for anything malformed.
[[nodiscard]] std::string to_directory_file(const SignedShopDirectory& directory, UtcOffset offset);
[[nodiscard]] std::optional<SignedShopDirectory> parse_directory_file(std::string_view text);

}  // namespace hansatsu::rpc
