#include "ledger/chain/validators.h"

#include <algorithm>

namespace hansatsu::chain {

std::optional<ValidatorIndex> ValidatorSet::index_of(const PublicKey& key) const {
  const auto found = std::lower_bound(keys.begin(), keys.end(), key);
  if (found == keys.end() || *found != key) return std::nullopt;
  return ValidatorIndex{static_cast<std::uint8_t>(found - keys.begin())};
}

Hash hash_of_set(const ValidatorSet& set) { return hash_of(HashTag::validator_set, set); }

}  // namespace hansatsu::chain
