#include "wallet/keystore/derivation.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <secp256k1.h>

#include "ledger/types/assert.h"

namespace hansatsu::wallet {
namespace {

const secp256k1_context* context() {
  static const secp256k1_context* const made = [] {
    secp256k1_context* fresh = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    SecretBytes<32> seed;
    fill_random(seed.writable());
    ASSERT(secp256k1_context_randomize(fresh, seed.view().data()) == 1);
    return fresh;
  }();
  return made;
}

SecretBytes<64> hmac_sha512(ByteView key, ByteView data) {
  SecretBytes<64> digest;
  unsigned size = 0;
  ASSERT(HMAC(EVP_sha512(), key.data(), static_cast<int>(key.size()), data.data(), data.size(),
              digest.writable().data(), &size) != nullptr);
  ASSERT(size == digest.view().size());
  return digest;
}

ExtendedKey split(const SecretBytes<64>& digest) {
  const std::span<const std::uint8_t, 64> bytes{digest.view()};
  return {SecretBytes<32>{bytes.first<32>()}, SecretBytes<32>{bytes.last<32>()}};
}

}  // namespace

std::optional<ExtendedKey> master_key(ByteView seed) {
  ASSERT(seed.size() >= 16 && seed.size() <= 64);
  ExtendedKey master = split(hmac_sha512(as_bytes("Bitcoin seed"), seed));  // BIP32's own constant
  if (secp256k1_ec_seckey_verify(context(), master.secret.view().data()) != 1) return std::nullopt;
  return master;
}

std::optional<ExtendedKey> child_key(const ExtendedKey& parent, std::uint32_t index) {
  // 0x00 and the secret for a hardened child, the compressed public key for others; then the index.
  SecretBytes<37> data;
  const auto bytes = data.writable();
  if (index >= kHardened) {
    std::copy(parent.secret.view().begin(), parent.secret.view().end(), bytes.begin() + 1);
  } else {
    secp256k1_pubkey key;
    if (secp256k1_ec_pubkey_create(context(), &key, parent.secret.view().data()) != 1)
      return std::nullopt;
    std::size_t size = 33;
    ASSERT(secp256k1_ec_pubkey_serialize(context(), bytes.data(), &size, &key,
                                         SECP256K1_EC_COMPRESSED) == 1);
  }
  for (std::size_t i = 0; i < 4; ++i)
    bytes[33 + i] = static_cast<std::uint8_t>(index >> (24 - 8 * i));
  ExtendedKey child = split(hmac_sha512(parent.chain_code.view(), data.view()));
  // child = left half + parent, modulo the order.
  if (secp256k1_ec_seckey_tweak_add(context(), child.secret.writable().data(),
                                    parent.secret.view().data()) != 1)
    return std::nullopt;
  return child;
}

std::optional<KeyPair> holder_key(const Seed& seed, std::uint32_t coin_index,
                                  std::uint32_t holder) {
  if (coin_index >= kHardened || holder >= kHardened) return std::nullopt;
  auto key = master_key(seed.view());
  for (const std::uint32_t index :
       {44U | kHardened, coin_index | kHardened, holder | kHardened, 0U, 0U}) {
    if (!key) return std::nullopt;
    key = child_key(*key, index);
  }
  if (!key) return std::nullopt;
  return KeyPair::from_secret(std::move(key->secret));
}

}  // namespace hansatsu::wallet
