#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "tests/simulation/villain.h"

namespace hansatsu::simulation {

/// What a run may meet. Each is marked where it takes place, not where it was planned, so that
/// nobody takes a swarm for a test of what never came about in it.
enum class Mark : std::uint8_t {
  // Machines.
  killed,
  lost_power,
  lost_power_after_kill,    ///< between a process's end and its next start
  all_down,                 ///< no process ran any more
  crashed_between_effects,  ///< of one step
  crashed_in_persist,       ///< with a group written and not synced
  paused_long,              ///< for more than 5 s
  paused_longest,           ///< for more than 20 s
  woken_after_hour,         ///< an idle hour or more, and then a payment
  lull_of_hours,            ///< the same amid faults
  troubled_long,            ///< a whole run of a minute or more
  // Restarts with a promise in an undecided view.
  restarted_after_proposing,
  restarted_after_notarize,
  restarted_after_nullify,
  restarted_after_finalize,
  // Disks and stores.
  unsynced_kept,
  unsynced_torn,
  unsynced_lost,
  slow_sync,  ///< of more than a second
  disk_full,
  sync_failed,
  sync_failed_in_part,  ///< some sectors of a write are there, others not
  segment_rolled,
  bit_flipped,
  write_misdirected,
  put_back,     ///< to an older copy
  log_refused,  ///< a damaged log was noticed at a start
  checkpoint_written,
  checkpoint_loaded,
  checkpoint_lost,
  // The network.
  message_lost,
  message_doubled,
  message_overtaken,  ///< arrives after one that was sent later
  partitioned,
  partitioned_long,     ///< for more than 5 s
  partitioned_longest,  ///< for more than 20 s
  lost_one_way,         ///< while the other direction was open
  lost_one_way_long,    ///< after more than 5 s of it
  clogged,
  clogged_long,  ///< after more than 5 s of it
  // Agreement.
  view_nullified,
  views_skipped,    ///< a final block's parent is not of the view before
  final_by_child,   ///< proved by a descendant's certificate
  empty_block,      ///< a final one
  midnight_passed,  ///< between two final blocks
  payment_lapsed,   ///< and never became final
  syncing,          ///< A12: far behind, fetching ranges
  range_served,     ///< of final blocks
  timeouts_grown,   ///< to five times their first length
  evidence_given,   ///< A13
  evidence_final,   ///< in a final block
  voting_stopped,   ///< A11: peers hold a vote that the log does not
  peer_punished,
  certificate_falsified,  ///< in an answer, or for who is behind
  block_falsified,        ///< in an answer
  more_than_f_lie,
  one_of_many_attacks,  ///< from here on one for each Attack, where its villain does what an honest
                        ///< node would not have done
};
inline constexpr std::size_t kPlainMarks = static_cast<std::size_t>(Mark::one_of_many_attacks);
inline constexpr std::size_t kMarks = kPlainMarks + kAttackCount;

/// How often each mark was met.
class Coverage {
 public:
  void add(Mark mark) { ++counts_[static_cast<std::size_t>(mark)]; }
  void add(Attack attack) { ++counts_[kPlainMarks + static_cast<std::size_t>(attack)]; }
  void add(const Coverage& other) {
    for (std::size_t i = 0; i < kMarks; ++i) counts_[i] += other.counts_[i];
  }
  [[nodiscard]] std::uint64_t count(Mark mark) const {
    return counts_[static_cast<std::size_t>(mark)];
  }
  [[nodiscard]] std::uint64_t count(Attack attack) const {
    return counts_[kPlainMarks + static_cast<std::size_t>(attack)];
  }
  /// {"killed":12,...}: every mark, met or not.
  [[nodiscard]] std::string json() const;

 private:
  std::array<std::uint64_t, kMarks> counts_{};
};

}  // namespace hansatsu::simulation
