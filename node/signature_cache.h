#pragma once

#include <array>
#include <mutex>
#include <vector>

#include "ledger/crypto/keys.h"

namespace hansatsu::node {

/// Checks signatures and remembers which ones were found to hold, so that no node checks one twice.
/// An entry names the whole check, signature bytes included: the same key may stand behind two
/// co-signers of one transaction, and only one of their signatures hold. Keys that were used lately
/// are remembered with their curve points, which saves a tenth of a check. What it forgets is
/// checked again: forgetting costs time, never safety.
/// Threads: any. Memory: 10 MiB. Cost: one or two cache misses for what is remembered.
class SignatureCache {
 public:
  static constexpr std::size_t kSignaturesMax = 65'536;
  static constexpr std::size_t kKeysMax = 16'384;

  SignatureCache();

  /// What verify() says, remembered if it is true.
  [[nodiscard]] bool holds(const Hash& message, const PublicKey& key, const Signature& signature);
  /// False also for what was forgotten.
  [[nodiscard]] bool remembers(const Hash& message, const PublicKey& key,
                               const Signature& signature) const;

 private:
  static constexpr std::size_t kWays = 2;  ///< places of an entry: the newer one, the older one
  static constexpr std::size_t kSets = kSignaturesMax / kWays;
  static constexpr std::size_t kLocks = 64;

  struct Check {
    Hash message;
    PublicKey key;
    Signature signature;
    bool operator==(const Check&) const = default;
  };
  struct KnownKey {
    PublicKey key;
    std::optional<ParsedKey> parsed;  ///< absent: none was put here yet
  };

  [[nodiscard]] std::size_t set_of(const Check& check) const;
  void remember(const Check& check);
  [[nodiscard]] std::optional<ParsedKey> parsed(const PublicKey& key);

  std::uint64_t secret_;  ///< so that nobody can choose which entries push each other out
  std::vector<std::array<Check, kWays>> checks_;
  std::vector<KnownKey> keys_;
  mutable std::array<std::mutex, kLocks> check_locks_;
  std::array<std::mutex, kLocks> key_locks_;
};

}  // namespace hansatsu::node
