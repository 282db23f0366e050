#pragma once

#include <map>

#include "consensus/engine.h"
#include "node/log/format.h"

namespace hansatsu::node {

/// Why no more of a log can be taken, and the first block that can't.
struct FinalFault {
  enum class Kind : std::uint8_t {
    off_chain = 1,  ///< a FINALIZATION is of a block off the final chain
    unproven = 2,   ///< the lowest FINALIZATION above the block is too far above it for a proof
    too_much = 3,   ///< what waits for a FINALIZATION is more than a log of ours has waiting
  };
  Kind kind;
  Height height;  ///< of the block
  View view;      ///< of the FINALIZATION; the block's own where none is known
};

/// Picks the final chain out of a log as its records go by: blocks wait until a FINALIZATION makes
/// them final, and those that were left behind go. It holds what waits, never what is done, and of
/// that the headers and where the bodies stand: in views that are nullified each voter logs a body,
/// as many as the town needs to come to a decision, and none of them may end a start.
/// Cost:    O(log waiting) a record, and for each block once more when it becomes final.
/// Bounds:  kWaitingMax. Threads: one at a time.
class FinalBlocks {
 public:
  /// Weeks of views in which nothing becomes final, and about 100 MiB.
  static constexpr std::size_t kWaitingMax = 200'000;
  /// How many blocks may wait where the lowest FINALIZATION proves too little: a validator asks its
  /// peers for proofs then, and its log has them a little later.
  static constexpr std::size_t kUnprovenMax = 1'024;

  /// What is final already; nothing at or below is taken again.
  explicit FinalBlocks(const chain::Header& base);

  void add(const chain::Header& header, const log::RecordPlace& place);
  void add(const chain::Certificate& certificate);

  struct Final {
    Hash block_id;
    chain::Header header;
    std::optional<chain::FinalityProof> proof;
    log::RecordPlace place;  ///< of the block with its body
  };
  /// The next blocks that are final, in ascending height, with the proofs that the engine would
  /// give them; empty until more is added. After a fault there is no more to come.
  [[nodiscard]] Result<std::vector<Final>, FinalFault> take();

  [[nodiscard]] const chain::Header& last() const { return last_; }
  /// What the blocks that wait take in memory, about.
  [[nodiscard]] std::size_t waiting_bytes() const { return waiting_.size() * sizeof(Waiting); }

 private:
  using Key = std::pair<View, Hash>;
  struct Waiting {
    chain::Header header;
    log::RecordPlace place;
    bool is_linked = false;  ///< its ancestors down to last_ wait too
  };
  using Chain = std::vector<Key>;  ///< from the finalized block down to the one above last_
  void link(const Key& first);
  [[nodiscard]] bool is_linked(const chain::Header& header) const;
  /// Absent if it leads past last_.
  [[nodiscard]] std::optional<Chain> chain_of(const Key& newest) const;
  [[nodiscard]] bool is_provable(const Chain& chain) const;
  [[nodiscard]] std::vector<Final> settle(const Chain& chain,
                                          const chain::Certificate& finalization);
  void forget_left_behind();
  [[nodiscard]] FinalFault fault(FinalFault::Kind kind) const;

  chain::Header last_;
  Hash last_id_;
  std::map<Key, Waiting> waiting_;                    ///< above last_
  std::multimap<Key, Key> orphans_;                   ///< by the parent they wait for
  std::map<View, chain::Certificate> finalizations_;  ///< above last_
  std::optional<View> unproven_;  ///< the lowest FINALIZATION, if its chain is too long for a proof
};

}  // namespace hansatsu::node
