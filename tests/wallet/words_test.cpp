#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "wallet/keystore/derivation.h"
#include "wallet/keystore/mnemonic.h"

using namespace hansatsu;
using namespace hansatsu::wallet;

namespace {

nlohmann::json vectors(const std::string& name) {
  std::ifstream file{std::string{HANSATSU_SOURCE_DIR} + "/tests/vectors/" + name};
  REQUIRE(file);
  return nlohmann::json::parse(file);
}

void check_language(const nlohmann::json& list, WordLanguage language,
                    std::string_view passphrase) {
  REQUIRE(list.size() == 24);
  for (const auto& vector : list) {
    const auto entropy = from_hex(vector[0].get<std::string>());
    const auto words = vector[1].get<std::string>();
    CAPTURE(words);
    const auto seed = seed_of(words, passphrase);
    REQUIRE(seed);
    CHECK(to_hex(seed->view()) == vector[2].get<std::string>());
    // Our own words of the same entropy give the same seed: same words, same normal form.
    const auto own = seed_of(words_of(*entropy, language).view(), passphrase);
    REQUIRE(own);
    CHECK(to_hex(own->view()) == to_hex(seed->view()));
    if (entropy->size() != 32) continue;
    const auto parsed = parse_words(words);
    REQUIRE(parsed);
    CHECK(to_hex(parsed->entropy.view()) == vector[0].get<std::string>());
    CHECK(parsed->language == language);
    const SecretText shown = words_for_people(parsed->entropy, language);
    CHECK(parse_words(shown.view()));
    const bool wide = shown.view().find("\u3000") != std::string_view::npos;
    CHECK(wide == (language == WordLanguage::japanese));
  }
}

/// The 78 bytes of an extended key's published form, its checksum left off.
Bytes from_base58(std::string_view text) {
  constexpr std::string_view kDigits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  Bytes bytes(82);
  for (const char letter : text) {
    std::size_t carry = kDigits.find(letter);
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
      carry += std::size_t{*byte} * 58;
      *byte = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
  }
  bytes.resize(78);
  return bytes;
}

std::vector<std::uint32_t> steps_of(std::string path) {
  std::vector<std::uint32_t> steps;
  std::istringstream parts{path.substr(1)};
  for (std::string part; std::getline(parts, part, '/');) {
    if (part.empty()) continue;
    const bool hardened = part.ends_with('\'');
    if (hardened) part.pop_back();
    steps.push_back(static_cast<std::uint32_t>(std::stoul(part)) | (hardened ? kHardened : 0));
  }
  return steps;
}

}  // namespace

TEST_CASE("words: the published English vectors hold", "[wallet][words]") {
  check_language(vectors("bip39.json")["english"], WordLanguage::english, "TREZOR");
}

TEST_CASE("words: the published Japanese vectors hold", "[wallet][words]") {
  check_language(vectors("bip39.json")["japanese"], WordLanguage::japanese,
                 "㍍ガバヴァぱばぐゞちぢ十人十色");
}

TEST_CASE("words: read as people type them", "[wallet][words]") {
  Entropy entropy;
  fill_random(entropy.writable());
  const SecretText plain = words_of(entropy.view(), WordLanguage::english);
  std::string typed = "  ";
  for (const char letter : plain.view())
    typed += letter == ' ' ? "\n\t " : std::string(1, static_cast<char>(std::toupper(letter)));
  const auto parsed = parse_words(typed);
  REQUIRE(parsed);
  CHECK(to_hex(parsed->entropy.view()) == to_hex(entropy.view()));
}

TEST_CASE("words: what is wrong is named", "[wallet][words]") {
  std::string right;
  for (int i = 0; i < 23; ++i) right += "abandon ";
  REQUIRE(parse_words(right + "art"));
  CHECK(parse_words(right).error() == MnemonicError::wrong_count);
  CHECK(parse_words(right + "art art").error() == MnemonicError::wrong_count);
  CHECK(parse_words(right + "zoo").error() == MnemonicError::wrong_checksum);
  std::size_t place = 0;
  CHECK(parse_words(right + "artt", &place).error() == MnemonicError::unknown_word);
  CHECK(place == 24);
  CHECK(parse_words(right + "あおぞら").error() == MnemonicError::unknown_word);
  CHECK(parse_words(right + "\xff").error() == MnemonicError::not_text);
  CHECK(parse_words(std::string(5'000, 'a')).error() == MnemonicError::not_text);
}

TEST_CASE("derivation: the published BIP32 vectors hold", "[wallet][words]") {
  const auto list = vectors("bip32.json");
  REQUIRE(list.size() == 3);
  for (const auto& vector : list) {
    for (const auto& chain : vector["chains"]) {
      CAPTURE(chain["path"]);
      auto key = master_key(*from_hex(vector["seed"].get<std::string>()));
      for (const std::uint32_t step : steps_of(chain["path"])) {
        REQUIRE(key);
        key = child_key(*key, step);
      }
      REQUIRE(key);
      const Bytes published = from_base58(chain["private"].get<std::string>());
      CHECK(to_hex(key->chain_code.view()) == to_hex(ByteView{published}.subspan(13, 32)));
      CHECK(to_hex(key->secret.view()) == to_hex(ByteView{published}.subspan(46, 32)));
    }
  }
}

TEST_CASE("derivation: holders and coins of one seed have keys of their own", "[wallet][words]") {
  Seed seed;
  const auto first = holder_key(seed, 1);
  REQUIRE(first);
  CHECK(holder_key(seed, 1)->public_key() == first->public_key());
  CHECK(holder_key(seed, 1, 1)->public_key() != first->public_key());
  CHECK(holder_key(seed, 2)->public_key() != first->public_key());
  CHECK_FALSE(holder_key(seed, kHardened));
  CHECK_FALSE(holder_key(seed, 1, kHardened));
}
