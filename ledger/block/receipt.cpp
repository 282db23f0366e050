#include "ledger/block/receipt.h"

namespace hansatsu::block {

Result<void, ReceiptError> verify_receipt(const Trust& trust, const Receipt& receipt) {
  // Cheap first: the path needs no signature.
  const Hash leaf = outcome_leaf(receipt.transaction_id, receipt.outcome, receipt.private_hash);
  if (merkle_root_from(receipt.path, leaf) != receipt.header.outcomes_root) {
    return Err{ReceiptError::not_in_block};
  }
  if (!chain::verify_finality(trust.context, trust.validators, receipt.header, receipt.finality)) {
    return Err{ReceiptError::not_final};
  }
  return {};
}

Receipt make_receipt(const chain::Header& header, chain::FinalityProof finality,
                     const Execution& execution, const Hash& transaction_id,
                     const Salt& signer_salt, std::size_t index) {
  const rules::Outcome& outcome = execution.outcomes[index];
  Receipt receipt;
  receipt.header = header;
  receipt.finality = std::move(finality);
  receipt.transaction_id = transaction_id;
  receipt.outcome = outcome.public_part;
  receipt.private_hash =
      rules::private_outcome_hash(signer_salt, transaction_id, outcome.private_part);
  receipt.path = merkle_path(execution.outcome_leaves, index);
  ASSERT(outcome_leaf(transaction_id, receipt.outcome, receipt.private_hash) ==
         execution.outcome_leaves[index]);
  return receipt;
}

bool reveals(const Receipt& receipt, const Salt& outcome_salt,
             const rules::PrivateOutcome& outcome) {
  return rules::private_outcome_hash(outcome_salt, outcome) == receipt.private_hash;
}

}  // namespace hansatsu::block
