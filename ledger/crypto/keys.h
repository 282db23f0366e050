#pragma once

#include <array>
#include <optional>

#include "ledger/types/bytes.h"

namespace hansatsu {
inline namespace crypto {

/// Must be true before anything else of crypto is used; false means libsodium found no source of
/// randomness.
[[nodiscard]] bool initialize_crypto();

/// Overwrites memory in a way the compiler keeps.
void wipe(std::span<std::uint8_t> bytes);
void fill_random(std::span<std::uint8_t> bytes);

/// Secret bytes: move-only, wiped when they go, neither printable nor comparable.
template <std::size_t Size>
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::span<const std::uint8_t, Size> bytes) {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin());
  }
  SecretBytes(SecretBytes&& other) noexcept : bytes_{other.bytes_} { wipe(other.bytes_); }
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      wipe(other.bytes_);
    }
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { wipe(bytes_); }

  [[nodiscard]] ByteView view() const { return bytes_; }
  [[nodiscard]] std::span<std::uint8_t, Size> writable() { return bytes_; }

 private:
  std::array<std::uint8_t, Size> bytes_{};
};

/// A secp256k1 key pair for BIP340. Made from valid secrets only.
class KeyPair {
 public:
  /// Absent when the number is zero or not below the curve's order.
  [[nodiscard]] static std::optional<KeyPair> from_secret(SecretBytes<32> secret);
  [[nodiscard]] static KeyPair generate();

  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  /// BIP340 with zero auxiliary randomness: the same message gives the same bytes. Cost: about 19
  /// us.
  [[nodiscard]] Signature sign(const Hash& message) const;
  /// For keystores only.
  [[nodiscard]] ByteView secret() const { return secret_.view(); }
  [[nodiscard]] KeyPair clone() const;

 private:
  KeyPair() = default;
  SecretBytes<32> secret_;
  SecretBytes<96> keypair_;  ///< secp256k1_keypair, precomputed
  PublicKey public_key_;
};

/// BIP340 verification, key parsing included. Cost: about 36 us. Threads: any.
[[nodiscard]] bool verify(const PublicKey& key, const Hash& message, const Signature& signature);
/// A public key with its point on the curve, for who checks many signatures of it.
/// Cost: parse about 4 us; verify as verify() without them. Threads: any.
class ParsedKey {
 public:
  /// Absent when the x coordinate is not on the curve.
  [[nodiscard]] static std::optional<ParsedKey> parse(const PublicKey& key);
  [[nodiscard]] bool verify(const Hash& message, const Signature& signature) const;

 private:
  ParsedKey() = default;
  std::array<std::uint8_t, 64> point_{};  ///< secp256k1_xonly_pubkey
};
/// True when the x coordinate lies on the curve; keys are checked when they enter the ledger.
[[nodiscard]] bool is_valid_key(const PublicKey& key);

}  // namespace crypto
}  // namespace hansatsu
