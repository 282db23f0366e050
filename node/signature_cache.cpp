#include "node/signature_cache.h"

#include <cstring>

namespace hansatsu::node {

std::size_t SignatureCache::EntryHash::operator()(const Entry& entry) const {
  std::size_t from_envelope = 0;
  std::size_t from_key = 0;
  std::memcpy(&from_envelope, entry.envelope_hash.bytes.data(), sizeof from_envelope);
  std::memcpy(&from_key, entry.key.bytes.data(), sizeof from_key);
  return from_envelope ^ from_key;
}

bool SignatureCache::contains(const Hash& envelope_hash, const PublicKey& key) const {
  const Entry entry{envelope_hash, key};
  const std::lock_guard lock{mutex_};
  return young_.contains(entry) || old_.contains(entry);
}

void SignatureCache::insert(const Hash& envelope_hash, const PublicKey& key) {
  const std::lock_guard lock{mutex_};
  if (young_.size() >= kGenerationMax) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_.insert({envelope_hash, key});
}

}  // namespace hansatsu::node
