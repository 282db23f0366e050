#include <catch2/catch.hpp>
#include <cstdlib>
#include <sstream>

#include "tests/simulation/swarm.h"

namespace hansatsu::simulation {

// HANSATSU_SEEDS=FROM-TO. Hidden: `hansatsu-sim` is the way to run seeds.
TEST_CASE("seeds named by HANSATSU_SEEDS", "[.]") {
  const char* named = std::getenv("HANSATSU_SEEDS");
  REQUIRE(named != nullptr);
  std::istringstream text{named};
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  char dash = 0;
  REQUIRE(text >> from >> dash >> to);
  for (std::uint64_t seed = from; seed <= to; ++seed) {
    CAPTURE(seed);
    REQUIRE(run_seed(seed).violations == std::vector<std::string>{});
  }
}

}  // namespace hansatsu::simulation
