#pragma once

#include "ledger/types/account_number.h"
#include "merchant-sdk/include/hansatsu/merchant.h"
#include "rpc/client/payment_uri.h"
#include "tests/cluster/network.h"

namespace test_cluster {

/// A running town, and what a shop has in hand: charter, keystore, passphrase.
struct ShopInTown {
  explicit ShopInTown(std::size_t validators = 1, const Network::Change& change = {});

  [[nodiscard]] std::filesystem::path passphrase_file() const {
    return town.network.folder() / "passphrase";
  }
  /// Its keys: "till" of the shop, "stranger" of the first person.
  [[nodiscard]] std::filesystem::path keystore_file() const {
    return town.network.folder() / "till.keys";
  }
  [[nodiscard]] std::string shop() const { return to_account_number(town.shop.account()); }
  [[nodiscard]] merchant::Settings settings() const;
  [[nodiscard]] merchant::Till till() const;
  /// What a wallet does with the QR.
  rpc::FinalTransaction pay(const merchant::Order& order, std::size_t person, std::uint64_t amount);

  RunningTown town;
};

}  // namespace test_cluster
