#pragma once

#include "ledger/block/execution.h"
#include "ledger/chain/certificate.h"
#include "ledger/crypto/merkle_path.h"

namespace hansatsu::block {

/// What whoever checks proofs trusts: the chain and its validators, both from the charter alone.
struct Trust {
  chain::EpochContext context;
  chain::ValidatorSet validators;
};

/// Proves to anyone with the charter what one transaction did, without asking a node.
/// Source: docs/protocol/block.md "Receipt".
struct Receipt {
  chain::Header header;
  chain::FinalityProof finality;
  Hash transaction_id;
  rules::PublicOutcome outcome;
  Hash private_hash;  ///< of the salted private part, which the parties may be shown
  MerklePath path;    ///< of the outcome among the block's
  bool operator==(const Receipt&) const = default;
};
template <class C, FieldsOf<Receipt> R>
void fields(C& c, R& r) {
  c(r.header, r.finality, r.transaction_id, r.outcome, r.private_hash, r.path);
}

enum class ReceiptError : std::uint8_t {
  not_final = 1,     ///< another chain, or no proof that the block is final
  not_in_block = 2,  ///< the outcome is not what the block's header commits to
};
/// Cost: a quorum of signature checks.
[[nodiscard]] Result<void, ReceiptError> verify_receipt(const Trust& trust, const Receipt& receipt);

/// The receipt of the execution's transaction `index`, once its block is final.
/// `transaction_id` and `private_hash` stand in its leaf.
[[nodiscard]] Receipt make_receipt(const chain::Header& header, chain::FinalityProof finality,
                                   const Execution& execution, const Hash& transaction_id,
                                   const Salt& signer_salt, std::size_t index);

/// Proves a private part: that it is what the receipt's private_hash hides.
[[nodiscard]] bool reveals(const Receipt& receipt, const Salt& outcome_salt,
                           const rules::PrivateOutcome& outcome);

}  // namespace hansatsu::block
