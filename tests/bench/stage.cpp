#include "tests/bench/stage.h"

#include <algorithm>
#include <regex>

#include "wallet/town/found.h"

namespace bench {
namespace {

/// Far below what the demo's coin lets a person pay a day.
constexpr std::uint32_t kPaymentsAPayer = 100;

Attempt<void> set_residents(const Options& options) {
  const Path path = options.dir / "town.toml";
  const auto text = town::read_text(path);
  if (!text) return Err{text.error()};
  const auto plan = town::load_plan(options.dir);
  if (!plan) return Err{plan.error()};
  const std::uint32_t payers = options.payments / kPaymentsAPayer + 1;
  const std::uint32_t residents = std::max(options.residents, payers * plan->first_charge);
  return town::write_text(path, std::regex_replace(*text, std::regex{"(^|\n)residents = [0-9]+"},
                                                   "$1residents = " + std::to_string(residents)));
}

double mean_resident(const std::vector<Usage>& all) {
  double sum = 0;
  for (const Usage& usage : all) sum += static_cast<double>(usage.resident_bytes);
  return sum / static_cast<double>(all.size());
}

/// Opens everybody, and tells by what each account makes a validator's memory grow.
Attempt<double> open_accounts(const Validators& validators, town::Desk& desk) {
  const auto before = validators.usage_of_all();
  if (!before) return Err{before.error()};
  if (const auto opened = town::open_town(desk); !opened) return Err{opened.error()};
  std::vector<std::string> silent;
  if (!desk.agree(kAgreeMax, silent)) return Err{std::string{"the validators disagree"}};
  const auto after = validators.usage_of_all();
  if (!after) return Err{after.error()};
  const auto places = town::load_places(desk.dir());
  if (!places) return Err{places.error()};
  const std::size_t accounts =
      places->agents.size() + places->shops.size() + places->residents.size();
  return (mean_resident(*after) - mean_resident(*before)) / static_cast<double>(accounts);
}

}  // namespace

Attempt<Stage> set_stage(const Options& options) {
  const auto founded =
      town::found({options.dir, options.example, options.hansatsud, options.validators});
  if (!founded) return Err{founded.error()};
  if (const auto set = set_residents(options); !set) return Err{set.error()};
  auto validators = Validators::start(options.dir, options.hansatsud);
  if (!validators) return Err{validators.error()};
  auto desk = town::Desk::open(options.dir, town::Desk::Needs::all, kAgreeMax);
  if (!desk) return Err{desk.error()};
  const auto account_bytes = open_accounts(*validators, *desk);
  if (!account_bytes) return Err{account_bytes.error()};
  return Stage{*std::move(validators), *std::move(desk), *account_bytes};
}

}  // namespace bench
