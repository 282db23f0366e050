#include "rpc/json/shop_directory.h"

#include <algorithm>

#include "rpc/json/members_directory.h"

namespace hansatsu::rpc {

Hash directory_hash(const ShopDirectory& directory) {
  return hash_of(HashTag::directory, directory);
}

SignedShopDirectory sign_directory(ShopDirectory directory, const block::KeyReference& signer,
                                   const KeyPair& key) {
  std::sort(directory.shops.begin(), directory.shops.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.account < b.account; });
  SignedShopDirectory signed_directory;
  signed_directory.signature = key.sign(directory_hash(directory));
  signed_directory.directory = std::move(directory);
  signed_directory.signer = signer;
  return signed_directory;
}

bool verify_directory(const state::Charter& charter, const SignedShopDirectory& signed_directory) {
  const ShopDirectory& directory = signed_directory.directory;
  const block::KeyReference& signer = signed_directory.signer;
  if (directory.chain_id != state::chain_id(charter)) return false;
  const bool is_issuer =
      std::any_of(charter.roles.begin(), charter.roles.end(), [&](const state::RoleGrant& grant) {
        return grant.role == state::Role::issuer && grant.coin == directory.coin &&
               grant.account == signer.account;
      });
  if (!is_issuer || signer.account.raw >= charter.accounts.size()) return false;
  const auto& keys = charter.accounts[signer.account.raw].keys;
  if (signer.slot >= keys.size()) return false;
  return verify(keys[signer.slot].key, directory_hash(directory), signed_directory.signature);
}

std::string to_directory_file(const SignedShopDirectory& directory, UtcOffset offset) {
  return write_json(directory, offset).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<SignedShopDirectory> parse_directory_file(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return std::nullopt;
  auto directory = read_json<SignedShopDirectory>(*json);
  if (!directory) return std::nullopt;
  return *std::move(directory);
}

}  // namespace hansatsu::rpc
