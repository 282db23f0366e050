#include "node/signature_cache.h"

#include <cstring>

namespace hansatsu::node {
namespace {

template <class Bytes>
std::uint64_t first_bytes(const Bytes& value) {
  std::uint64_t first = 0;
  std::memcpy(&first, value.bytes.data(), sizeof first);
  return first;
}

/// The upper bits of a product depend on all bits below; `secret` is odd.
std::size_t spread(std::uint64_t value, std::uint64_t secret, std::size_t count) {
  return static_cast<std::size_t>((value * secret) >> 32U) % count;
}

}  // namespace

SignatureCache::SignatureCache() : checks_(kSets), keys_(kKeysMax) {
  fill_random({reinterpret_cast<std::uint8_t*>(&secret_), sizeof secret_});
  secret_ |= 1U;
}

std::size_t SignatureCache::set_of(const Check& check) const {
  return spread(first_bytes(check.message) ^ first_bytes(check.signature), secret_, kSets);
}

bool SignatureCache::remembers(const Hash& message, const PublicKey& key,
                               const Signature& signature) const {
  if (key == PublicKey{}) return false;  // of places never used; no such point is on the curve
  const Check check{message, key, signature};
  const std::size_t set = set_of(check);
  const std::lock_guard lock{check_locks_[set % kLocks]};
  return checks_[set][0] == check || checks_[set][1] == check;
}

void SignatureCache::remember(const Check& check) {
  const std::size_t set = set_of(check);
  const std::lock_guard lock{check_locks_[set % kLocks]};
  checks_[set][1] = checks_[set][0];
  checks_[set][0] = check;
}

std::optional<ParsedKey> SignatureCache::parsed(const PublicKey& key) {
  const std::size_t place = spread(first_bytes(key), secret_, kKeysMax);
  {
    const std::lock_guard lock{key_locks_[place % kLocks]};
    if (keys_[place].key == key && keys_[place].parsed) return keys_[place].parsed;
  }
  const auto made = ParsedKey::parse(key);
  if (!made) return std::nullopt;
  const std::lock_guard lock{key_locks_[place % kLocks]};
  keys_[place] = {key, made};
  return made;
}

bool SignatureCache::holds(const Hash& message, const PublicKey& key, const Signature& signature) {
  if (remembers(message, key, signature)) return true;
  const auto point = parsed(key);
  if (!point || !point->verify(message, signature)) return false;
  remember({message, key, signature});
  return true;
}

}  // namespace hansatsu::node
