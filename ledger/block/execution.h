#pragma once

#include "ledger/block/body.h"
#include "ledger/block/signature_checker.h"
#include "ledger/rules/outcome.h"
#include "ledger/state/overlay.h"

namespace hansatsu::block {

/// What a block did. The header must name exactly these roots.
struct Execution {
  std::shared_ptr<state::Overlay> overlay;  ///< sealed
  std::vector<rules::Outcome> outcomes;     ///< one a transaction, in order
  std::vector<Hash> outcome_leaves;         ///< the outcomes root's leaves
  Hash transactions_root;
  Hash outcomes_root;
  Hash state_root;
  Hash evidence_root;
  std::uint64_t work = 0;  ///< records changed; of each operation at least what it declares
};

enum class BlockError : std::uint8_t {
  time_not_after_parent = 1,  ///< not above the newest block with content
  too_large = 2,              ///< more transactions or bytes than the charter allows
  too_much_work = 3,          ///< more records than the charter allows
  inadmissible = 4,           ///< holds a transaction that may not be in it
};
struct BlockFault {
  BlockError error = BlockError::inadmissible;
  std::size_t transaction = 0;            ///< its place; inadmissible, and where work ran out
  std::optional<rules::Refusal> refusal;  ///< inadmissible only
};

/// Runs a block's body at its header's time, above the block or state that `fresh` lies on.
///
///     auto execution = execute_block(std::make_shared<Overlay>(parent_overlay), time, body,
///     checker);
///
/// Source:   docs/protocol/block.md "Execution".
/// Requires: `fresh` is open and holds no change yet.
/// Ensures:  deterministic: the same parent state, time and body give the same Execution. An empty
///           body changes nothing, whatever the time: the state root is the parent's. Every
///           program touched is conserved (asserted).
/// Errors:   BlockFault: such a block is invalid for everyone; `fresh` is then of no use.
/// Threads:  the ledger thread. Cost: per payment some 10-20 us beside the signature check.
[[nodiscard]] Result<Execution, BlockFault> execute_block(std::shared_ptr<state::Overlay> fresh,
                                                          Timestamp time, const Body& body,
                                                          SignatureChecker& checker);

/// What a leader may put into one block; never above the charter's limits.
struct BuildLimits {
  std::uint32_t transactions = 0;
  std::uint32_t bytes = 0;
  std::uint32_t records = 0;
};
[[nodiscard]] BuildLimits build_limits(const state::ChainLimits& limits);

struct Dropped {
  std::size_t candidate = 0;
  rules::Refusal refusal = rules::Refusal::malformed_transaction;
};
struct BuiltBlock {
  Body body;
  Execution execution;
  std::vector<std::size_t> included;  ///< candidates in the body, in its order
  std::vector<Dropped> dropped;       ///< inadmissible in this block; some may be in a later one
  std::size_t considered = 0;         ///< candidates looked at before the block was full
};

/// Makes a block of candidates, in their order, until it is full. Inadmissible ones are left out.
/// Requires: as execute_block; time above the parent's (asserted, for the leader chooses it).
/// Ensures:  execute_block of the body at the same time gives the same Execution.
[[nodiscard]] BuiltBlock build_block(std::shared_ptr<state::Overlay> fresh, Timestamp time,
                                     std::span<const TransactionPointer> candidates,
                                     BoundedVector<Evidence, kEvidenceMax> evidence,
                                     const BuildLimits& limits, SignatureChecker& checker);

/// What a transaction would do at this time, or right after the newest block if that is later,
/// without a signature and without doing it. A send's receiver is taken as one who holds nothing.
/// Errors: every Refusal but those of signatures, sequence and quotas.
[[nodiscard]] Result<rules::Outcome, rules::Refusal> preview(
    const state::State& state, Timestamp time, const UnsignedTransaction& transaction);

/// Leaf of the outcomes root: (transaction id, public part, hash of the salted private part).
[[nodiscard]] Hash outcome_leaf(const Hash& transaction_id, const rules::PublicOutcome& outcome,
                                const Hash& private_hash);

}  // namespace hansatsu::block
