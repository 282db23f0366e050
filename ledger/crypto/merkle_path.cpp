#include "ledger/crypto/merkle_path.h"

#include "ledger/crypto/hash.h"

namespace hansatsu {
inline namespace crypto {
namespace {

/// One level up; an odd last hash is paired with the zero hash.
std::vector<Hash> parents(std::span<const Hash> level) {
  std::vector<Hash> up;
  up.reserve((level.size() + 1) / 2);
  for (std::size_t i = 0; i < level.size(); i += 2) {
    up.push_back(merkle_node(level[i], i + 1 < level.size() ? level[i + 1] : Hash{}));
  }
  return up;
}

}  // namespace

Hash merkle_node(const Hash& left, const Hash& right) {
  if (left.is_zero() && right.is_zero()) return {};
  return Hasher{HashTag::merkle_node}.add(left).add(right).finish();
}

Hash merkle_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return {};
  std::vector<Hash> level{leaves.begin(), leaves.end()};
  while (level.size() > 1) level = parents(level);
  return level.front();
}

MerklePath merkle_path(std::span<const Hash> leaves, std::uint64_t index) {
  ASSERT(index < leaves.size());
  MerklePath path;
  path.index = index;
  std::vector<Hash> level{leaves.begin(), leaves.end()};
  while (level.size() > 1) {
    const std::uint64_t sibling = index ^ 1U;
    path.siblings.push_back(sibling < level.size() ? level[sibling] : Hash{});
    level = parents(level);
    index /= 2;
  }
  return path;
}

Hash merkle_root_from(const MerklePath& path, const Hash& leaf) {
  Hash root = leaf;
  std::uint64_t index = path.index;
  for (const Hash& sibling : path.siblings) {
    root = index % 2 == 0 ? merkle_node(root, sibling) : merkle_node(sibling, root);
    index /= 2;
  }
  return root;
}

}  // namespace crypto
}  // namespace hansatsu
