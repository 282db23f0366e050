#pragma once

#include "ledger/chain/validators.h"
#include "ledger/crypto/keys.h"

namespace hansatsu::chain {

/// On the wire and in the log: DO NOT RENUMBER.
enum class VoteKind : std::uint8_t { notarize = 1, nullify = 2, finalize = 3 };
[[nodiscard]] constexpr bool known(VoteKind kind) {
  return kind >= VoteKind::notarize && kind <= VoteKind::finalize;
}

/// What one epoch's votes are bound to besides view and block.
struct EpochContext {
  Hash chain_id;
  Epoch epoch;
  Hash anchor_id;  ///< the previous epoch's sealing block; genesis for epoch 0
  bool operator==(const EpochContext&) const = default;
};
template <class C, FieldsOf<EpochContext> E>
void fields(C& c, E& e) {
  c(e.chain_id, e.epoch, e.anchor_id);
}

/// What is voted on: block_id is zero for nullify.
struct Ballot {
  VoteKind kind = VoteKind::notarize;
  View view;
  Hash block_id;
  auto operator<=>(const Ballot&) const = default;
};
template <class C, FieldsOf<Ballot> B>
void fields(C& c, B& b) {
  c(b.kind, b.view, b.block_id);
  c.require((b.kind == VoteKind::nullify) == b.block_id.is_zero());
}
/// The message a vote signs: tagged by kind, over context, view and block.
[[nodiscard]] Hash vote_message(const EpochContext& context, const Ballot& ballot);

struct Vote {
  Epoch epoch;
  Ballot ballot;
  ValidatorIndex signer;
  Signature signature;
  bool operator==(const Vote&) const = default;
};
template <class C, FieldsOf<Vote> V>
void fields(C& c, V& v) {
  c(v.epoch, v.ballot, v.signer, v.signature);
}
[[nodiscard]] Vote sign_vote(const EpochContext& context, const Ballot& ballot,
                             ValidatorIndex signer, const KeyPair& key);
/// False for another epoch, a signer outside the set or a wrong signature. Cost: one verification.
[[nodiscard]] bool verify_vote(const EpochContext& context, const ValidatorSet& set,
                               const Vote& vote);

/// Whether no correct validator casts both in one view of one epoch: two NOTARIZEs or two FINALIZEs
/// of different blocks, NOTARIZE and FINALIZE of different blocks, FINALIZE with NULLIFY. To
/// NOTARIZE and then NULLIFY is lawful. Source: docs/protocol/consensus.md A13.
[[nodiscard]] bool contradict(const Ballot& one, const Ballot& other);

/// A piece of evidence as block bodies carry it: two votes of one validator that contradict.
struct VotePair {
  Vote first;
  Vote second;
  bool operator==(const VotePair&) const = default;
};
template <class C, FieldsOf<VotePair> P>
void fields(C& c, P& p) {
  c(p.first, p.second);
}
/// Of one signer, in one view of one epoch, and contradicting. The signatures are not looked at.
[[nodiscard]] bool accuses(const VotePair& pair);

}  // namespace hansatsu::chain
