#include "ledger/crypto/keys.h"

#include <secp256k1.h>
#include <secp256k1_extrakeys.h>
#include <secp256k1_schnorrsig.h>
#include <sodium.h>

#include <cstring>

#include "ledger/types/assert.h"

namespace hansatsu {
inline namespace crypto {
namespace {

/// Blinded once at first use; secp256k1 contexts are safe to share between threads afterwards.
const secp256k1_context* signing_context() {
  static const secp256k1_context* const context = [] {
    secp256k1_context* made = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    std::array<std::uint8_t, 32> seed{};
    fill_random(seed);
    ASSERT(secp256k1_context_randomize(made, seed.data()) == 1);
    wipe(seed);
    return made;
  }();
  return context;
}

const secp256k1_keypair* as_keypair(ByteView bytes) {
  static_assert(sizeof(secp256k1_keypair) == 96 && alignof(secp256k1_keypair) == 1);
  return reinterpret_cast<const secp256k1_keypair*>(bytes.data());
}

}  // namespace

bool initialize_crypto() { return sodium_init() >= 0; }

void wipe(std::span<std::uint8_t> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

void fill_random(std::span<std::uint8_t> bytes) {
  ASSERT(sodium_init() >= 0);
  randombytes_buf(bytes.data(), bytes.size());
}

std::optional<KeyPair> KeyPair::from_secret(SecretBytes<32> secret) {
  KeyPair pair;
  pair.secret_ = std::move(secret);
  auto* keypair = reinterpret_cast<secp256k1_keypair*>(pair.keypair_.writable().data());
  if (secp256k1_keypair_create(signing_context(), keypair, pair.secret_.view().data()) != 1)
    return std::nullopt;
  secp256k1_xonly_pubkey xonly;
  ASSERT(secp256k1_keypair_xonly_pub(signing_context(), &xonly, nullptr, keypair) == 1);
  ASSERT(secp256k1_xonly_pubkey_serialize(signing_context(), pair.public_key_.bytes.data(),
                                          &xonly) == 1);
  return pair;
}

KeyPair KeyPair::generate() {
  for (;;) {  // A random number is no valid secret about once in 2^128.
    SecretBytes<32> secret;
    fill_random(secret.writable());
    if (auto pair = from_secret(std::move(secret))) return std::move(*pair);
  }
}

KeyPair KeyPair::clone() const {
  auto copy = from_secret(SecretBytes<32>{std::span<const std::uint8_t, 32>{secret_.view()}});
  ASSERT(copy.has_value());
  return std::move(*copy);
}

Signature KeyPair::sign(const Hash& message) const {
  Signature signature;
  ASSERT(secp256k1_schnorrsig_sign32(signing_context(), signature.bytes.data(),
                                     message.bytes.data(), as_keypair(keypair_.view()),
                                     nullptr) == 1);
  return signature;
}

std::optional<ParsedKey> ParsedKey::parse(const PublicKey& key) {
  static_assert(sizeof(secp256k1_xonly_pubkey) == 64 && alignof(secp256k1_xonly_pubkey) == 1);
  ParsedKey parsed;
  auto* xonly = reinterpret_cast<secp256k1_xonly_pubkey*>(parsed.point_.data());
  if (secp256k1_xonly_pubkey_parse(secp256k1_context_static, xonly, key.bytes.data()) != 1)
    return std::nullopt;
  return parsed;
}

bool ParsedKey::verify(const Hash& message, const Signature& signature) const {
  const auto* xonly = reinterpret_cast<const secp256k1_xonly_pubkey*>(point_.data());
  return secp256k1_schnorrsig_verify(secp256k1_context_static, signature.bytes.data(),
                                     message.bytes.data(), Hash::kSize, xonly) == 1;
}

bool verify(const PublicKey& key, const Hash& message, const Signature& signature) {
  const auto parsed = ParsedKey::parse(key);
  return parsed && parsed->verify(message, signature);
}

bool is_valid_key(const PublicKey& key) {
  secp256k1_xonly_pubkey xonly;
  return secp256k1_xonly_pubkey_parse(secp256k1_context_static, &xonly, key.bytes.data()) == 1;
}

}  // namespace crypto
}  // namespace hansatsu
