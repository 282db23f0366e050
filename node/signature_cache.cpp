#include "node/signature_cache.h"

#include <cstring>

namespace hansatsu::node {

std::size_t SignatureCache::EntryHash::operator()(const Entry& entry) const {
  std::size_t from_message = 0;
  std::size_t from_signature = 0;
  std::memcpy(&from_message, entry.message.bytes.data(), sizeof from_message);
  std::memcpy(&from_signature, entry.signature.bytes.data(), sizeof from_signature);
  return from_message ^ from_signature;
}

bool SignatureCache::contains(const Hash& message, const PublicKey& key,
                              const Signature& signature) const {
  const Entry entry{message, key, signature};
  const std::lock_guard lock{mutex_};
  return young_.contains(entry) || old_.contains(entry);
}

void SignatureCache::insert(const Hash& message, const PublicKey& key, const Signature& signature) {
  const std::lock_guard lock{mutex_};
  if (young_.size() >= kGenerationMax) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_.insert({message, key, signature});
}

}  // namespace hansatsu::node
