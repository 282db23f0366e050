#include "tests/simulation/seeds.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "tests/simulation/memory.h"

namespace hansatsu::simulation {

void Totals::add(const Outcome& outcome, bool is_first) {
  ++seeds;
  violations += outcome.violations.empty() ? 0 : 1;
  steps += outcome.steps;
  simulated_ns += outcome.simulated_ns;
  // A sum: seeds end in any order.
  const std::uint64_t of_seed = mix(mix(outcome.seed, outcome.hash), outcome.steps);
  hash += of_seed;
  if (is_first) hash_first += of_seed;
  coverage.add(outcome.coverage);
  memory_peak = higher(memory_peak, outcome.memory_peak);
}

/// Each thread takes the next seed; worlds share nothing.
Totals run_seeds(const SeedRange& range, const std::function<void(std::uint64_t)>& begins,
                 const std::function<void(const Outcome&)>& ends) {
  Totals totals;
  std::mutex mutex;
  std::atomic<std::uint64_t> taken{0};
  const auto work = [&] {
    for (std::uint64_t i = taken++; i < range.count; i = taken++) {
      begins(range.from + i);
      const Outcome outcome = run_seed(range.from + i);
      const std::lock_guard lock{mutex};
      totals.add(outcome, i < Totals::kHashedFirst);
      ends(outcome);
    }
  };
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < (range.threads == 0 ? cores : range.threads); ++i) {
    threads.emplace_back(work);
  }
  for (std::thread& thread : threads) thread.join();
  return totals;
}

}  // namespace hansatsu::simulation
