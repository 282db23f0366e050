#include "tests/simulation/swarm.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "tests/simulation/plan.h"

namespace hansatsu::simulation {
namespace {

constexpr std::uint64_t kPlans = 2'000;

/// Whether all of these are the same but one.
bool is_one_alone(const std::vector<std::int64_t>& values) {
  const std::set<std::int64_t> different{values.begin(), values.end()};
  if (different.size() != 2) return false;
  const auto first = std::ranges::count(values, *different.begin());
  return first == 1 || first + 1 == std::ssize(values);
}

}  // namespace

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

TEST_CASE("in some seeds one clock alone is off, and slow clocks are early or late") {
  int alone = 0;
  int slow_and_ahead = 0;
  int slow_and_behind = 0;
  for (std::uint64_t seed = 1; seed <= kPlans; ++seed) {
    const Plan plan = draw_plan(seed);
    std::vector<std::int64_t> ahead;
    for (const auto& [node, clock] : plan.settings.clocks) {
      ahead.push_back(clock.ahead_ms);
      REQUIRE(std::abs(clock.rate_per_mille) <= 50);
    }
    if (ahead.empty()) continue;
    const auto [least, most] = std::ranges::minmax(ahead);
    REQUIRE(most - least <= 1'900);
    if (is_one_alone(ahead)) ++alone;
    for (const auto& [node, clock] : plan.settings.clocks) {
      if (clock.rate_per_mille >= 0 || least == most) continue;
      ++(clock.ahead_ms * 2 > least + most ? slow_and_ahead : slow_and_behind);
    }
  }
  CHECK(alone > 200);
  CHECK(slow_and_ahead > 300);
  CHECK(slow_and_behind > 300);
}

}  // namespace hansatsu::simulation
