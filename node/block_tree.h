#pragma once

#include <functional>
#include <unordered_set>

#include "consensus/engine.h"
#include "ledger/block/admission.h"
#include "ledger/block/execution.h"
#include "ledger/block/genesis.h"
#include "node/chain.h"
#include "node/mempool.h"
#include "node/signature_cache.h"
#include "node/store/recent_blocks.h"

namespace hansatsu::node {

/// Answers execution from what the workers verified; what they have not seen it verifies itself.
class CachedSignatureChecker final : public block::SignatureChecker {
 public:
  explicit CachedSignatureChecker(SignatureCache& cache) : cache_{cache} {}
  [[nodiscard]] bool valid(const Hash& envelope, const Hash& transaction_id, const PublicKey& key,
                           const Signature& signature) override;

 private:
  SignatureCache& cache_;
};

/// Accounts whose history a transaction belongs to; ascending, each once.
[[nodiscard]] std::vector<AccountId> touched_accounts(const block::ParsedTransaction& transaction,
                                                      const rules::Outcome& outcome);

/// Refused on this node's tip, and perhaps not on the next: a peer saw a key or a sequence that
/// this node will see.
[[nodiscard]] bool may_pass_later(rules::Refusal refusal);

/// Cryptography, kept out of the tree: the simulator has its own.
struct Verification {
  std::unique_ptr<block::SignatureChecker> signatures;  ///< of transactions
  std::function<bool(const chain::Vote&)> is_vote;      ///< of one of the charter's validators
};
/// BIP340; transactions' signatures answered from the cache where it knows them.
[[nodiscard]] Verification real_verification(const state::Charter& charter, SignatureCache& cache);

/// The blocks that are executed and not final: each with its overlay on its parent's, down to the
/// final state. Carries out the engine's Build, Validate, Discard and the ledger's half of Commit.
/// Threads: the core's only.
class BlockTree {
 public:
  BlockTree(Chain& chain, Verification verification);
  BlockTree(Chain& chain, SignatureCache& signatures)
      : BlockTree{chain, real_verification(chain.base().charter(), signatures)} {}

  /// A block of what waits and is not in its chain yet; none when the parent is unknown, or when
  /// content was asked for and nothing can go in.
  [[nodiscard]] std::optional<consensus::Block> build(const consensus::Build& build,
                                                      const Mempool& mempool);
  /// Executes the block and compares every root. `parsed` is its body if somebody parsed it before.
  [[nodiscard]] bool validate(const consensus::Validate& validate,
                              std::optional<block::Body> parsed);
  void discard(const Hash& block_id) { blocks_.erase(block_id); }

  /// What a block that became final brought forth, and its overlay, for Chain::commit.
  struct Finished {
    std::shared_ptr<state::Overlay> overlay;
    store::CommittedBlock block;  ///< its place in the log is not known here
    std::vector<block::TransactionPointer> transactions;
  };
  [[nodiscard]] Finished finish(const consensus::CommittedBlock& committed);

  /// A waiting transaction that a child of `tip` could hold at this time. Cost: looks at each one
  /// until one fits; what it passed over and no later block can hold either is `dead`, with why.
  struct Pending {
    block::TransactionPointer transaction;  ///< null if there is none
    std::vector<std::pair<block::TransactionPointer, rules::Refusal>> dead;
  };
  [[nodiscard]] Pending find_pending(const Hash& tip, const Mempool& mempool, Timestamp time);
  [[nodiscard]] bool is_pending_on(const Hash& tip, const Mempool& mempool, Timestamp time) {
    return find_pending(tip, mempool, time).transaction != nullptr;
  }
  /// Whether a block that is not final yet, `tip` or an ancestor, holds the transaction.
  [[nodiscard]] bool is_in_chain(const Hash& tip, const Hash& transaction_id) const;
  /// Why the transaction could not enter a child of `tip` at this time; absent if it could. An
  /// unknown tip counts as the final state. Cost: no signature check, unless the workers did not
  /// know its key.
  [[nodiscard]] std::optional<rules::Refusal> inadmissible_on(
      const Hash& tip, const block::ParsedTransaction& transaction, Timestamp time);

  /// A fresh overlay above a block that is here or the final state; null for any other.
  [[nodiscard]] std::shared_ptr<state::Overlay> overlay_on(const Hash& parent) const;

  /// Two contradicting votes, for the next block with content.
  void add_evidence(const consensus::Evidence& evidence);

 private:
  struct Executed {
    chain::Header header;
    block::Body body;
    block::Execution execution;
    std::unordered_set<Hash, HashOfHash> ids;  ///< its transactions
  };
  /// What waits and is not in the chain of `tip`, from the `skip`th on, at most `most`.
  [[nodiscard]] std::vector<block::TransactionPointer> candidates(const Hash& tip,
                                                                  const Mempool& mempool,
                                                                  std::size_t skip,
                                                                  std::size_t most) const;
  [[nodiscard]] std::optional<block::BuiltBlock> build_of(
      const consensus::Build& build, std::span<const block::TransactionPointer> waiting);
  void keep(const Hash& id, const chain::Header& header, block::Body body,
            block::Execution execution);
  [[nodiscard]] bool is_evidence(const block::Evidence& bytes) const;

  Chain& chain_;
  Verification verification_;
  Hash final_id_;
  std::unordered_map<Hash, Executed, HashOfHash> blocks_;
  std::vector<block::Evidence> evidence_;
};

}  // namespace hansatsu::node
