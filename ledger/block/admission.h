#pragma once

#include "ledger/block/parsed_transaction.h"
#include "ledger/block/signature_checker.h"
#include "ledger/rules/apply.h"

namespace hansatsu::block {

/// When a block runs, as its transactions see it.
struct BlockTime {
  Timestamp time;
  Date today;  ///< its local date
};
[[nodiscard]] BlockTime block_time(const state::Charter& charter, Timestamp time);

/// Whether a block of this time may hold the transaction at this point; the context it would run
/// in if so. A block with an inadmissible transaction is invalid.
/// Source:   docs/protocol/block.md "Admission".
/// Checks, in this order: work, signer, key, right, time, sequence, quotas, co-signers,
///           signatures last, for they cost most.
/// Errors:   the TX family of rules::Refusal. Changes nothing.
/// Cost:     O(co-signers) reads, and a question to the checker each.
[[nodiscard]] Result<rules::Context, rules::Refusal> admit(const state::Overlay& overlay,
                                                           const BlockTime& when,
                                                           const ParsedTransaction& transaction,
                                                           SignatureChecker& checker);
/// All of `admit` but signatures, sequence and quotas: for previews.
[[nodiscard]] Result<rules::Context, rules::Refusal> admit_preview(
    const state::Overlay& overlay, const BlockTime& when, const UnsignedTransaction& transaction);

/// Sets the key's counts to zero if they are of another day. Requires: the slot is there.
void begin_key_day(state::Overlay& overlay, const BlockTime& when, const KeyReference& signer);
/// Uses the transaction's sequence up and counts it in its key's day.
/// Requires: admitted at this point.
void use_key(state::Overlay& overlay, const BlockTime& when,
             const UnsignedTransaction& transaction);
/// Counts a refusal in the key's day. Requires: use_key of the same transaction.
void count_refusal(state::Overlay& overlay, const UnsignedTransaction& transaction);

}  // namespace hansatsu::block
