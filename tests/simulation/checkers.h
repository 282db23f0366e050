#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/simulation/application.h"

namespace hansatsu::simulation {

/// What must never happen, watched from outside all nodes: what they put on the wire, what their
/// disks hold, what they commit and acknowledge. Names C1.. are those of docs/protocol/consensus.md
/// "How it is tested".
class Checkers {
 public:
  Checkers(std::uint32_t validators, std::vector<bool> honest, const Hash& anchor);

  // From the nodes, over all their lives.
  /// A record's group, by its sequence in the log, is synced.
  void durable(std::uint32_t node, std::uint64_t group, const consensus::Record& record);
  /// A record is handed to the disk; it may stay there or not.
  void written(std::uint32_t node, const consensus::Record& record);
  /// What a start from this block found in the log from a group on: all that was ever durable there
  /// and concerns it must be in it, in its order. `groups` tells the group of each record found.
  void recovered(std::uint32_t node, std::uint64_t from_group, const chain::Header& base,
                 const std::vector<consensus::Record>& records,
                 const std::function<std::vector<std::uint64_t>()>& groups);
  void sent(std::uint32_t node, const consensus::Message& message);
  void committed(std::uint32_t node, const consensus::CommittedBlock& block,
                 const Hash& state_root);
  void acknowledged(std::uint32_t node, Height height);
  void evidence(const consensus::Evidence& evidence);
  void violation(std::string text);
  /// More than f lie: only C9 is still owed.
  void expect_too_many_faults() { is_overrun_ = true; }
  /// C11: without faults and under load a block costs two syncs of the log, and seldom another. A
  /// node that committed too little to be judged is a violation too.
  void check_syncs();
  /// Every block acknowledged anywhere must be in this node's chain by now.
  void check_kept(std::uint32_t node, const std::map<Height, consensus::FinalBlock>& chain);
  /// C8: the node's engine remembers no more than it may.
  void check_memory(std::uint32_t node, const consensus::Footprint& footprint);
  /// What a node has come to, at one moment.
  struct Standing {
    std::uint32_t node;
    Hash tip;
    Hash state_root;
  };
  /// C14: those with the same final block have the same state.
  void check_states(const std::vector<Standing>& standings);

  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }
  [[nodiscard]] Height final_height() const;
  /// The highest that a client was told of.
  [[nodiscard]] Height acknowledged_height() const {
    return acknowledged_.empty() ? Height{0} : acknowledged_.rbegin()->first;
  }
  [[nodiscard]] std::uint64_t votes_sent() const { return votes_sent_; }
  [[nodiscard]] std::uint64_t proposals_sent() const { return proposals_sent_; }
  /// Of any kind but Status.
  [[nodiscard]] std::uint64_t messages_sent() const { return messages_sent_; }
  [[nodiscard]] std::uint64_t evidence_count() const { return evidence_; }
  [[nodiscard]] bool is_honest(std::uint32_t node) const { return honest_[node]; }

 private:
  struct Cast {
    std::optional<Hash> notarize;
    std::optional<Hash> finalize;
    bool nullify = false;
  };
  struct DurableRecord {
    std::uint64_t group;
    std::uint64_t fingerprint;
    View done_at;  ///< a start from this view on has no use for it
  };
  struct PerNode {
    std::map<View, Cast> cast;               ///< on the wire, alone or in a certificate
    std::vector<DurableRecord> durable_log;  ///< as the log has them
    std::set<std::uint64_t> written;         ///< of nodes that are not honest: fingerprints
    std::set<chain::Ballot> durable_votes;
    std::set<Hash> durable_blocks;
    std::set<Hash> durable_chains;  ///< blocks that are durable with all their ancestors
    Height height;
    std::uint32_t groups = 0;                ///< since its last commit
    std::vector<std::uint32_t> groups_each;  ///< before each commit
  };
  void keep(PerNode& own, const consensus::Record& record);
  void check_vote(const chain::Vote& vote);
  void check_cast(std::uint32_t node, const chain::Ballot& ballot);
  void check_finalize_is_durable(std::uint32_t node, const chain::Ballot& ballot);
  void check_is_own(std::uint32_t node, const std::vector<consensus::Record>& records);
  void see(const chain::Certificate& certificate);
  void see_certified(const chain::Ballot& ballot);
  void see_in(const consensus::Message& message);
  void see_in(const consensus::Range& range);
  /// `what` is only put together for a claim that fails.
  template <class What>
  void claim(bool holds, const char* checker, What what) {
    if (!holds) violation(std::string{checker} + ": " + what());
  }

  std::uint32_t faults_;
  Hash anchor_;
  std::vector<bool> honest_;
  std::vector<PerNode> nodes_;
  std::map<View, Cast> certified_;                 ///< by certificates seen anywhere
  std::map<chain::Ballot, std::uint32_t> judged_;  ///< whose signatures certificates have shown
  std::map<Height, Hash> final_ids_;
  std::map<Hash, Hash> parents_;  ///< of every block seen durable
  std::map<Height, Hash> acknowledged_;
  std::vector<std::string> violations_;
  bool is_overrun_ = false;
  std::uint64_t votes_sent_ = 0;
  std::uint64_t proposals_sent_ = 0;
  std::uint64_t messages_sent_ = 0;
  std::uint64_t evidence_ = 0;
};

}  // namespace hansatsu::simulation
