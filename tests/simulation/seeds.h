#pragma once

#include <functional>

#include "tests/simulation/swarm.h"

namespace hansatsu::simulation {

struct SeedRange {
  std::uint64_t from = 1;
  std::uint64_t count = 100;
  unsigned threads = 0;  ///< worlds side by side; 0: one a core
};

/// What came of many seeds. The same whatever the threads and their order.
struct Totals {
  /// So many of the first seeds have a hash of their own: a run of more can be compared with
  /// theirs.
  static constexpr std::uint64_t kHashedFirst = 50;

  std::uint64_t seeds = 0;
  std::uint64_t violations = 0;  ///< seeds with any
  std::uint64_t steps = 0;
  std::int64_t simulated_ns = 0;
  std::uint64_t hash = 0;        ///< of all runs
  std::uint64_t hash_first = 0;  ///< of the first kHashedFirst
  Coverage coverage;
  consensus::Footprint memory_peak;

  void add(const Outcome& outcome, bool is_first);
};

/// `begins` is told of each seed on the thread that runs it; `ends` of each outcome, one at a time.
[[nodiscard]] Totals run_seeds(const SeedRange& range,
                               const std::function<void(std::uint64_t)>& begins,
                               const std::function<void(const Outcome&)>& ends);

}  // namespace hansatsu::simulation
