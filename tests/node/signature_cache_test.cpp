#include "node/signature_cache.h"

#include <catch2/catch.hpp>

#include "node/message_checker.h"
#include "tests/ledger/town.h"

using namespace hansatsu;  // NOLINT: a test
using node::SignatureCache;

namespace {

Hash message(std::uint32_t number) { return hash_of(HashTag::demo, number); }

}  // namespace

TEST_CASE("a signature vouches for itself alone", "[node][signatures]") {
  const KeyPair key = test_town::key_of(1);
  const KeyPair other = test_town::key_of(2);
  const Signature signature = key.sign(message(1));
  SignatureCache cache;
  CHECK_FALSE(cache.remembers(message(1), key.public_key(), signature));
  CHECK(cache.holds(message(1), key.public_key(), signature));
  CHECK(cache.remembers(message(1), key.public_key(), signature));
  CHECK_FALSE(cache.holds(message(2), key.public_key(), signature));
  CHECK_FALSE(cache.holds(message(1), other.public_key(), signature));
  Signature forged = signature;
  forged.bytes[63] ^= 1U;
  CHECK_FALSE(cache.holds(message(1), key.public_key(), forged));
  CHECK_FALSE(cache.remembers(message(1), key.public_key(), forged));
  PublicKey no_point;
  no_point.bytes.fill(0xFF);
  CHECK_FALSE(cache.holds(message(1), no_point, signature));
  CHECK_FALSE(cache.remembers(Hash{}, PublicKey{}, Signature{}));
}

TEST_CASE("one co-signer's signature does not vouch for another's with the same key",
          "[node][signatures]") {
  // Account 0 and account 2 are of one person: the same key stands behind both.
  state::Charter charter = test_town::charter();
  charter.accounts[2].keys[0].key = test_town::key_of(0).public_key();
  test_town::Town town{charter};
  const chain::Header anchor = block::genesis_header(charter, town.state.root());
  const block::Trust trust = block::trust_of(charter);
  const node::Chain chain{state::genesis_state(charter), anchor};

  auto transaction = town.unsigned_from(test_town::kAgent, rules::HandIn{Amount::of(1)});
  transaction.cosigners.push_back({test_town::kStaff, 0, 1});
  transaction.cosigners.push_back({test_town::kTreasurer, 0, 1});
  const auto good = town.sign(transaction, {1, 0, 0});
  const auto forged = town.sign(transaction, {1, 0, 3});
  REQUIRE(good->id() == forged->id());

  for (const bool good_first : {true, false}) {
    SignatureCache signatures;
    node::StageTimes times;
    const node::MessageChecker checker{trust.context, trust.validators, chain, signatures, times};
    if (good_first) CHECK(checker.verify_signatures(*good));
    CHECK_FALSE(checker.verify_signatures(*forged));
    CHECK_FALSE(checker.verify_signatures(*forged));
    CHECK(checker.verify_signatures(*good));
  }
}

TEST_CASE("keys that share a place are told apart", "[node][signatures]") {
  // Among so many some thirty meet in one place: what one left must not answer for another.
  SignatureCache cache;
  std::uint32_t wrong = 0;
  for (std::uint32_t round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 1'000; ++i) {
      const KeyPair key = test_town::key_of(i);
      if (!cache.holds(message(round), key.public_key(), key.sign(message(round)))) ++wrong;
    }
  }
  CHECK(wrong == 0);
}
