#pragma once

#include "ledger/chain/header.h"
#include "ledger/chain/vote.h"

namespace hansatsu::chain {

/// A quorum's votes on one ballot: exactly q signatures, in the order of their signers' indices.
/// A NOTARIZATION, NULLIFICATION or FINALIZATION by the ballot's kind.
struct Certificate {
  Epoch epoch;
  Ballot ballot;
  std::uint32_t signers = 0;  ///< bit i: validator i signed
  BoundedVector<Signature, kValidatorsMax> signatures;
  bool operator==(const Certificate&) const = default;
};
template <class C, FieldsOf<Certificate> T>
void fields(C& c, T& t) {
  c(t.epoch, t.ballot, t.signers, t.signatures);
}

enum class CertificateError : std::uint8_t {
  wrong_epoch = 1,
  wrong_signers = 2,  ///< not exactly a quorum of the set's own indices
  bad_signature = 3,
};
/// Exactly a quorum of the set's own indices, and as many signatures. Signatures are not checked.
[[nodiscard]] bool is_quorum_of(const ValidatorSet& set, const Certificate& certificate);
/// The signer's own vote, taken out of the certificate; absent when others made it. As genuine as
/// the certificate is.
[[nodiscard]] std::optional<Vote> vote_in(const Certificate& certificate, ValidatorIndex signer);
/// Cost: q verifications.
[[nodiscard]] Result<void, CertificateError> verify_certificate(const EpochContext& context,
                                                                const ValidatorSet& set,
                                                                const Certificate& certificate);

/// Proof that a block is final: a FINALIZATION of itself, or of a descendant with the headers from
/// that descendant back to it along content_parent_id (empty blocks are skipped).
struct FinalityProof {
  static constexpr std::size_t kHeadersMax = 10;
  Certificate finalization;
  BoundedVector<Header, kHeadersMax>
      descendants;  ///< from the finalized one back; empty if it is the block itself
  bool operator==(const FinalityProof&) const = default;
};
template <class C, FieldsOf<FinalityProof> P>
void fields(C& c, P& p) {
  c(p.finalization, p.descendants);
}

enum class FinalityError : std::uint8_t {
  wrong_chain = 1,  ///< another chain, epoch or validator set
  not_linked = 2,   ///< the headers do not lead from the finalized block to this one
  not_a_finalization = 3,
  bad_certificate = 4,
};
/// verify_finality but for the certificate's signatures: chain, links and views.
[[nodiscard]] Result<void, FinalityError> check_finality_links(const EpochContext& context,
                                                               const ValidatorSet& set,
                                                               const Header& header,
                                                               const FinalityProof& proof);
[[nodiscard]] Result<void, FinalityError> verify_finality(const EpochContext& context,
                                                          const ValidatorSet& set,
                                                          const Header& header,
                                                          const FinalityProof& proof);

}  // namespace hansatsu::chain
