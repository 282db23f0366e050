#pragma once

#include <optional>
#include <span>

#include "wallet/keystore/mnemonic.h"

namespace hansatsu::wallet {

/// A private key of a BIP32 tree with the code that makes its children.
struct ExtendedKey {
  SecretBytes<32> secret;
  SecretBytes<32> chain_code;
};

inline constexpr std::uint32_t kHardened = 0x8000'0000;
/// SLIP-44's index for coins without one of their own; the charter may name another.
inline constexpr std::uint32_t kCoinIndexUnregistered = 1;

/// Both are absent about once in 2^127 seeds or indexes, when the derived number is no valid key.
/// Seeds have 16..64 bytes. Source: BIP32; vectors in tests/vectors/bip32.json.
[[nodiscard]] std::optional<ExtendedKey> master_key(ByteView seed);
[[nodiscard]] std::optional<ExtendedKey> child_key(const ExtendedKey& parent, std::uint32_t index);

/// The key of a holder: m/44'/coin'/holder'/0/0. Holder 0 is whoever holds the words; the demo
/// town's residents are 0, 1, 2, ... of one seed.
[[nodiscard]] std::optional<KeyPair> holder_key(const Seed& seed, std::uint32_t coin_index,
                                                std::uint32_t holder = 0);

}  // namespace hansatsu::wallet
