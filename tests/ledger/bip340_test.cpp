#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "ledger/crypto/keys.h"

using namespace hansatsu;

namespace {
template <class Fixed>
Fixed published(std::string hex) {
  std::transform(hex.begin(), hex.end(), hex.begin(),
                 [](unsigned char digit) { return static_cast<char>(std::tolower(digit)); });
  const auto fixed = fixed_from_hex<Fixed>(hex);
  REQUIRE(fixed);
  return *fixed;
}
}  // namespace

TEST_CASE("keys: the fifteen published BIP340 vectors hold", "[crypto][keys]") {
  std::ifstream file{std::string{HANSATSU_SOURCE_DIR} + "/tests/vectors/bip340.json"};
  REQUIRE(file);
  const auto vectors = nlohmann::json::parse(file);
  REQUIRE(vectors.size() == 15);
  int signed_by_us = 0;
  int refused = 0;
  for (const auto& vector : vectors) {
    CAPTURE(vector["pk"], vector["comment"]);
    const auto key = published<PublicKey>(vector["pk"]);
    const auto message = published<Hash>(vector["m"]);
    const auto signature = published<Signature>(vector["sig"]);
    CHECK(verify(key, message, signature) == vector["result"].get<bool>());
    refused += vector["result"].get<bool>() ? 0 : 1;
    if (vector["d"].get<std::string>().empty()) continue;
    const auto secret = published<FixedBytes<struct SecretKind, 32>>(vector["d"]);
    const auto pair = KeyPair::from_secret(SecretBytes<32>{secret.bytes});
    REQUIRE(pair);
    CHECK(pair->public_key() == key);
    CHECK(verify(key, message, pair->sign(message)));
    // Our signatures use zero auxiliary randomness, as vector 0 does.
    if (vector["aux"].get<std::string>().find_first_not_of('0') != std::string::npos) continue;
    CHECK(pair->sign(message) == signature);
    ++signed_by_us;
  }
  CHECK(signed_by_us >= 1);
  CHECK(refused == 10);
}
