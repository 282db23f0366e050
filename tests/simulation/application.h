#pragma once

#include <map>
#include <set>

#include "consensus/engine.h"

namespace hansatsu::simulation {

/// A payment of the toy ledger: just a number, to be final exactly once.
using Payment = std::uint64_t;

/// What stands in for the ledger below an engine: blocks of numbers, no number twice in a chain. It
/// executes, discards and commits the way the node does, and checks what an engine must not ask of
/// it (building on a block it never validated, committing out of order).
class Application {
 public:
  explicit Application(const consensus::Header& anchor);

  static constexpr std::size_t kBlockPaymentsMax = 64;

  void submit(Payment payment);
  /// It lapsed or became invalid without having been paid.
  void lapse(Payment payment) { waiting_.erase(payment); }
  /// Whether something waits that is not in the chain of `tip` yet.
  [[nodiscard]] bool is_pending_on(const Hash& tip) const;

  [[nodiscard]] std::optional<consensus::Block> build(const consensus::Build& build);
  [[nodiscard]] bool validate(const consensus::Validate& validate);
  void discard(const Hash& block_id) { executed_.erase(block_id); }
  void commit(const consensus::CommittedBlock& block);

  [[nodiscard]] const std::map<Payment, Height>& paid() const { return paid_; }
  [[nodiscard]] const std::map<Height, consensus::FinalBlock>& chain() const { return chain_; }
  [[nodiscard]] const Hash& tip() const { return tip_; }
  [[nodiscard]] const std::set<Payment>& waiting() const { return waiting_; }
  /// Whether the node knows the block, final or not.
  [[nodiscard]] const consensus::Block* find(const Hash& block_id) const;

  /// The header's roots for these payments above a parent with this state root.
  static void seal(consensus::Header& header, const Hash& parent_state,
                   const std::vector<Payment>& payments);
  [[nodiscard]] static consensus::Body encode_body(const std::vector<Payment>& payments);
  [[nodiscard]] static std::optional<std::vector<Payment>> decode_body(const Bytes& body);
  [[nodiscard]] static Hash body_root(const Bytes& body);

 private:
  struct Executed {
    consensus::Block block;
    std::vector<Payment> payments;
  };
  [[nodiscard]] std::optional<Hash> state_of(const Hash& block_id) const;
  /// In the chain that ends with `tip`, final part included.
  [[nodiscard]] bool is_paid_in(const Hash& tip, Payment payment) const;

  std::map<Hash, Executed> executed_;
  std::set<Payment> waiting_;
  std::map<Payment, Height> paid_;
  std::map<Height, consensus::FinalBlock> chain_;
  std::map<Hash, Height> heights_;
  Hash tip_;
  Hash tip_state_;
  Height tip_height_;
};

}  // namespace hansatsu::simulation
