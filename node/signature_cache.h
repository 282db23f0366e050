#pragma once

#include <mutex>
#include <unordered_set>

#include "ledger/types/bytes.h"

namespace hansatsu::node {

/// Remembers which signatures were found to hold, so that no node checks one twice. An entry names
/// the whole check, signature bytes included: the same key may stand behind two co-signers of one
/// transaction, and only one of their signatures hold. What it forgets is checked again: forgetting
/// costs time, never safety.
/// Threads: any. Memory: two generations of kGenerationMax entries, about 12 MiB full.
class SignatureCache {
 public:
  static constexpr std::size_t kGenerationMax = 32'768;

  [[nodiscard]] bool contains(const Hash& message, const PublicKey& key,
                              const Signature& signature) const;
  void insert(const Hash& message, const PublicKey& key, const Signature& signature);

 private:
  struct Entry {
    Hash message;
    PublicKey key;
    Signature signature;
    bool operator==(const Entry&) const = default;
  };
  struct EntryHash {
    /// They are hashes and curve points already: their first bytes spread well enough.
    std::size_t operator()(const Entry& entry) const;
  };
  using Generation = std::unordered_set<Entry, EntryHash>;

  mutable std::mutex mutex_;
  Generation young_;
  Generation old_;
};

}  // namespace hansatsu::node
