#include "node/final_blocks.h"

#include <algorithm>

namespace hansatsu::node {
namespace {

bool has_content(const chain::Header& header) { return !header.is_empty() || header.is_sealing(); }

}  // namespace

FinalBlocks::FinalBlocks(const chain::Header& base)
    : last_{base}, last_id_{chain::block_id(base)} {}

void FinalBlocks::add(const consensus::Block& block, const log::RecordPlace& place) {
  if (block.header.height <= last_.height || block.header.view <= last_.view) return;
  const auto [entry, is_new] =
      waiting_.try_emplace(chain::block_id(block.header), Waiting{block, place});
  if (is_new) waiting_bytes_ += block.body->size();
}

void FinalBlocks::add(const chain::Certificate& certificate) {
  const chain::Ballot& ballot = certificate.ballot;
  if (ballot.kind != chain::VoteKind::finalize || ballot.view <= last_.view) return;
  finalizations_.try_emplace(ballot.view, certificate);
}

/// Absent while a block is missing; empty if the way leads past the last final block.
std::optional<FinalBlocks::Chain> FinalBlocks::chain_of(const Hash& id) const {
  Chain chain;
  for (Hash at = id; at != last_id_;) {
    const auto found = waiting_.find(at);
    if (found == waiting_.end()) return std::nullopt;
    const chain::Header& header = found->second.block.header;
    chain.push_back(at);
    // Only blocks above the last final one wait, and heights must fall by one: so this ends.
    if (header.height.raw == last_.height.raw + 1 && header.parent_id != last_id_) return Chain{};
    at = header.parent_id;
  }
  return chain;
}

/// Longer ways were final in steps, whose FINALIZATIONs stand in the log too.
bool FinalBlocks::is_provable(const Chain& chain) const {
  std::size_t descendants = 0;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (i != 0 && !has_content(waiting_.at(chain[i]).block.header)) continue;
    if (descendants++ > chain::FinalityProof::kHeadersMax) return false;
  }
  return true;
}

std::optional<std::vector<FinalBlocks::Final>> FinalBlocks::take() {
  for (const auto& [view, finalization] : finalizations_) {
    const auto chain = chain_of(finalization.ballot.block_id);
    if (!chain) continue;
    if (chain->empty()) return std::nullopt;
    if (!is_provable(*chain)) continue;
    const chain::Certificate proof = finalization;
    return settle(*chain, proof);
  }
  return std::vector<Final>{};
}

std::vector<FinalBlocks::Final> FinalBlocks::settle(const Chain& chain,
                                                    const chain::Certificate& finalization) {
  std::vector<Final> blocks;
  chain::FinalityProof proof{finalization, {}};
  for (const Hash& id : chain) {
    auto node = waiting_.extract(id);
    Waiting& waiting = node.mapped();
    const chain::Header header = waiting.block.header;
    waiting_bytes_ -= waiting.block.body->size();
    Final final{{id, {std::move(waiting.block), std::nullopt}}, waiting.place};
    if (blocks.empty() || has_content(header)) {
      final.block.block.proof = proof;
      if (!proof.descendants.is_full()) proof.descendants.push_back(header);
    }
    blocks.push_back(std::move(final));
  }
  std::reverse(blocks.begin(), blocks.end());
  last_ = blocks.back().block.block.block.header;
  last_id_ = blocks.back().block.block_id;
  forget_left_behind();
  return blocks;
}

void FinalBlocks::forget_left_behind() {
  finalizations_.erase(finalizations_.begin(), finalizations_.upper_bound(last_.view));
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    const chain::Header& header = it->second.block.header;
    const bool is_dead = header.height <= last_.height || header.view <= last_.view;
    if (is_dead) waiting_bytes_ -= it->second.block.body->size();
    it = is_dead ? waiting_.erase(it) : std::next(it);
  }
}

}  // namespace hansatsu::node
