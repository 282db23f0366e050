#pragma once

#include "consensus/parameters.h"
#include "tests/simulation/simulated_disk.h"
#include "tests/simulation/town.h"

namespace hansatsu::simulation {

inline constexpr std::int64_t kMillisecond = 1'000'000;
inline constexpr std::int64_t kSecond = 1'000 * kMillisecond;

/// How far a node's clocks are off the world's, fixed for the run. The protocol bears monotonic
/// clocks that run up to 5 % off, and wall clocks less than two seconds apart (Timely, A4).
struct Clock {
  std::int64_t ahead_ms = 0;        ///< the wall clock
  std::int64_t rate_per_mille = 0;  ///< so much the monotonic clock runs fast
};

/// What a run is like. A swarm draws these from its seed, each feature off half of the time.
struct Settings {
  std::uint32_t validators = 4;
  std::int64_t delay_ns = kMillisecond;  ///< mean of a message's way; each takes its own time
  std::uint32_t loss_per_mille = 0;
  std::uint32_t duplicate_per_mille = 0;
  std::int64_t sync_ns = kMillisecond / 4;           ///< mean time of a log sync
  std::uint32_t slow_sync_per_mille = 0;             ///< syncs that take up to two seconds
  std::map<std::uint32_t, std::int64_t> sync_ns_of;  ///< mean of single nodes, if it is another
  /// What it takes single nodes to build or execute a block with content; the others, nothing.
  std::map<std::uint32_t, std::int64_t> work_ns_of;
  std::map<std::uint32_t, Clock> clocks;      ///< of those whose clocks are off
  std::uint64_t utc_start = kUtcStart;        ///< of the world's clock
  std::int64_t peer_down_ns = 2 * kSecond;    ///< until a silent connection is given up
  std::uint32_t segment_bytes = 512U << 10U;  ///< of the log; small, so that runs roll through some
  std::int64_t checkpoint_ns = 5 * kSecond;   ///< between checkpoints
  std::uint32_t store_loss_per_mille = 0;     ///< losses of power that cost the newest checkpoints
  CrashRule crash;
  consensus::Parameters parameters;
};

}  // namespace hansatsu::simulation
