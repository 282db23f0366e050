#pragma once

#include "ledger/block/transaction.h"
#include "ledger/crypto/keys.h"

namespace hansatsu::rpc {

/// A transaction ready to post.
struct BuiltTransaction {
  Hash id;
  Bytes bytes;  ///< canonical, signature included
};

struct Cosigner {
  block::KeyReference reference;
  const KeyPair* key = nullptr;
};

/// Everything of a transaction but its operation.
struct Envelope {
  Hash chain_id;
  block::KeyReference signer;
  std::uint64_t sequence = 0;  ///< from 1, each once a key
  Timestamp valid_until;
};

/// Signs `operation` under the envelope. Cosigners in any order; at most block::kCosignersMax.
/// Cost: one signature a signer, about 19 us.
[[nodiscard]] BuiltTransaction build_transaction(const Envelope& envelope,
                                                 rules::Operation operation, const KeyPair& key,
                                                 std::span<const Cosigner> cosigners = {});

}  // namespace hansatsu::rpc
