#pragma once

#include "ledger/rules/operation.h"

namespace hansatsu::block {

/// Names a key: of which account, in which slot, in which filling of the slot.
struct KeyReference {
  AccountId account;
  std::uint8_t slot = 0;
  std::uint32_t generation = 0;
  auto operator<=>(const KeyReference&) const = default;
};
template <class C, FieldsOf<KeyReference> K>
void fields(C& c, K& k) {
  c(k.account, k.slot, k.generation);
}

inline constexpr std::size_t kCosignersMax = 4;

/// The signed part. Its tagged hash, bound to the chain id, is the transaction's id and what every
/// signature signs: a wallet that signs again after a lost answer meets its own success.
struct UnsignedTransaction {
  std::uint8_t version = 0;
  KeyReference signer;
  std::uint64_t sequence = 0;  ///< from 1; used once a key, in any order within the window
  Timestamp valid_until;       ///< a block later than this may not hold it
  BoundedVector<KeyReference, kCosignersMax> cosigners;  ///< ascending; they use no sequence
  rules::Operation operation;
  bool operator==(const UnsignedTransaction&) const = default;
};
template <class C, FieldsOf<UnsignedTransaction> T>
void fields(C& c, T& t) {
  c(t.version, t.signer, t.sequence, t.valid_until, t.cosigners, t.operation);
  c.require(t.version == 0);
  for (std::size_t i = 1; i < t.cosigners.size(); ++i) {
    c.require(t.cosigners[i - 1] < t.cosigners[i]);
  }
}

struct Transaction {
  UnsignedTransaction unsigned_part;
  Signature signature;
  BoundedVector<Signature, kCosignersMax> cosignatures;  ///< one a cosigner, in their order
  bool operator==(const Transaction&) const = default;
};
template <class C, FieldsOf<Transaction> T>
void fields(C& c, T& t) {
  c(t.unsigned_part, t.signature, t.cosignatures);
  c.require(t.cosignatures.size() == t.unsigned_part.cosigners.size());
}

inline constexpr std::size_t kTransactionBytesMax = 131'072;

[[nodiscard]] Hash transaction_id(const Hash& chain_id, const UnsignedTransaction& unsigned_part);
/// Of the unsigned part's canonical bytes.
[[nodiscard]] Hash transaction_id(const Hash& chain_id, ByteView unsigned_part);
/// Of the full bytes, signatures included: what the block's transactions root is made of.
[[nodiscard]] Hash envelope_hash(ByteView transaction);

}  // namespace hansatsu::block
