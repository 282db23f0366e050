#pragma once

#include <set>
#include <unordered_set>

#include "consensus/engine.h"
#include "node/block_tree.h"
#include "tests/simulation/payments.h"
#include "tests/simulation/simulated_store.h"

namespace hansatsu::simulation {

/// The ledger below one engine in one of its lives: the product's state, blocks and mempool, driven
/// as the product's core drives them, and what its store keeps of final blocks.
class Application {
 public:
  /// What a life begins with: the town or a checkpoint of it.
  struct Base {
    state::State state;
    chain::Header header;
  };
  Application(Base base, const FakeChecker& checker, Payments& payments, SimulatedStore& store);

  /// A client's, or (not `by_client`) one that a peer passed on.
  void submit(const block::TransactionPointer& transaction, const Hash& tip, Timestamp utc,
              bool by_client);
  /// It is gone here, as if it had lapsed.
  void lapse(Payment payment);
  /// Whether something waits that a child of `tip` could hold.
  [[nodiscard]] bool is_pending_on(const Hash& tip, Timestamp utc);
  /// What makes it so, until the next call; null if nothing does.
  [[nodiscard]] const block::TransactionPointer& pending() const { return pending_; }

  [[nodiscard]] std::optional<consensus::Block> build(const consensus::Build& build);
  /// The block with the roots that its body has on its parent, whoever signed what is in it; absent
  /// if the parent is not here any more or the body can't stand on it. For those who lie.
  [[nodiscard]] std::optional<consensus::Block> execute_on_parent(consensus::Block block) const;
  /// The block's body, whatever its header says of it.
  [[nodiscard]] std::optional<block::Body> parse(const consensus::Block& block) const;
  [[nodiscard]] bool validate(const consensus::Validate& validate);
  void discard(const Hash& block_id);
  void commit(const consensus::CommittedBlock& block);
  /// After blocks: what came too early may fit now.
  void retry_early(const Hash& tip, Timestamp utc);
  void add_evidence(const consensus::Evidence& evidence) { tree_.add_evidence(evidence); }

  [[nodiscard]] const std::unordered_set<Payment>& paid() const { return paid_; }
  [[nodiscard]] const std::map<Height, consensus::FinalBlock>& chain() const {
    return store_.chain();
  }
  [[nodiscard]] const Hash& tip() const { return tip_; }
  [[nodiscard]] const state::State& state() const { return chain_.base(); }
  [[nodiscard]] const chain::Header& header() const { return header_; }
  [[nodiscard]] std::vector<block::TransactionPointer> waiting() const;
  /// Whether the node knows the block, final or not.
  [[nodiscard]] const consensus::Block* find(const Hash& block_id) const;
  [[nodiscard]] store::ChangedRows& changed() { return changed_; }

 private:
  const FakeChecker& checker_;
  Payments& payments_;
  SimulatedStore& store_;
  node::Chain chain_;
  node::BlockTree tree_;
  node::Mempool mempool_;
  store::ChangedRows changed_;
  std::map<Hash, consensus::Block> blocks_;  ///< executed, not final
  std::map<Hash, Height> heights_;           ///< of final ones
  std::unordered_set<Payment> paid_;
  /// From peers, of a key or sequence that this node will see; tried again after a block.
  std::vector<block::TransactionPointer> early_;
  chain::Header header_;
  Hash tip_;
  block::TransactionPointer pending_;
  Hash pending_tip_;
  bool is_judged_ = false;  ///< `pending_` holds for `pending_tip_` and the mempool as it is
};

}  // namespace hansatsu::simulation
