#pragma once

#include "ledger/crypto/keys.h"

namespace hansatsu::block {

/// Execution asks whether a key signed a transaction; a node answers from what its workers have
/// verified already. Every implementation gives the same answer: what verify() says.
class SignatureChecker {
 public:
  virtual ~SignatureChecker() = default;
  /// `transaction_id` is the signed message, `envelope` the hash of the full bytes. An answer may
  /// be remembered by envelope, key and signature, all three: after a change of keys the same key
  /// may stand for another of the envelope's signatures.
  [[nodiscard]] virtual bool valid(const Hash& envelope, const Hash& transaction_id,
                                   const PublicKey& key, const Signature& signature) = 0;
};

/// Verifies each time. Cost: about 36 us a signature.
class PlainSignatureChecker final : public SignatureChecker {
 public:
  [[nodiscard]] bool valid(const Hash& /*envelope*/, const Hash& transaction_id,
                           const PublicKey& key, const Signature& signature) override {
    return verify(key, transaction_id, signature);
  }
};

}  // namespace hansatsu::block
