#include "rpc/client/transaction_builder.h"

#include <algorithm>

namespace hansatsu::rpc {

BuiltTransaction build_transaction(const Envelope& envelope, rules::Operation operation,
                                   const KeyPair& key, std::span<const Cosigner> cosigners) {
  ASSERT(cosigners.size() <= block::kCosignersMax);
  std::vector<Cosigner> ordered{cosigners.begin(), cosigners.end()};
  std::sort(ordered.begin(), ordered.end(),
            [](const Cosigner& a, const Cosigner& b) { return a.reference < b.reference; });

  block::Transaction transaction;
  block::UnsignedTransaction& signed_part = transaction.unsigned_part;
  signed_part.signer = envelope.signer;
  signed_part.sequence = envelope.sequence;
  signed_part.valid_until = envelope.valid_until;
  for (const Cosigner& cosigner : ordered) signed_part.cosigners.push_back(cosigner.reference);
  signed_part.operation = std::move(operation);

  BuiltTransaction built;
  built.id = block::transaction_id(envelope.chain_id, signed_part);
  transaction.signature = key.sign(built.id);
  for (const Cosigner& cosigner : ordered) {
    transaction.cosignatures.push_back(cosigner.key->sign(built.id));
  }
  built.bytes = encode(transaction);
  return built;
}

}  // namespace hansatsu::rpc
