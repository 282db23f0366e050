#include "consensus/verify.h"

namespace hansatsu::consensus {

Checker::Checker(chain::EpochContext context, chain::ValidatorSet set)
    : context_{context}, set_{std::move(set)}, set_hash_{chain::hash_of_set(set_)} {}

Result<VerifiedMessage, CheckError> Checker::check(Message message) const {
  const auto checked =
      std::visit([this](const auto& content) { return check_one(content); }, message);
  if (!checked) return Err{checked.error()};
  return VerifiedMessage{std::move(message)};
}

bool Checker::is_signed(ValidatorIndex signer, const Hash& message,
                        const Signature& signature) const {
  return verify(set_.keys[signer.raw], message, signature);
}

bool Checker::is_certificate(const Certificate& certificate) const {
  const Hash message = chain::vote_message(context_, certificate.ballot);
  std::size_t next_signature = 0;
  const auto count = static_cast<std::uint8_t>(set_.size());
  for (std::uint8_t index = 0; index < count; ++index) {
    if ((certificate.signers >> index & 1U) == 0) continue;
    if (!is_signed(ValidatorIndex{index}, message, certificate.signatures[next_signature])) {
      return false;
    }
    ++next_signature;
  }
  return true;
}

bool Checker::belongs(const Header& header) const {
  return header.chain_id == context_.chain_id && header.epoch == context_.epoch &&
         header.validator_set_hash == set_hash_ && header.proposer.raw < set_.size() &&
         header.parent_view < header.view && header.view <= kViewMax;
}

Result<void, CheckError> Checker::check_one(const Vote& vote) const {
  if (vote.epoch != context_.epoch || vote.signer.raw >= set_.size()) {
    return Err{CheckError::bad_structure};
  }
  if (!is_signed(vote.signer, chain::vote_message(context_, vote.ballot), vote.signature)) {
    return Err{CheckError::bad_signature};
  }
  return {};
}

Result<void, CheckError> Checker::check_one(const Certificate& certificate) const {
  if (certificate.epoch != context_.epoch || !chain::is_quorum_of(set_, certificate)) {
    return Err{CheckError::bad_structure};
  }
  if (!is_certificate(certificate)) return Err{CheckError::bad_certificate};
  return {};
}

Result<void, CheckError> Checker::check_one(const FinalTip& tip) const {
  const chain::Ballot expected{VoteKind::finalize, tip.header.view, chain::block_id(tip.header)};
  if (!belongs(tip.header) || tip.finalization.ballot != expected) {
    return Err{CheckError::bad_structure};
  }
  return check_one(tip.finalization);
}

Result<void, CheckError> Checker::check_one(const Proposal& proposal) const {
  const Header& header = proposal.header;
  const chain::Ballot expected{VoteKind::notarize, header.view, chain::block_id(header)};
  if (!belongs(header) || proposal.vote.ballot != expected ||
      proposal.vote.signer != header.proposer) {
    return Err{CheckError::bad_structure};
  }
  if (const auto vote = check_one(proposal.vote); !vote) return vote;
  if (proposal.parent) {
    const chain::Ballot& ballot = proposal.parent->ballot;
    if (ballot.kind == VoteKind::nullify || ballot.view != header.parent_view ||
        ballot.block_id != header.parent_id) {
      return Err{CheckError::bad_structure};
    }
    if (const auto parent = check_one(*proposal.parent); !parent) return parent;
  }
  View above = header.parent_view;
  for (const Certificate& skipped : proposal.gap) {
    const chain::Ballot& ballot = skipped.ballot;
    if (ballot.kind != VoteKind::nullify || ballot.view <= above || ballot.view >= header.view) {
      return Err{CheckError::bad_structure};
    }
    above = ballot.view;
    if (const auto nullified = check_one(skipped); !nullified) return nullified;
  }
  if (proposal.final_tip) return check_one(*proposal.final_tip);
  return {};
}

Result<void, CheckError> Checker::check_one(const Status& status) const {
  if (status.epoch != context_.epoch || status.sender.raw >= set_.size() ||
      status.view > kViewMax) {
    return Err{CheckError::bad_structure};
  }
  if (!is_signed(status.sender, status_message(context_, status), status.signature)) {
    return Err{CheckError::bad_signature};
  }
  if (status.final_tip) {
    if (const auto tip = check_one(*status.final_tip); !tip) return tip;
  }
  if (status.highest) {
    if (const auto highest = check_one(*status.highest); !highest) return highest;
  }
  for (const Vote& vote : status.yours) {
    if (const auto yours = check_one(vote); !yours) return yours;
  }
  return {};
}

Result<void, CheckError> Checker::check_one(const Block& block) const {
  if (!belongs(block.header)) return Err{CheckError::bad_structure};
  if (!is_body_of(block.header, *block.body)) return Err{CheckError::bad_body};
  return {};
}

Result<void, CheckError> Checker::check_one(const Range& range) const {
  const auto follows = [this](const Header& parent, const Header& header) {
    return belongs(header) && header.parent_id == chain::block_id(parent) &&
           header.height.raw == parent.height.raw + 1;
  };
  const Header* last = nullptr;
  for (const FinalBlock& final : range.blocks) {
    const Header& header = final.block.header;
    if (last != nullptr && !follows(*last, header)) return Err{CheckError::bad_structure};
    if (!final.proof && !header.is_empty()) return Err{CheckError::bad_structure};
    if (const auto block = check_one(final.block); !block) return block;
    last = &header;
  }
  for (const Header& link : range.links) {
    if (!follows(*last, link)) return Err{CheckError::bad_structure};
    last = &link;
  }
  if (const auto tip = check_one(FinalTip{*last, range.finalization}); !tip) return tip;
  return check_proofs(range);
}

Result<void, CheckError> Checker::check_proofs(const Range& range) const {
  const Certificate* known = &range.finalization;
  for (const FinalBlock& final : range.blocks) {
    if (!final.proof) continue;
    if (!chain::check_finality_links(context_, set_, final.block.header, *final.proof)) {
      return Err{CheckError::bad_structure};
    }
    // Neighbours are often final through the same certificate: it is checked once.
    if (final.proof->finalization == *known) continue;
    known = &final.proof->finalization;
    if (const auto certificate = check_one(*known); !certificate) return certificate;
  }
  return {};
}

Result<void, CheckError> Checker::check_one(const Response& response) const {
  return std::visit([this](const auto& answer) { return check_one(answer); }, response.answer);
}

}  // namespace hansatsu::consensus
