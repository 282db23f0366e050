#include "ledger/state/merkle_tree.h"

#include <bit>

namespace hansatsu::state {

std::uint32_t merkle_depth(std::uint64_t next) {
  return next <= 1 ? 0 : static_cast<std::uint32_t>(std::bit_width(next - 1));
}

MerkleTree::MerkleTree(std::uint64_t first, const std::vector<Hash>& leaves) {
  std::vector<MerkleNode> nodes;
  nodes.reserve(leaves.size());
  for (const Hash& leaf : leaves) nodes.push_back({first + nodes.size(), leaf});
  const std::uint64_t next = first + leaves.size();
  // Below `first` all is zero, and there was nothing before.
  apply(merkle_changes(std::move(nodes), next,
                       [](std::uint32_t /*level*/, std::uint64_t /*index*/) { return Hash{}; }),
        first, next);
}

Hash MerkleTree::node(std::uint32_t level, std::uint64_t index) const {
  if (level >= levels_.size()) return {};
  const Level& stored = levels_[level];
  if (index < stored.begin || index - stored.begin >= stored.nodes.size()) return {};
  return stored.nodes[index - stored.begin];
}

Hash MerkleTree::root() const { return node(merkle_depth(next_), 0); }

MerklePath MerkleTree::path(std::uint64_t index) const {
  ASSERT(index < next_);
  MerklePath path;
  path.index = index;
  for (std::uint32_t level = 0; level < merkle_depth(next_); ++level) {
    path.siblings.push_back(node(level, index ^ 1U));
    index /= 2;
  }
  return path;
}

void MerkleTree::apply(const MerkleChanges& changes, std::uint64_t first, std::uint64_t next) {
  next_ = next;
  const std::uint32_t levels = merkle_depth(next) + 1;
  while (levels_.size() < levels) {
    levels_.push_back({first >> levels_.size(), {}});
  }
  for (std::uint32_t level = 0; level < changes.size(); ++level) {
    Level& stored = levels_[level];
    for (const MerkleNode& node : changes[level]) {
      if (node.index < stored.begin) continue;
      const std::uint64_t at = node.index - stored.begin;
      if (at >= stored.nodes.size()) stored.nodes.resize(at + 1);
      stored.nodes[at] = node.hash;
    }
  }
  for (std::uint32_t level = 0; level < levels; ++level) {
    Level& stored = levels_[level];
    for (; stored.begin < first >> level && !stored.nodes.empty(); ++stored.begin) {
      stored.nodes.pop_front();
    }
    if (stored.nodes.empty()) stored.begin = first >> level;
  }
}

}  // namespace hansatsu::state
