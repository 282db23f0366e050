#pragma once

#include <ostream>

#include "tests/simulation/world.h"

namespace hansatsu::simulation {

/// What came of one seed.
struct Outcome {
  std::uint64_t seed = 0;
  std::uint64_t hash = 0;   ///< of the whole run: the same on every machine and build
  std::uint64_t steps = 0;  ///< events carried out
  std::int64_t simulated_ns = 0;
  std::uint64_t final_height = 0;
  std::uint64_t evidence = 0;
  Coverage coverage;
  consensus::Footprint memory_peak;     ///< the most that an honest engine remembered
  std::string setting;                  ///< what the seed drew, for people
  std::vector<std::string> violations;  ///< the first few
};

/// One run of a swarm: draws what kind of world it is from the seed (each feature off half of the
/// time), troubles it, then heals it and demands that every payment becomes final, that all agree,
/// and that the town falls silent. With `trace` it tells everything that happens.
[[nodiscard]] Outcome run_seed(std::uint64_t seed, std::ostream* trace = nullptr);

}  // namespace hansatsu::simulation
