#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>

#include "tests/simulation/memory.h"
#include "tests/simulation/seeds.h"

/// Runs seeds of the swarm. See docs/simulator.md.
namespace hansatsu::simulation {
namespace {

struct Options {
  SeedRange range;
  std::optional<std::uint64_t> seed;
  bool json = false;
  bool trace = false;
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

void print_json(const Totals& totals) {
  std::printf("{\"seeds\":%llu,\"violations\":%llu,\"steps\":%llu,\"simulated_seconds\":%lld",
              static_cast<unsigned long long>(totals.seeds),
              static_cast<unsigned long long>(totals.violations),
              static_cast<unsigned long long>(totals.steps),
              static_cast<long long>(totals.simulated_ns / kSecond));
  std::printf(
      ",\"hash\":\"%016llx\",\"hash_first_%llu\":\"%016llx\",\"coverage\":%s,\"memory_peak\":%s}\n",
      static_cast<unsigned long long>(totals.hash),
      static_cast<unsigned long long>(Totals::kHashedFirst),
      static_cast<unsigned long long>(totals.hash_first), totals.coverage.json().c_str(),
      json_of(totals.memory_peak).c_str());
}

void print_text(const Totals& totals) {
  std::printf(
      "%llu seeds, %llu with violations, %llu steps, %lld simulated seconds\nhash %016llx\n",
      static_cast<unsigned long long>(totals.seeds),
      static_cast<unsigned long long>(totals.violations),
      static_cast<unsigned long long>(totals.steps),
      static_cast<long long>(totals.simulated_ns / kSecond),
      static_cast<unsigned long long>(totals.hash));
}

Totals run_one(std::uint64_t seed, bool traces, bool tells) {
  seed_under_way = seed;
  const Outcome outcome = run_seed(seed, traces ? &std::cout : nullptr);
  report(outcome);
  if (tells) {
    std::printf("%s\nfinal height %llu, evidence %llu\n", outcome.setting.c_str(),
                static_cast<unsigned long long>(outcome.final_height),
                static_cast<unsigned long long>(outcome.evidence));
  }
  Totals totals;
  totals.add(outcome, true);
  totals.hash = outcome.hash;
  return totals;
}

int run(const Options& options) {
  const Totals totals =
      options.seed
          ? run_one(*options.seed, options.trace, !options.json)
          : run_seeds(options.range, [](std::uint64_t seed) { seed_under_way = seed; }, report);
  options.json ? print_json(totals) : print_text(totals);
  return totals.violations == 0 ? 0 : 1;
}

}  // namespace
}  // namespace hansatsu::simulation

int main(int argc, char** argv) {
  hansatsu::simulation::Options options;
  CLI::App app{"Runs the agreement of a town in a simulated world, seed by seed"};
  app.add_option("--seeds", options.range.count, "How many seeds");
  app.add_option("--from", options.range.from, "The first seed");
  app.add_option("--seed", options.seed, "Only this seed; tells its hash");
  app.add_option("--threads", options.range.threads, "Worlds side by side; 0: one a core");
  app.add_flag("--json", options.json, "One line of JSON");
  app.add_flag("--trace", options.trace, "With --seed: everything that happens");
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGABRT, hansatsu::simulation::tell_seed);
  return hansatsu::simulation::run(options);
}
