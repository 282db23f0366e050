#include "wallet/town/day.h"

#include <iostream>

#include "wallet/town/day_run.h"

namespace hansatsu::town {
namespace {

constexpr CoinId kDayCoin{0};

void print_books(std::ostream& out, const DayTally& tally, const Books& after) {
  out << "charged " << tally.charged << " + points " << tally.premium << ", benefits "
      << tally.granted << ", paid " << tally.paid << ", sent " << tally.sent << ", refunded "
      << tally.refunded << ", settled " << tally.settled << "\n"
      << "books: issued " << after.issued << " = held " << after.held << " + takings "
      << after.takings << " + pending " << after.pending << " + settled " << after.settled
      << " + expired " << after.expired << "\n";
}

}  // namespace

Attempt<bool> live_day(Desk& desk, const DayOptions& options) {
  auto plan = load_plan(desk.dir());
  if (!plan) return Err{plan.error()};
  auto places = load_places(desk.dir());
  if (!places) return Err{places.error()};
  if (!places->charged) return Err{std::string{"the town is not open yet: run ./town up"}};
  // Counted before anything happens: a day that was cut short is never lived again as itself.
  ++desk.town().day;
  if (auto saved = save_town(desk.dir(), desk.town()); !saved) return Err{saved.error()};
  const std::uint64_t seed = options.seed != 0 ? options.seed : desk.town().seed + desk.town().day;
  const auto started = std::chrono::steady_clock::now();

  const auto before = read_books(desk, kDayCoin);
  if (!before) return Err{before.error()};
  const Population population{places->residents.size(), places->shops.size(),
                              places->agents.size()};
  DayRun day{desk, *plan, *places, plan_day(*plan, population, options.payments, seed)};
  if (auto lived = day.live(); !lived) return Err{lived.error()};

  const auto after = read_books(desk, kDayCoin);
  if (!after) return Err{after.error()};
  std::vector<std::string> faults = compare_books(*before, day.tally(), *after);
  std::vector<std::string> silent;
  if (!desk.agree(std::chrono::seconds{10}, silent)) {
    faults.emplace_back("the validators do not agree on the state root");
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - started);
  std::cout << "day " << desk.town().day << " (seed " << seed << ")\n";
  day.print_figures(std::cout);
  print_books(std::cout, day.tally(), *after);
  for (const std::string& name : silent) std::cout << "silent: " << name << "\n";
  for (const std::string& fault : faults) std::cout << "fault: " << fault << "\n";
  std::cout << (faults.empty() ? "OK: the books balance and " : "FAILED: ")
            << desk.validators().size() - silent.size() << " validators "
            << (faults.empty() ? "agree" : "were asked") << "; the day took "
            << took.count() / 1'000 << "." << took.count() % 1'000 / 100 << " s\n";
  return faults.empty();
}

}  // namespace hansatsu::town
