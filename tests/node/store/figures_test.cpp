#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "tests/node/store/town.h"

using namespace hansatsu;         // NOLINT: a test
using namespace hansatsu::store;  // NOLINT

namespace {

constexpr std::uint64_t kDayMs = 86'400'000;

/// The figures as one would add them up from a list of all that ever moved.
struct Ledger {
  std::map<FigureKey, Figure> figures;
  std::map<FigureKey, std::set<AccountId>> accounts;

  void add(Date day, const Movement& movement) {
    const FigureKey all{day, movement.coin, {}, {}};
    const FigureKey operation{day, movement.coin, {}, movement.operation};
    ++figures[all].transactions;
    ++figures[operation].transactions;
    for (const Movement::Part& part : movement.parts) {
      const FigureKey program{day, movement.coin, part.program, movement.operation};
      figures[program].amount.add(part.amount);
      for (const FigureKey& key : {all, operation, program}) count(key, part.account);
      if (!part.other) continue;
      for (FigureKey key : {operation, program}) {
        key.side = FigureSide::other;
        count(key, *part.other);
      }
    }
  }
  void count(const FigureKey& key, AccountId account) {
    accounts[key].insert(account);
    figures[key].accounts = static_cast<std::uint32_t>(accounts[key].size());
  }
  [[nodiscard]] std::map<FigureKey, Figure> between(Date from, Date to) const {
    std::map<FigureKey, Figure> found;
    for (const auto& [key, figure] : figures) {
      if (from <= key.day && key.day <= to) found.emplace(key, figure);
    }
    return found;
  }
};

/// The same days every time.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : random_{seed} {}
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_()) % end; }

 private:
  std::mt19937 random_;
};

Movement movement(Dice& dice) {
  Movement made;
  made.coin = CoinId{static_cast<std::uint16_t>(dice.below(2))};
  made.operation = dice.below(2) == 0 ? rules::OperationCode::pay : rules::OperationCode::charge;
  for (std::uint32_t i = 0; i <= dice.below(2); ++i) {
    Movement::Part part{
        ProgramId{dice.below(3)}, Amount::of(1 + dice.below(100)), AccountId{dice.below(6)}, {}};
    if (made.operation == rules::OperationCode::pay) part.other = AccountId{6 + dice.below(4)};
    made.parts.push_back(part);
  }
  return made;
}

}  // namespace

TEST_CASE("figures: the same however often they are written and read back", "[store]") {
  Dice dice{7};
  const test::TemporaryFolder folder;
  test::Town town;
  Ledger ledger;
  auto store = test::open_store(folder);
  REQUIRE(store->write(town.checkpoint()));
  Date day{20'000};
  std::size_t days_told = 0;
  for (int round = 0; round < 300; ++round) {
    if (dice.below(8) == 0) day = plus_days(day, 1 + dice.below(3));
    town.clock_ms = day.raw * kDayMs;
    town.commit(store.get());
    // A block that moves nothing ends a day too.
    std::vector<Movement> movements(dice.below(3));
    for (Movement& one : movements) one = movement(dice);
    store->days().add(day, movements);
    for (const Movement& one : movements) ledger.add(day, one);

    if (dice.below(4) == 0) {
      auto checkpoint = town.checkpoint();
      checkpoint.days = store->days().take();
      REQUIRE(store->write(checkpoint));
      if (dice.below(2) == 0) {
        store = nullptr;
        store = test::open_store(folder);
        REQUIRE(store->load());
      }
    }
    const Date from{day.raw - dice.below(10)};
    const auto told = store->figures(from, Date{day.raw + dice.below(3)});
    REQUIRE(told.has_value());
    CHECK(told->newest == day);
    CHECK(told->figures == ledger.between(from, Date{day.raw - 1}));
    days_told += told->figures.size();
  }
  CHECK(days_told > 1'000);
}

TEST_CASE("figures: what a crash loses is added again from the log", "[store]") {
  const test::TemporaryFolder folder;
  test::Town town;
  Dice dice{11};
  std::vector<Movement> movements(40);
  for (Movement& one : movements) one = movement(dice);
  Ledger ledger;
  const Date day{20'000};
  const auto add = [&](Store& store, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) store.days().add(day, {movements[i]});
  };
  for (const Movement& one : movements) ledger.add(day, one);
  town.clock_ms = day.raw * kDayMs;
  {
    const auto store = test::open_store(folder);
    town.commit(store.get());
    add(*store, 0, 20);
    auto checkpoint = town.checkpoint();
    checkpoint.days = store->days().take();
    REQUIRE(store->write(checkpoint));
    add(*store, 20, 30);
  }
  const auto store = test::open_store(folder);
  REQUIRE(store->load());
  add(*store, 20, 40);
  CHECK(store->figures(day, day)->figures.empty());
  store->days().add(plus_days(day, 1), {});
  CHECK(store->figures(day, day)->figures == ledger.figures);
}
