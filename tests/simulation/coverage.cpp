#include "tests/simulation/coverage.h"

namespace hansatsu::simulation {
namespace {

/// In the order of Mark.
constexpr std::array<const char*, kPlainMarks> kMarkNames{"killed",
                                                          "lost_power",
                                                          "lost_power_after_kill",
                                                          "all_down",
                                                          "crashed_between_effects",
                                                          "crashed_in_persist",
                                                          "paused_long",
                                                          "paused_longest",
                                                          "woken_after_hour",
                                                          "lull_of_hours",
                                                          "troubled_long",
                                                          "restarted_after_proposing",
                                                          "restarted_after_notarize",
                                                          "restarted_after_nullify",
                                                          "restarted_after_finalize",
                                                          "unsynced_kept",
                                                          "unsynced_torn",
                                                          "unsynced_lost",
                                                          "slow_sync",
                                                          "disk_full",
                                                          "sync_failed",
                                                          "sync_failed_in_part",
                                                          "segment_rolled",
                                                          "bit_flipped",
                                                          "write_misdirected",
                                                          "put_back",
                                                          "log_refused",
                                                          "checkpoint_written",
                                                          "checkpoint_loaded",
                                                          "checkpoint_lost",
                                                          "message_lost",
                                                          "message_doubled",
                                                          "message_overtaken",
                                                          "partitioned",
                                                          "partitioned_long",
                                                          "partitioned_longest",
                                                          "lost_one_way",
                                                          "lost_one_way_long",
                                                          "clogged",
                                                          "clogged_long",
                                                          "view_nullified",
                                                          "views_skipped",
                                                          "final_by_child",
                                                          "empty_block",
                                                          "midnight_passed",
                                                          "payment_lapsed",
                                                          "syncing",
                                                          "range_served",
                                                          "timeouts_grown",
                                                          "evidence_given",
                                                          "evidence_final",
                                                          "voting_stopped",
                                                          "peer_punished",
                                                          "certificate_falsified",
                                                          "block_falsified",
                                                          "more_than_f_lie"};
static_assert(kMarkNames.back() != nullptr, "a mark has no name");

}  // namespace

std::string Coverage::json() const {
  std::string text = "{";
  const auto add_line = [&text](const std::string& name, std::uint64_t count) {
    text += (text.size() == 1 ? "\"" : ",\"") + name + "\":" + std::to_string(count);
  };
  for (std::size_t i = 0; i < kPlainMarks; ++i) add_line(kMarkNames[i], counts_[i]);
  for (std::size_t i = 0; i < kAttackCount; ++i) {
    add_line(std::string{"attack "} + name_of(static_cast<Attack>(i)), counts_[kPlainMarks + i]);
  }
  return text + "}";
}

}  // namespace hansatsu::simulation
