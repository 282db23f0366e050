#include "tests/simulation/checkers.h"

#include <algorithm>

namespace hansatsu::simulation {
namespace {

std::string at_view(std::uint32_t node, View view) {
  return "node " + std::to_string(node) + " view " + std::to_string(view.raw);
}

}  // namespace

Checkers::Checkers(std::uint32_t validators, std::vector<bool> honest)
    : faults_{(validators - 1) / 3}, honest_{std::move(honest)}, nodes_(validators) {}

void Checkers::claim(bool holds, const char* checker, const std::string& what) {
  if (!holds) violation(std::string{checker} + ": " + what);
}

void Checkers::durable(std::uint32_t node, const std::vector<consensus::Record>& records) {
  PerNode& own = nodes_[node];
  for (const consensus::Record& record : records) {
    if (const auto* vote = std::get_if<chain::Vote>(&record)) {
      own.durable_votes.insert(vote->ballot);
    } else if (const auto* block = std::get_if<consensus::Block>(&record)) {
      const Hash id = chain::block_id(block->header);
      own.durable_blocks.insert(id);
      parents_[id] = block->header.parent_id;
    }
  }
}

void Checkers::sent(std::uint32_t node, const consensus::Message& message) {
  see_in(message);
  if (!honest_[node]) return;
  if (const auto* vote = std::get_if<chain::Vote>(&message)) {
    ++votes_sent_;
    if (vote->signer.raw == node) check_vote(node, *vote);
  } else if (const auto* proposal = std::get_if<consensus::Proposal>(&message)) {
    ++proposals_sent_;
    if (proposal->vote.signer.raw == node) check_vote(node, proposal->vote);
  }
}

void Checkers::check_vote(std::uint32_t node, const chain::Vote& vote) {
  const chain::Ballot& ballot = vote.ballot;
  Cast& cast = nodes_[node].cast[ballot.view];
  switch (ballot.kind) {
    case chain::VoteKind::notarize:
      claim(!cast.notarize || *cast.notarize == ballot.block_id, "C5",
            at_view(node, ballot.view) + " notarized twice");
      cast.notarize = ballot.block_id;
      break;
    case chain::VoteKind::nullify:
      cast.nullify = true;
      break;
    case chain::VoteKind::finalize:
      claim(!cast.finalize || *cast.finalize == ballot.block_id, "C5",
            at_view(node, ballot.view) + " finalized twice");
      cast.finalize = ballot.block_id;
      check_finalize_is_durable(node, ballot);
      break;
  }
  claim(!(cast.nullify && cast.finalize), "C5",
        at_view(node, ballot.view) + " nullified and finalized");
  claim(nodes_[node].durable_votes.contains(ballot), "C6",
        at_view(node, ballot.view) + " sent a vote before it was durable");
}

void Checkers::check_finalize_is_durable(std::uint32_t node, const chain::Ballot& ballot) {
  const PerNode& own = nodes_[node];
  for (Hash id = ballot.block_id; !final_set_.contains(id);) {
    claim(own.durable_blocks.contains(id), "C6",
          at_view(node, ballot.view) + " finalized a block whose chain is not on its disk");
    const auto parent = parents_.find(id);
    if (parent == parents_.end() || !own.durable_blocks.contains(id)) return;
    id = parent->second;
    if (!parents_.contains(id)) return;  // the anchor
  }
}

void Checkers::see(const chain::Certificate& certificate) {
  const chain::Ballot& ballot = certificate.ballot;
  Cast& cast = certified_[ballot.view];
  const std::string view = "view " + std::to_string(ballot.view.raw);
  if (ballot.kind == chain::VoteKind::nullify) cast.nullify = true;
  if (ballot.kind == chain::VoteKind::finalize) cast.finalize = ballot.block_id;
  if (ballot.kind == chain::VoteKind::notarize) {
    claim(!cast.notarize || *cast.notarize == ballot.block_id, "C4",
          view + " has two notarizations");
    cast.notarize = ballot.block_id;
  }
  claim(!(cast.nullify && cast.finalize), "C3", view + " is nullified and finalized");
}

void Checkers::see_in(const consensus::Message& message) {
  if (const auto* certificate = std::get_if<chain::Certificate>(&message)) see(*certificate);
  if (const auto* proposal = std::get_if<consensus::Proposal>(&message)) {
    if (proposal->parent) see(*proposal->parent);
    for (const auto& certificate : proposal->gap) see(certificate);
  }
}

void Checkers::committed(std::uint32_t node, const consensus::CommittedBlock& block) {
  if (!honest_[node]) return;
  const Height height = block.block.block.header.height;
  const std::string where =
      "node " + std::to_string(node) + " height " + std::to_string(height.raw);
  claim(height == next(nodes_[node].height), "C2", where + " does not follow its last block");
  nodes_[node].height = height;
  const auto [final_id, first] = final_ids_.emplace(height, block.block_id);
  claim(final_id->second == block.block_id, "C1", where + " is another block than elsewhere");
  if (!first) return;
  final_set_.insert(block.block_id);
  const auto holders = static_cast<std::uint32_t>(
      std::count_if(nodes_.begin(), nodes_.end(), [&](const PerNode& other) {
        const auto index = static_cast<std::size_t>(&other - nodes_.data());
        return honest_[index] && other.durable_blocks.contains(block.block_id);
      }));
  claim(holders >= faults_ + 1, "C7", where + " is final on fewer than f+1 honest disks");
}

void Checkers::acknowledged(std::uint32_t node, Height height) {
  if (!honest_[node]) return;
  const auto id = final_ids_.find(height);
  claim(id != final_ids_.end(), "C7", "acknowledged a height that is not final");
  if (id != final_ids_.end()) acknowledged_[height] = id->second;
}

void Checkers::check_kept(std::uint32_t node,
                          const std::map<Height, consensus::FinalBlock>& chain) {
  for (const auto& [height, id] : acknowledged_) {
    const auto found = chain.find(height);
    const bool kept = found != chain.end() && chain::block_id(found->second.block.header) == id;
    claim(
        kept, "C7",
        "node " + std::to_string(node) + " lost acknowledged height " + std::to_string(height.raw));
  }
}

void Checkers::evidence(const consensus::Evidence& evidence) {
  claim(!honest_[evidence.first.signer.raw], "C9",
        "evidence against honest node " + std::to_string(evidence.first.signer.raw));
}

Height Checkers::final_height() const {
  return final_ids_.empty() ? Height{0} : final_ids_.rbegin()->first;
}

}  // namespace hansatsu::simulation
