#include "ledger/chain/certificate.h"

#include <bit>

namespace hansatsu::chain {

bool is_quorum_of(const ValidatorSet& set, const Certificate& certificate) {
  const auto count = static_cast<std::uint32_t>(std::popcount(certificate.signers));
  return count == set.quorum() && certificate.signatures.size() == count &&
         std::uint64_t{certificate.signers} >> set.size() == 0;
}

std::optional<Vote> vote_in(const Certificate& certificate, ValidatorIndex signer) {
  const std::uint32_t bit = 1U << signer.raw;
  if ((certificate.signers & bit) == 0) return std::nullopt;
  const auto place = static_cast<std::size_t>(std::popcount(certificate.signers & (bit - 1)));
  if (place >= certificate.signatures.size()) return std::nullopt;
  return Vote{certificate.epoch, certificate.ballot, signer, certificate.signatures[place]};
}

Result<void, CertificateError> verify_certificate(const EpochContext& context,
                                                  const ValidatorSet& set,
                                                  const Certificate& certificate) {
  if (certificate.epoch != context.epoch) return Err{CertificateError::wrong_epoch};
  if (!is_quorum_of(set, certificate)) return Err{CertificateError::wrong_signers};
  const Hash message = vote_message(context, certificate.ballot);
  std::size_t next_signature = 0;
  for (std::uint32_t index = 0; index < set.size(); ++index) {
    if ((certificate.signers >> index & 1U) == 0) continue;
    if (!verify(set.keys[index], message, certificate.signatures[next_signature])) {
      return Err{CertificateError::bad_signature};
    }
    ++next_signature;
  }
  return {};
}

Result<void, FinalityError> check_finality_links(const EpochContext& context,
                                                 const ValidatorSet& set, const Header& header,
                                                 const FinalityProof& proof) {
  const Hash set_hash = hash_of_set(set);
  const auto belongs = [&](const Header& h) {
    return h.chain_id == context.chain_id && h.epoch == context.epoch &&
           h.validator_set_hash == set_hash;
  };
  if (!belongs(header)) return Err{FinalityError::wrong_chain};
  Hash expected = proof.finalization.ballot.block_id;
  for (const Header& descendant : proof.descendants) {
    if (!belongs(descendant)) return Err{FinalityError::wrong_chain};
    if (block_id(descendant) != expected) return Err{FinalityError::not_linked};
    expected = descendant.content_parent_id;
  }
  if (block_id(header) != expected) return Err{FinalityError::not_linked};
  const View final_view = proof.descendants.empty() ? header.view : proof.descendants.front().view;
  if (proof.finalization.ballot.kind != VoteKind::finalize ||
      proof.finalization.ballot.view != final_view) {
    return Err{FinalityError::not_a_finalization};
  }
  return {};
}

Result<void, FinalityError> verify_finality(const EpochContext& context, const ValidatorSet& set,
                                            const Header& header, const FinalityProof& proof) {
  const auto linked = check_finality_links(context, set, header, proof);
  if (!linked) return linked;
  if (!verify_certificate(context, set, proof.finalization))
    return Err{FinalityError::bad_certificate};
  return {};
}

}  // namespace hansatsu::chain
