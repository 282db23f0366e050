#pragma once

#include "tests/simulation/checkers.h"

/// What the checkers' own tests tell them of: a town of four, of whom the last lies.
namespace hansatsu::simulation {

[[nodiscard]] inline Checkers four_checked() {
  return Checkers{4, {true, true, true, false}, Hash{}};
}

[[nodiscard]] inline Hash id_of(std::uint8_t first) {
  Hash id;
  id.bytes[0] = first;
  return id;
}

inline const chain::Ballot kNullify{chain::VoteKind::nullify, View{7}, Hash{}};

[[nodiscard]] inline chain::Ballot ballot_of(chain::VoteKind kind, std::uint8_t block) {
  return {kind, View{7}, id_of(block)};
}

[[nodiscard]] inline chain::Vote vote_of(std::uint8_t signer, const chain::Ballot& ballot) {
  chain::Vote vote;
  vote.ballot = ballot;
  vote.signer = ValidatorIndex{signer};
  return vote;
}

[[nodiscard]] inline chain::Certificate certificate_of(std::uint32_t signers,
                                                       const chain::Ballot& ballot) {
  chain::Certificate certificate;
  certificate.ballot = ballot;
  certificate.signers = signers;
  return certificate;
}

[[nodiscard]] inline consensus::CommittedBlock block_at(Height height, const Hash& parent,
                                                        std::uint8_t state = 0) {
  consensus::CommittedBlock committed;
  chain::Header& header = committed.block.block.header;
  header.height = height;
  header.view = View{height.raw};
  header.parent_id = parent;
  header.state_root = id_of(state);
  committed.block_id = chain::block_id(header);
  return committed;
}

/// The block is on the disks of these.
inline void store(Checkers& checkers, std::initializer_list<std::uint32_t> nodes,
                  const consensus::CommittedBlock& block) {
  for (const std::uint32_t node : nodes) {
    checkers.durable(node, block.block.block.header.height.raw, block.block.block);
  }
}

inline void commit(Checkers& checkers, std::uint32_t node, const consensus::CommittedBlock& block) {
  checkers.committed(node, block, block.block.block.header.state_root);
}

/// They have said this, and nothing else.
[[nodiscard]] inline bool has_seen(const Checkers& checkers, const std::string& what) {
  return checkers.violations().size() == 1 && checkers.violations().front().starts_with(what);
}

}  // namespace hansatsu::simulation
