#include "tests/merchant-sdk/shop_in_town.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "wallet/keystore/keystore.h"

namespace test_cluster {

ShopInTown::ShopInTown(std::size_t validators, const Network::Change& change)
    : town{validators, 2, {}, change} {
  std::ofstream{passphrase_file()} << "soba and more soba\n";
  std::filesystem::permissions(passphrase_file(), std::filesystem::perms::owner_read);
  auto keystore = wallet::Keystore::create(keystore_file(), "soba and more soba", {1, 8 * 1024});
  REQUIRE(keystore.has_value());
  REQUIRE(keystore->add_secret("till", town.shop.key()).has_value());
  REQUIRE(keystore->add_secret("stranger", town.persons[0].key()).has_value());
}

merchant::Settings ShopInTown::settings() const {
  merchant::Settings settings;
  for (std::size_t i = 0; i < town.network.size(); ++i) {
    settings.nodes.push_back(town.network.url(i));
  }
  settings.charter = town.network.folder() / "charter.json";
  settings.shop = shop();
  settings.keystore = keystore_file();
  settings.passphrase_file = passphrase_file();
  settings.key_name = "till";
  return settings;
}

merchant::Till ShopInTown::till() const {
  auto opened = merchant::Till::open(settings());
  REQUIRE(opened.has_value());
  return *std::move(opened);
}

rpc::FinalTransaction ShopInTown::pay(const merchant::Order& order, std::size_t person,
                                      std::uint64_t amount) {
  const auto request = rpc::parse_payment_uri(order.uri);
  REQUIRE(request.has_value());
  rpc::Client client = town.network.client();
  return town.must(client, town.persons[person],
                   rules::Pay{request->payee, CoinId{0}, Amount::of(amount), request->order});
}

}  // namespace test_cluster
