#pragma once

#include "node/store/recent_blocks.h"
#include "rpc/json/answers.h"

namespace hansatsu::node {

/// A final block's transactions with what they did.
/// Threads: const functions from any. Cost: no hash.
class BlockTransactions {
 public:
  explicit BlockTransactions(std::shared_ptr<const store::CommittedBlock> block);
  /// Requires: position < the block's transactions.
  [[nodiscard]] rpc::FinalTransaction at(std::uint32_t position) const;

 private:
  std::shared_ptr<const store::CommittedBlock> block_;
  std::vector<ByteView> transactions_;
};

/// The same with the proof. One tree serves all of a block's receipts.
/// Threads: const functions from any. Cost: the tree's hashes once, then a copy each.
class BlockReceipts {
 public:
  explicit BlockReceipts(std::shared_ptr<const store::CommittedBlock> block);
  /// Requires: position < the block's transactions; the block has its proof, as every block with
  /// content does.
  [[nodiscard]] rpc::ProvenTransaction proven(std::uint32_t position) const;

 private:
  std::shared_ptr<const store::CommittedBlock> block_;
  BlockTransactions transactions_;
  std::vector<Hash> private_hashes_;
  std::vector<std::vector<Hash>> levels_;  ///< of the outcomes' tree, leaves first
};

}  // namespace hansatsu::node
