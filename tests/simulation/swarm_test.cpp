#include "tests/simulation/swarm.h"

#include <catch2/catch.hpp>
#include <sstream>

namespace hansatsu::simulation {

TEST_CASE("a seed gives the same run twice") {
  for (const std::uint64_t seed : {3U, 17U, 920U, 4'711U}) {
    const Outcome first = run_seed(seed);
    const Outcome second = run_seed(seed);
    CHECK(first.hash == second.hash);
    CHECK(first.steps == second.steps);
    CHECK(first.violations.empty());
  }
}

TEST_CASE("being watched changes nothing in a run") {
  std::ostringstream trace;
  CHECK(run_seed(5, &trace).hash == run_seed(5).hash);
  CHECK(trace.str().find("commits h1") != std::string::npos);
}

TEST_CASE("different seeds give different runs") { CHECK(run_seed(1).hash != run_seed(2).hash); }

}  // namespace hansatsu::simulation
