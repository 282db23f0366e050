#pragma once

#include <mutex>
#include <unordered_set>

#include "ledger/types/bytes.h"

namespace hansatsu::node {

/// Remembers which key was found to have signed which bytes, so that no node checks a signature
/// twice. What it forgets is checked again: forgetting costs time, never safety.
/// Threads: any. Memory: two generations of kGenerationMax entries, about 10 MiB full.
class SignatureCache {
 public:
  static constexpr std::size_t kGenerationMax = 65'536;

  [[nodiscard]] bool contains(const Hash& envelope_hash, const PublicKey& key) const;
  void insert(const Hash& envelope_hash, const PublicKey& key);

 private:
  struct Entry {
    Hash envelope_hash;
    PublicKey key;
    bool operator==(const Entry&) const = default;
  };
  struct EntryHash {
    /// Both are hashes or curve points already: their first bytes spread well enough.
    std::size_t operator()(const Entry& entry) const;
  };
  using Generation = std::unordered_set<Entry, EntryHash>;

  mutable std::mutex mutex_;
  Generation young_;
  Generation old_;
};

}  // namespace hansatsu::node
