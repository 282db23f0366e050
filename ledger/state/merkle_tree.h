#pragma once

#include <deque>

#include "ledger/crypto/merkle_path.h"

namespace hansatsu::state {

/// Levels above the leaves of a dense tree over `next` rows.
[[nodiscard]] std::uint32_t merkle_depth(std::uint64_t next);

struct MerkleNode {
  std::uint64_t index = 0;
  Hash hash;
};
/// Changed nodes by level, leaves first; each level ascending by index.
using MerkleChanges = std::vector<std::vector<MerkleNode>>;

/// All nodes of one table's dense Merkle tree, in memory; what lies below `first` is zero and not
/// kept. Hashing as in ledger/crypto/merkle_path.h.
class MerkleTree {
 public:
  MerkleTree() = default;
  /// Builds every level from the leaves of rows first, first + 1, ... Cost: a hash a row.
  MerkleTree(std::uint64_t first, const std::vector<Hash>& leaves);

  /// Zero for what is pruned or beyond the end.
  [[nodiscard]] Hash node(std::uint32_t level, std::uint64_t index) const;
  [[nodiscard]] Hash root() const;
  /// Requires: index < next.
  [[nodiscard]] MerklePath path(std::uint64_t index) const;
  void apply(const MerkleChanges& changes, std::uint64_t first, std::uint64_t next);

 private:
  struct Level {
    std::uint64_t begin = 0;  ///< index of nodes.front()
    std::deque<Hash> nodes;
  };
  std::vector<Level> levels_;
  std::uint64_t next_ = 0;
};

/// Nodes above changed leaves. `unchanged(level, index)` gives what lay there before.
/// Requires: leaves ascending by index, below next, and holding every row appended.
template <class Unchanged>
[[nodiscard]] MerkleChanges merkle_changes(std::vector<MerkleNode> leaves, std::uint64_t next,
                                           const Unchanged& unchanged) {
  const std::uint32_t depth = merkle_depth(next);
  MerkleChanges changes;
  changes.reserve(depth + 1);
  changes.push_back(std::move(leaves));
  for (std::uint32_t level = 0; level < depth; ++level) {
    const std::vector<MerkleNode>& below = changes[level];
    std::vector<MerkleNode> above;
    above.reserve(below.size() / 2 + 1);
    for (std::size_t i = 0; i < below.size(); ++i) {
      const std::uint64_t left = below[i].index & ~std::uint64_t{1};
      const bool is_left = below[i].index == left;
      const bool has_right = is_left && i + 1 < below.size() && below[i + 1].index == left + 1;
      const Hash left_hash = is_left ? below[i].hash : unchanged(level, left);
      const Hash right_hash = has_right ? below[i + 1].hash
                              : is_left ? unchanged(level, left + 1)
                                        : below[i].hash;
      above.push_back({left / 2, merkle_node(left_hash, right_hash)});
      if (has_right) ++i;
    }
    changes.push_back(std::move(above));
  }
  return changes;
}

}  // namespace hansatsu::state
