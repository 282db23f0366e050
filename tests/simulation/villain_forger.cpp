#include "tests/simulation/villain_forger.h"

#include "tests/simulation/world.h"

namespace hansatsu::simulation {

using consensus::Block;
using consensus::Header;
using consensus::Proposal;
using consensus::Response;

void BlockForger::outgoing(std::uint32_t to, const SharedParcel& parcel) {
  const consensus::Message& message = parcel->message();
  if (const auto* proposal = std::get_if<Proposal>(&message)) {
    const Block* other = shown_for(proposal->header, to);
    if (other != nullptr && other->header != proposal->header) {
      Proposal changed = *proposal;
      changed.header = other->header;
      changed.vote =
          vote(chain::VoteKind::notarize, other->header.view, chain::block_id(other->header));
      dress(changed);
      return show(to, std::move(changed));
    }
  }
  if (const auto* block = std::get_if<Block>(&message)) {
    if (const Block* other = shown_for(block->header, to)) return show(to, *other);
  }
  if (const auto* response = std::get_if<Response>(&message)) {
    const auto* block = std::get_if<Block>(&response->answer);
    const Block* other = block == nullptr ? nullptr : shown_for(block->header, to);
    // Who asks for its honest node's block has seen that block's header.
    if (other != nullptr && other->header == block->header) {
      return show(to, Response{response->id, *other});
    }
  }
  Villain::outgoing(to, parcel);
}

const Block* BlockForger::shown_for(const Header& header, std::uint32_t to) {
  if (header.proposer.raw != index_ || !deceives(to)) return nullptr;
  const Hash id = chain::block_id(header);
  auto found = shown_.find(id);
  if (found == shown_.end()) {
    const Block* honest = application().find(id);
    if (honest == nullptr) return nullptr;
    found = shown_.emplace(id, instead_of(*honest)).first;
    if (found->second == *honest) found->second.reset();
  }
  return found->second ? &*found->second : nullptr;
}

const Application& BlockForger::application() const { return world_.node(index_).application(); }

std::uint64_t BlockForger::turn(const Header& header) const {
  return header.view.raw / world_.size();
}

Block BlockForger::with_roots(Block block) const {
  if (auto whole = application().execute_on_parent(block)) return *std::move(whole);
  const auto body = application().parse(block);
  if (!body) return block;
  block.header.transactions_root = block::transactions_root(*body);
  block.header.evidence_root = block::evidence_root(*body);
  return block;
}

}  // namespace hansatsu::simulation
