#include "ledger/rules/outcome.h"

namespace hansatsu::rules {

Outcome refused_outcome(Refusal refusal, OperationCode operation, AccountId signer,
                        Timestamp time) {
  Outcome outcome;
  outcome.public_part.code = static_cast<std::uint16_t>(refusal);
  outcome.public_part.operation = operation;
  outcome.public_part.subject = signer;
  outcome.public_part.time = time;
  return outcome;
}

Salt private_outcome_salt(const Salt& account_salt, const Hash& transaction_id) {
  const Hash hashed =
      Hasher{HashTag::outcome_private}.add(account_salt).add(transaction_id).finish();
  return Salt{hashed.bytes};
}

Hash private_outcome_hash(const Salt& outcome_salt, const PrivateOutcome& outcome) {
  return Hasher{HashTag::outcome_private}.add(outcome_salt).add(encode(outcome)).finish();
}

Hash private_outcome_hash(const Salt& account_salt, const Hash& transaction_id,
                          const PrivateOutcome& outcome) {
  return private_outcome_hash(private_outcome_salt(account_salt, transaction_id), outcome);
}

}  // namespace hansatsu::rules
