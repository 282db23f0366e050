#include "node/block_receipts.h"

#include "ledger/block/receipt.h"

namespace hansatsu::node {
namespace {

/// The bytes of each transaction of a body that was accepted once (docs/protocol/block.md "Body").
std::vector<ByteView> split_body(ByteView body) {
  Decoder decoder{body};
  std::uint32_t count = 0;
  decoder(count);
  std::vector<ByteView> transactions;
  for (std::uint32_t i = 0; i < count && !decoder.failed(); ++i) {
    std::uint32_t length = 0;
    decoder(length);
    transactions.push_back(decoder.raw(length));
  }
  return transactions;
}

std::vector<std::vector<Hash>> tree_over(std::vector<Hash> leaves) {
  std::vector<std::vector<Hash>> levels;
  levels.push_back(std::move(leaves));
  while (levels.back().size() > 1) {
    const std::vector<Hash>& below = levels.back();
    std::vector<Hash> level;
    for (std::size_t i = 0; i < below.size(); i += 2) {
      level.push_back(merkle_node(below[i], i + 1 < below.size() ? below[i + 1] : Hash{}));
    }
    levels.push_back(std::move(level));
  }
  return levels;
}

}  // namespace

BlockTransactions::BlockTransactions(std::shared_ptr<const store::CommittedBlock> block)
    : block_{std::move(block)}, transactions_{split_body(*block_->body)} {
  ASSERT(transactions_.size() == block_->outcomes.size());
}

BlockReceipts::BlockReceipts(std::shared_ptr<const store::CommittedBlock> block)
    : block_{std::move(block)}, transactions_{block_} {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < block_->outcomes.size(); ++i) {
    const store::OutcomeEntry& entry = block_->outcomes[i];
    private_hashes_.push_back(rules::private_outcome_hash(entry.salt, entry.outcome.private_part));
    leaves.push_back(block::outcome_leaf(block_->transactions[i].id, entry.outcome.public_part,
                                         private_hashes_.back()));
  }
  levels_ = tree_over(std::move(leaves));
}

rpc::FinalTransaction BlockTransactions::at(std::uint32_t position) const {
  ASSERT(position < transactions_.size());
  const rules::Outcome& outcome = block_->outcomes[position].outcome;
  rpc::FinalTransaction transaction;
  transaction.id = block_->transactions[position].id;
  transaction.height = block_->header.height;
  transaction.position = position;
  transaction.transaction.assign(transactions_[position].begin(), transactions_[position].end());
  transaction.outcome = outcome.public_part;
  transaction.private_outcome = outcome.private_part;
  return transaction;
}

rpc::ProvenTransaction BlockReceipts::proven(std::uint32_t position) const {
  ASSERT(block_->proof.has_value() && position < private_hashes_.size());
  block::Receipt receipt;
  receipt.header = block_->header;
  receipt.finality = *block_->proof;
  receipt.transaction_id = block_->transactions[position].id;
  receipt.outcome = block_->outcomes[position].outcome.public_part;
  receipt.private_hash = private_hashes_[position];
  receipt.path.index = position;
  std::size_t index = position;
  for (std::size_t level = 0; level + 1 < levels_.size(); ++level) {
    const std::size_t sibling = index ^ 1U;
    const std::vector<Hash>& row = levels_[level];
    receipt.path.siblings.push_back(sibling < row.size() ? row[sibling] : Hash{});
    index /= 2;
  }
  return {transactions_.at(position), encode(receipt)};
}

}  // namespace hansatsu::node
