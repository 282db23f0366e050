#pragma once

#include "ledger/crypto/hash.h"

namespace hansatsu::chain {

inline constexpr std::size_t kValidatorsMax = 31;

/// The voting keys of one epoch, in ascending order of key; a validator's index is its place here.
struct ValidatorSet {
  BoundedVector<PublicKey, kValidatorsMax> keys;

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(keys.size()); }
  /// f = floor((n-1)/3) faulty ones are tolerated.
  [[nodiscard]] std::uint32_t faults() const { return (size() - 1) / 3; }
  /// q = n - f: any two quorums share an honest validator.
  [[nodiscard]] std::uint32_t quorum() const { return size() - faults(); }
  /// Absent for a key that is not in the set.
  [[nodiscard]] std::optional<ValidatorIndex> index_of(const PublicKey& key) const;
  bool operator==(const ValidatorSet&) const = default;
};
template <class C, FieldsOf<ValidatorSet> S>
void fields(C& c, S& set) {
  c(set.keys);
  // n = 1 is a single operator's ledger; 2 and 3 would tolerate nothing and gain nothing.
  c.require(set.keys.size() == 1 || set.keys.size() >= 4);
  for (std::size_t i = 1; i < set.keys.size(); ++i) c.require(set.keys[i - 1] < set.keys[i]);
}
[[nodiscard]] Hash hash_of_set(const ValidatorSet& set);

}  // namespace hansatsu::chain
