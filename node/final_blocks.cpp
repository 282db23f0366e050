#include "node/final_blocks.h"

#include <algorithm>

namespace hansatsu::node {
namespace {

bool has_content(const chain::Header& header) { return !header.is_empty() || header.is_sealing(); }

}  // namespace

FinalBlocks::FinalBlocks(const chain::Header& base)
    : last_{base}, last_id_{chain::block_id(base)} {}

void FinalBlocks::add(const chain::Header& header, const log::RecordPlace& place) {
  if (header.height <= last_.height || header.view <= last_.view) return;
  const Key key{header.view, chain::block_id(header)};
  if (waiting_.try_emplace(key, Waiting{header, place}).second) link(key);
}

void FinalBlocks::add(const chain::Certificate& certificate) {
  const chain::Ballot& ballot = certificate.ballot;
  if (ballot.kind != chain::VoteKind::finalize || ballot.view <= last_.view) return;
  finalizations_.try_emplace(ballot.view, certificate);
}

bool FinalBlocks::is_linked(const chain::Header& header) const {
  if (header.parent_id == last_id_) return true;
  const auto parent = waiting_.find({header.parent_view, header.parent_id});
  return parent != waiting_.end() && parent->second.is_linked;
}

/// Each block is linked once, with its parent or when the parent is: so no way down is walked for
/// every record that comes.
void FinalBlocks::link(const Key& first) {
  std::vector<Key> open{first};
  while (!open.empty()) {
    const Key key = open.back();
    open.pop_back();
    const auto found = waiting_.find(key);
    if (found == waiting_.end()) continue;
    const chain::Header& header = found->second.header;
    if (!is_linked(header)) {
      orphans_.emplace(Key{header.parent_view, header.parent_id}, key);
      continue;
    }
    found->second.is_linked = true;
    const auto [child, end] = orphans_.equal_range(key);
    for (auto at = child; at != end; ++at) open.push_back(at->second);
    orphans_.erase(child, end);
  }
}

std::optional<FinalBlocks::Chain> FinalBlocks::chain_of(const Key& newest) const {
  Chain chain;
  // What is linked has an ancestor for each height, so this ends; a rival's way ends elsewhere.
  for (Key at = newest; at.second != last_id_;) {
    const auto found = waiting_.find(at);
    if (found == waiting_.end()) return std::nullopt;
    const chain::Header& header = found->second.header;
    chain.push_back(at);
    at = {header.parent_view, header.parent_id};
  }
  return chain;
}

/// Longer ways were final in steps, whose FINALIZATIONs stand in the log too.
bool FinalBlocks::is_provable(const Chain& chain) const {
  std::size_t descendants = 0;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (i != 0 && !has_content(waiting_.at(chain[i]).header)) continue;
    if (descendants++ > chain::FinalityProof::kHeadersMax) return false;
  }
  return true;
}

/// The lowest FINALIZATION is looked at alone: those above it rest on its block.
Result<std::vector<FinalBlocks::Final>, FinalFault> FinalBlocks::take() {
  if (!finalizations_.empty() && unproven_ != finalizations_.begin()->first) {
    const chain::Certificate finalization = finalizations_.begin()->second;
    const Key newest{finalization.ballot.view, finalization.ballot.block_id};
    const auto found = waiting_.find(newest);
    if (found != waiting_.end() && found->second.is_linked) {
      const auto chain = chain_of(newest);
      if (!chain) return Err{fault(FinalFault::Kind::off_chain)};
      if (is_provable(*chain)) return settle(*chain, finalization);
      unproven_ = finalization.ballot.view;
    }
  }
  if (unproven_ && waiting_.size() > kUnprovenMax) {
    return Err{fault(FinalFault::Kind::unproven)};
  }
  if (waiting_.size() > kWaitingMax) return Err{fault(FinalFault::Kind::too_much)};
  return std::vector<Final>{};
}

FinalFault FinalBlocks::fault(FinalFault::Kind kind) const {
  const View view =
      finalizations_.empty() ? waiting_.begin()->first.first : finalizations_.begin()->first;
  return {kind, next(last_.height), view};
}

std::vector<FinalBlocks::Final> FinalBlocks::settle(const Chain& chain,
                                                    const chain::Certificate& finalization) {
  std::vector<Final> blocks;
  chain::FinalityProof proof{finalization, {}};
  for (const Key& key : chain) {
    const auto node = waiting_.extract(key);
    const chain::Header& header = node.mapped().header;
    Final final{key.second, header, std::nullopt, node.mapped().place};
    if (blocks.empty() || has_content(header)) {
      final.proof = proof;
      if (!proof.descendants.is_full()) proof.descendants.push_back(header);
    }
    blocks.push_back(std::move(final));
  }
  std::reverse(blocks.begin(), blocks.end());
  last_ = blocks.back().header;
  last_id_ = blocks.back().block_id;
  unproven_.reset();
  forget_left_behind();
  return blocks;
}

void FinalBlocks::forget_left_behind() {
  finalizations_.erase(finalizations_.begin(), finalizations_.upper_bound(last_.view));
  const Key first_above{next(last_.view), Hash{}};
  // A parent at or below the last final block comes no more, or its children are linked already.
  orphans_.erase(orphans_.begin(), orphans_.lower_bound(first_above));
  waiting_.erase(waiting_.begin(), waiting_.lower_bound(first_above));
}

}  // namespace hansatsu::node
