#include "ledger/chain/vote.h"

#include <algorithm>

namespace hansatsu::chain {
namespace {

HashTag tag_of(VoteKind kind) {
  switch (kind) {
    case VoteKind::notarize:
      return HashTag::notarize;
    case VoteKind::nullify:
      return HashTag::nullify;
    case VoteKind::finalize:
      return HashTag::finalize;
  }
  ASSERT(false);
  return HashTag::nullify;
}

}  // namespace

Hash vote_message(const EpochContext& context, const Ballot& ballot) {
  Encoder encoder;
  encoder(context, ballot.view, ballot.block_id);
  return hash(tag_of(ballot.kind), encoder.view());
}

Vote sign_vote(const EpochContext& context, const Ballot& ballot, ValidatorIndex signer,
               const KeyPair& key) {
  return {context.epoch, ballot, signer, key.sign(vote_message(context, ballot))};
}

bool verify_vote(const EpochContext& context, const ValidatorSet& set, const Vote& vote) {
  if (vote.epoch != context.epoch || vote.signer.raw >= set.size()) return false;
  return verify(set.keys[vote.signer.raw], vote_message(context, vote.ballot), vote.signature);
}

bool contradict(const Ballot& one, const Ballot& other) {
  const VoteKind lower = std::min(one.kind, other.kind);
  const VoteKind higher = std::max(one.kind, other.kind);
  if (lower == VoteKind::notarize && higher == VoteKind::nullify) return false;
  // What is left differs by kind from NULLIFY, which names no block, or must name the same block.
  return one.block_id != other.block_id;
}

bool accuses(const VotePair& pair) {
  const Vote& first = pair.first;
  const Vote& second = pair.second;
  return first.epoch == second.epoch && first.signer == second.signer &&
         first.ballot.view == second.ballot.view && contradict(first.ballot, second.ballot);
}

}  // namespace hansatsu::chain
