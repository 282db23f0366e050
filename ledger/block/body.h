#pragma once

#include "ledger/block/parsed_transaction.h"
#include "ledger/state/charter.h"

namespace hansatsu::block {

inline constexpr std::size_t kEvidenceMax = 4;
inline constexpr std::size_t kEvidenceBytesMax = 8'192;
using Evidence = BoundedVector<std::uint8_t, kEvidenceBytesMax>;

/// What a header's roots stand for: transactions in order, then evidence of validators who voted
/// twice (opaque here; consensus checks it). Source: docs/protocol/block.md "Body".
struct Body {
  std::vector<TransactionPointer> transactions;
  BoundedVector<Evidence, kEvidenceMax> evidence;

  [[nodiscard]] bool is_empty() const { return transactions.empty() && evidence.empty(); }
};

enum class BodyError : std::uint8_t {
  too_large = 1,              ///< more bytes or transactions than the charter allows
  malformed = 2,              ///< not the canonical form of a body
  malformed_transaction = 3,  ///< a transaction in it is not in canonical form, or too large
};

/// Count and bytes of each transaction (u32 each), then the evidence. The body shares `bytes`.
[[nodiscard]] Result<Body, BodyError> decode_body(const Hash& chain_id,
                                                  const state::ChainLimits& limits,
                                                  const std::shared_ptr<const Bytes>& bytes);
[[nodiscard]] Bytes encode_body(const Body& body);
/// Bytes that a transaction takes in a body.
[[nodiscard]] std::uint64_t body_bytes(const ParsedTransaction& transaction);
/// Bytes of a body without transactions.
[[nodiscard]] std::uint64_t body_bytes(const BoundedVector<Evidence, kEvidenceMax>& evidence);

/// Merkle root over the envelope hashes; zero for none.
[[nodiscard]] Hash transactions_root(const Body& body);
/// Merkle root over the evidence objects' hashes; zero for none.
[[nodiscard]] Hash evidence_root(const Body& body);

}  // namespace hansatsu::block
