#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "tests/simulation/swarm.h"

namespace hansatsu::simulation {

TEST_CASE("seeds that once failed do so no more") {
  std::ifstream file{HANSATSU_SOURCE_DIR "/tests/simulation/kept_seeds.txt"};
  REQUIRE(file.good());
  std::size_t count = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream text{line};
    std::uint64_t seed = 0;
    if (line.starts_with('#') || !(text >> seed)) continue;
    ++count;
    CAPTURE(line);
    CHECK(run_seed(seed).violations == std::vector<std::string>{});
  }
  CHECK(count > 0);
}

}  // namespace hansatsu::simulation
