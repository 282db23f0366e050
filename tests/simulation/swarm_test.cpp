#include "tests/simulation/swarm.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "tests/simulation/trouble.h"

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

/// What a town meets that nobody lies in and nothing befalls but this.
Coverage met_in(Plan plan) {
  plan.trouble_ns = 300 * kSecond;
  plan.burst_every_ns = 10 * kSecond;
  World world{7, plan.settings, plan.cast};
  Trouble trouble{world, plan, {}};
  trouble.begin();
  world.run_for(plan.trouble_ns + plan.lull_ns);
  trouble.end();
  CHECK(world.checkers().violations().empty());
  return world.coverage();
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

TEST_CASE("spans are drawn from all of their range, short ones as often as long ones") {
  Random random{1};
  int short_ones = 0;
  int long_ones = 0;
  for (int i = 0; i < 9'000; ++i) {
    const std::int64_t span = spread_between(random, kSecond / 10, 30 * kSecond);
    REQUIRE(span >= kSecond / 10);
    REQUIRE(span <= 30 * kSecond);
    if (span <= kSecond * 4 / 10) ++short_ones;
    if (span >= kSecond * 128 / 10) ++long_ones;
  }
  CHECK(short_ones > 1'800);
  CHECK(long_ones > 1'800);
}

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

TEST_CASE("what lasts in a troubled town may last its longest") {
  struct Lasting {
    std::int64_t Plan::* every_ns;
    std::int64_t Plan::* max_ns;
    std::int64_t longest;
    Mark mark;
  };
  const Lasting all[] = {
      {&Plan::partition_every_ns, &Plan::partition_max_ns, 30, Mark::partitioned_longest},
      {&Plan::deaf_every_ns, &Plan::deaf_max_ns, 30, Mark::lost_one_way_long},
      {&Plan::clog_every_ns, &Plan::clog_max_ns, 30, Mark::clogged_long},
      {&Plan::pause_every_ns, &Plan::pause_max_ns, 60, Mark::paused_longest}};
  for (const Lasting& one : all) {
    Plan plan;
    plan.*one.every_ns = kSecond;
    plan.*one.max_ns = one.longest * kSecond;
    CAPTURE(static_cast<int>(one.mark));
    CHECK(met_in(plan).count(one.mark) > 0);
  }
}

TEST_CASE("machines also fail in a lull of hours") {
  Plan plan;
  plan.crash_every_ns = 30 * kSecond;
  plan.lull_at_ns = kSecond;
  plan.lull_ns = 3 * 3'600 * kSecond;
  const Coverage with = met_in(plan);
  CHECK(with.count(Mark::lull_of_hours) == 1);
  plan.lull_ns = 0;
  // About as often in the lull as before and after it.
  const Coverage without = met_in(plan);
  const auto ends = [](const Coverage& met) {
    return met.count(Mark::killed) + met.count(Mark::lost_power);
  };
  CHECK(ends(without) > 0);
  CHECK(ends(with) > ends(without) * 5 / 4);
  CHECK(ends(with) < ends(without) * 4);
}

}  // namespace hansatsu::simulation
