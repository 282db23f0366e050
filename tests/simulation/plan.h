#pragma once

#include <string>

#include "tests/simulation/world.h"

namespace hansatsu::simulation {

/// Everything a seed decides before its world exists. A span of 0 leaves that trouble out.
struct Plan {
  Settings settings;
  Cast cast;
  bool is_calm = false;     ///< nothing goes wrong: what a block costs is measured
  bool is_overrun = false;  ///< more than f lie: only that nobody crashes or accuses the innocent
  std::int64_t trouble_ns = 0;  ///< how long before it is healed, without the lull
  std::int64_t crash_every_ns = 0;
  /// What lasts has a longest span too; each time it lasts anything up to that.
  std::int64_t partition_every_ns = 0;
  std::int64_t partition_max_ns = 0;
  std::int64_t deaf_every_ns = 0;
  std::int64_t deaf_max_ns = 0;
  std::int64_t clog_every_ns = 0;
  std::int64_t clog_max_ns = 0;
  std::int64_t pause_every_ns = 0;
  std::int64_t pause_max_ns = 0;
  std::int64_t disk_fault_every_ns = 0;
  std::int64_t rot_every_ns = 0;        ///< on damaged nodes
  std::int64_t misdirect_every_ns = 0;  ///< damaged nodes: a write lands elsewhere
  std::int64_t put_back_every_ns = 0;   ///< damaged nodes: an older image of their disks
  std::int64_t burst_every_ns = 0;
  std::uint64_t burst_max = 1;
  /// Amid the trouble nobody pays for so long, from then on. Faults go on at a slower pace.
  std::int64_t lull_ns = 0;
  std::int64_t lull_at_ns = 0;
  std::int64_t idle_ns = 0;  ///< after the healing, before one more payment
  bool lapses = false;
  bool villains_die = false;  ///< at the healing
  std::uint64_t all_crash_per_mille = 0;
  bool is_short_handed = false;  ///< those who never come back never were there
  std::uint32_t left_dead = 0;   ///< honest nodes that never come back
};

/// Every doubling of the range equally often, so that short spans are as frequent as long ones.
/// Requires: 0 < least <= most.
[[nodiscard]] std::int64_t spread_between(Random& random, std::int64_t least, std::int64_t most);
[[nodiscard]] Plan draw_plan(std::uint64_t seed);
/// One line for people.
[[nodiscard]] std::string describe(const Plan& plan);

}  // namespace hansatsu::simulation
