#pragma once

#include "ledger/types/bytes.h"
#include "ledger/types/codec.h"

namespace hansatsu {
inline namespace crypto {

/// Depth of a dense binary Merkle tree never passes this: rows are counted in at most 64 bits.
inline constexpr std::size_t kMerkleDepthMax = 64;

/// Siblings from the leaf up. Together with the leaf's index and hash it gives the root.
struct MerklePath {
  std::uint64_t index = 0;
  BoundedVector<Hash, kMerkleDepthMax> siblings;
  bool operator==(const MerklePath&) const = default;
};
template <class C, FieldsOf<MerklePath> P>
void fields(C& c, P& path) {
  c(path.index, path.siblings);
  // A higher index would name the same leaf a second time.
  c.require(path.siblings.size() >= 64 || path.index >> path.siblings.size() == 0);
}

/// An empty subtree is the zero hash: a node over two zero hashes is the zero hash too.
[[nodiscard]] Hash merkle_node(const Hash& left, const Hash& right);
/// Root of the leaves, padded with zero hashes to the next power of two; zero for no leaves.
[[nodiscard]] Hash merkle_root(std::span<const Hash> leaves);
/// Requires: index < leaves.size().
[[nodiscard]] MerklePath merkle_path(std::span<const Hash> leaves, std::uint64_t index);
[[nodiscard]] Hash merkle_root_from(const MerklePath& path, const Hash& leaf);

}  // namespace crypto
}  // namespace hansatsu
