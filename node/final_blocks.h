#pragma once

#include <map>
#include <unordered_map>

#include "consensus/engine.h"
#include "node/log/format.h"
#include "node/mempool.h"

namespace hansatsu::node {

/// Picks the final chain out of a log as its records go by: blocks wait until a FINALIZATION makes
/// them final, and those that were left behind go. It holds what waits, never what is done.
/// Threads: one at a time.
class FinalBlocks {
 public:
  /// What is final already; nothing at or below is taken again.
  explicit FinalBlocks(const chain::Header& base);

  void add(const consensus::Block& block, const log::RecordPlace& place);
  void add(const chain::Certificate& certificate);

  struct Final {
    consensus::CommittedBlock block;
    log::RecordPlace place;
  };
  /// The next blocks that are final, in ascending height, with the proofs that the engine would
  /// give them; empty until more is added. Absent if a FINALIZATION is of a block off the final
  /// chain.
  [[nodiscard]] std::optional<std::vector<Final>> take();

  [[nodiscard]] const chain::Header& last() const { return last_; }
  /// Bytes of the bodies that wait.
  [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }

 private:
  struct Waiting {
    consensus::Block block;
    log::RecordPlace place;
  };
  using Chain = std::vector<Hash>;  ///< from the finalized block down to the one above last_
  [[nodiscard]] std::optional<Chain> chain_of(const Hash& id) const;
  [[nodiscard]] bool is_provable(const Chain& chain) const;
  [[nodiscard]] std::vector<Final> settle(const Chain& chain,
                                          const chain::Certificate& finalization);
  void forget_left_behind();

  chain::Header last_;
  Hash last_id_;
  std::unordered_map<Hash, Waiting, HashOfHash> waiting_;
  std::map<View, chain::Certificate> finalizations_;  ///< above last_
  std::size_t waiting_bytes_ = 0;
};

}  // namespace hansatsu::node
