#pragma once

#include "ledger/rules/outcome.h"
#include "ledger/state/overlay.h"

namespace hansatsu::rules {

inline constexpr std::size_t kCosignersMax = 4;

/// A key that signed, already verified: its slot is filled, effective and has not lapsed.
struct Signatory {
  AccountId account;
  std::uint8_t slot = 0;
  bool operator==(const Signatory&) const = default;
};

/// What a rule knows beside the state and the operation.
struct Context {
  Timestamp time;  ///< the block's
  Date today;      ///< its local date
  Signatory signer;
  BoundedVector<Signatory, kCosignersMax> cosigners;
};

/// Does one operation, or says why not.
/// Source:   docs/protocol/ledger.md "Operations" and "Rules"; each rule file's header.
/// Requires: the envelope is admissible: signatures verified, the signer's account open, its key
///           holding right_needed(operation). The block's date has been begun, so that
///           counters no longer hold what expired before `today`.
/// Ensures:  on a refusal the overlay is untouched; on success every program is conserved.
/// Errors:   every Refusal outside the TX family. Threads: ledger thread only.
/// Cost:     O(rows changed), each O(its size).
[[nodiscard]] Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                                             const Operation& operation);

/// Records that an operation counts for at least, told before it runs. What it really changed (a
/// payment may take lots of many programs) is counted when it has run, and bounds a block too.
[[nodiscard]] std::uint32_t work_of(const Operation& operation);
/// The right that the signing key must hold.
[[nodiscard]] state::Rights right_needed(const Operation& operation);
/// Office work: its transactions stay valid for days rather than minutes.
[[nodiscard]] bool is_staff_operation(const Operation& operation);

}  // namespace hansatsu::rules
