#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <thread>

#include "tests/simulation/swarm.h"

/// Runs seeds of the swarm. See docs/simulator.md.
namespace hansatsu::simulation {
namespace {

struct Options {
  std::uint64_t seeds = 100;
  std::uint64_t from = 1;
  std::optional<std::uint64_t> seed;
  unsigned threads = 0;
  bool json = false;
  bool trace = false;
};

struct Totals {
  std::uint64_t seeds = 0;
  std::uint64_t violations = 0;  ///< seeds with any
  std::uint64_t steps = 0;
  std::int64_t simulated_ns = 0;
};

thread_local std::uint64_t seed_under_way = 0;

/// An assertion of the product ends the process: the seed must still be told.
extern "C" void tell_seed(int) {
  std::fprintf(stderr, "aborted in seed %llu\n", static_cast<unsigned long long>(seed_under_way));
}

void report(const Outcome& outcome) {
  for (const std::string& violation : outcome.violations) {
    std::cerr << "seed " << outcome.seed << ": " << violation << '\n';
  }
  if (!outcome.violations.empty()) {
    std::cerr << "seed " << outcome.seed << " was: " << outcome.setting << '\n';
  }
}

void print_json(const Totals& totals, const std::optional<std::uint64_t>& hash) {
  std::printf("{\"seeds\":%llu,\"violations\":%llu,\"steps\":%llu,\"simulated_seconds\":%lld",
              static_cast<unsigned long long>(totals.seeds),
              static_cast<unsigned long long>(totals.violations),
              static_cast<unsigned long long>(totals.steps),
              static_cast<long long>(totals.simulated_ns / kSecond));
  if (hash) std::printf(",\"hash\":\"%016llx\"", static_cast<unsigned long long>(*hash));
  std::printf("}\n");
}

void print_text(const Totals& totals, const std::optional<std::uint64_t>& hash) {
  std::printf("%llu seeds, %llu with violations, %llu steps, %lld simulated seconds\n",
              static_cast<unsigned long long>(totals.seeds),
              static_cast<unsigned long long>(totals.violations),
              static_cast<unsigned long long>(totals.steps),
              static_cast<long long>(totals.simulated_ns / kSecond));
  if (hash) std::printf("hash %016llx\n", static_cast<unsigned long long>(*hash));
}

void add(Totals& totals, const Outcome& outcome) {
  ++totals.seeds;
  totals.violations += outcome.violations.empty() ? 0 : 1;
  totals.steps += outcome.steps;
  totals.simulated_ns += outcome.simulated_ns;
}

/// Each thread takes the next seed; worlds share nothing.
Totals run_many(const Options& options) {
  Totals totals;
  std::mutex mutex;
  std::atomic<std::uint64_t> taken{0};
  const auto work = [&] {
    for (std::uint64_t i = taken++; i < options.seeds; i = taken++) {
      seed_under_way = options.from + i;
      const Outcome outcome = run_seed(seed_under_way);
      const std::lock_guard lock{mutex};
      add(totals, outcome);
      report(outcome);
    }
  };
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < (options.threads == 0 ? cores : options.threads); ++i) {
    threads.emplace_back(work);
  }
  for (std::thread& thread : threads) thread.join();
  return totals;
}

int run(const Options& options) {
  Totals totals;
  std::optional<std::uint64_t> hash;
  if (options.seed) {
    seed_under_way = *options.seed;
    const Outcome outcome = run_seed(*options.seed, options.trace ? &std::cout : nullptr);
    add(totals, outcome);
    report(outcome);
    hash = outcome.hash;
    if (!options.json) {
      std::printf("%s\nfinal height %llu, evidence %llu\n", outcome.setting.c_str(),
                  static_cast<unsigned long long>(outcome.final_height),
                  static_cast<unsigned long long>(outcome.evidence));
    }
  } else {
    totals = run_many(options);
  }
  options.json ? print_json(totals, hash) : print_text(totals, hash);
  return totals.violations == 0 ? 0 : 1;
}

}  // namespace
}  // namespace hansatsu::simulation

int main(int argc, char** argv) {
  hansatsu::simulation::Options options;
  CLI::App app{"Runs the agreement of a town in a simulated world, seed by seed"};
  app.add_option("--seeds", options.seeds, "How many seeds");
  app.add_option("--from", options.from, "The first seed");
  app.add_option("--seed", options.seed, "Only this seed; tells its hash");
  app.add_option("--threads", options.threads, "Worlds side by side; 0: one a core");
  app.add_flag("--json", options.json, "One line of JSON");
  app.add_flag("--trace", options.trace, "With --seed: everything that happens");
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGABRT, hansatsu::simulation::tell_seed);
  return hansatsu::simulation::run(options);
}
