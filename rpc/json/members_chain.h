#pragma once

#include "ledger/chain/certificate.h"
#include "rpc/json/codec.h"

/// Names and members of what the agreement leaves behind. Source: docs/protocol/api.md "Records".
namespace hansatsu::chain {

constexpr auto names(VoteKind) {
  return std::to_array<rpc::EnumName<VoteKind>>({{VoteKind::notarize, "notarize"},
                                                 {VoteKind::nullify, "nullify"},
                                                 {VoteKind::finalize, "finalize"}});
}
template <class J, FieldsOf<Header> H>
void members(J& j, H& h) {
  j("version", h.version)("chain_id", h.chain_id)("epoch", h.epoch)("view", h.view);
  j("height", h.height)("parent_view", h.parent_view)("parent_id", h.parent_id);
  j("content_parent_id", h.content_parent_id)("time", h.time)("proposer", h.proposer);
  j("validator_set_hash", h.validator_set_hash)("transactions_root", h.transactions_root);
  j("outcomes_root", h.outcomes_root)("state_root", h.state_root)("flags", h.flags);
  j("next_set_hash", h.next_set_hash)("evidence_root", h.evidence_root);
}
template <class J, FieldsOf<Ballot> B>
void members(J& j, B& b) {
  j("kind", b.kind)("view", b.view)("block_id", b.block_id);
}
template <class J, FieldsOf<Certificate> T>
void members(J& j, T& t) {
  j("epoch", t.epoch)("ballot", t.ballot)("signers", t.signers)("signatures", t.signatures);
}
template <class J, FieldsOf<FinalityProof> P>
void members(J& j, P& p) {
  j("finalization", p.finalization)("descendants", p.descendants);
}

}  // namespace hansatsu::chain
