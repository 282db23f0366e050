#include "tests/simulation/seeds.h"

#include <catch2/catch.hpp>

#include "tests/simulation/plan.h"

namespace hansatsu::simulation {
namespace {

Totals run(const SeedRange& range) {
  return run_seeds(range, [](std::uint64_t) {}, [](const Outcome&) {});
}

}  // namespace

TEST_CASE("many seeds give the same twice, and with as many threads as you like") {
  const Totals once = run({100, 6, 1});
  const Totals again = run({100, 6, 3});
  CHECK(once.seeds == 6);
  CHECK(again.hash == once.hash);
  CHECK(again.steps == once.steps);
  CHECK(again.coverage.json() == once.coverage.json());
}

TEST_CASE("the hash of many seeds follows from each seed's, and not from their order") {
  Outcome one;
  one.seed = 1;
  one.hash = 17;
  Outcome other;
  other.seed = 2;
  other.hash = 18;
  const auto hash_of = [](const std::vector<Outcome>& outcomes) {
    Totals totals;
    for (const Outcome& outcome : outcomes) totals.add(outcome, outcome.seed == 1);
    return std::pair{totals.hash, totals.hash_first};
  };
  CHECK(hash_of({one, other}) == hash_of({other, one}));
  CHECK(hash_of({one, other}).second == hash_of({one}).second);
  CHECK(hash_of({one, other}).first != hash_of({one}).first);
  std::swap(one.hash, other.hash);
  const auto swapped = hash_of({one, other});
  std::swap(one.hash, other.hash);
  CHECK(hash_of({one, other}) != swapped);
}

TEST_CASE("in a calm seed every node is judged by what a block costs it") {
  int calm = 0;
  for (std::uint64_t seed = 1; calm < 2; ++seed) {
    if (!draw_plan(seed).is_calm) continue;
    ++calm;
    // C11 says so of a node with too few blocks.
    CAPTURE(seed);
    CHECK(run_seed(seed).violations == std::vector<std::string>{});
  }
}

}  // namespace hansatsu::simulation
