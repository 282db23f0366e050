#pragma once

#include "ledger/crypto/keys.h"
#include "tests/vectors/pieces.h"
#include "tests/vectors/samples.h"

/// What the makers of samples share.
namespace hansatsu::vectors {

/// Bytes first, first + 1, ...: told apart at a glance in hex.
template <class Fixed>
[[nodiscard]]
Fixed counted(std::uint8_t first) {
  Fixed fixed;
  for (std::size_t i = 0; i < Fixed::kSize; ++i) {
    fixed.bytes[i] = static_cast<std::uint8_t>(first + i);
  }
  return fixed;
}

/// Key pair whose secret is 31 zero bytes and `number`: vectors need no randomness.
[[nodiscard]] inline KeyPair key_of(std::uint8_t number) {
  SecretBytes<32> secret;
  secret.writable()[31] = number;
  auto pair = KeyPair::from_secret(std::move(secret));
  ASSERT(pair.has_value());
  return std::move(*pair);
}

/// The chain id of all samples.
[[nodiscard]] inline Hash sample_chain_id() { return counted<Hash>(0x10); }

/// A hash that goes with a value, and what it is.
struct NamedHash {
  std::string name;
  Hash hash;
};
template <class T>
void add(std::vector<Sample>& out, std::string type, std::string name, std::string what,
         const T& value, NamedHash hash = {}) {
  out.push_back({std::move(type), std::move(name), std::move(what), encode(value), pieces_of(value),
                 std::move(hash.name), hash.hash});
}

void add_chain_samples(std::vector<Sample>& out);
void add_transaction_samples(std::vector<Sample>& out);
void add_state_samples(std::vector<Sample>& out);
/// Builds on the samples of chain and transactions.
void add_block_samples(std::vector<Sample>& out);

}  // namespace hansatsu::vectors
