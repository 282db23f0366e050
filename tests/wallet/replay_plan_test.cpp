#include "wallet/town/replay_plan.h"

#include <catch2/catch.hpp>
#include <random>

#include "wallet/town/replay_model.h"

namespace hansatsu::town {
namespace {

/// Names are small numbers here; rows are in order already.
class Story {
 public:
  Story& add(RowKind kind, NameIndex from, NameIndex to, std::uint64_t amount) {
    const auto line = static_cast<std::uint32_t>(history.rows.size() + 2);
    history.rows.push_back({line, {}, kind, from, to, Amount::of(amount)});
    for (const NameIndex name : {from, to}) {
      while (name != kNobody && history.ids.size() <= name) {
        history.ids.push_back(std::to_string(history.ids.size()));
      }
    }
    return *this;
  }
  Story& give(NameIndex to, std::uint64_t amount) {
    return add(RowKind::grant, kNobody, to, amount);
  }
  Story& send(NameIndex from, NameIndex to, std::uint64_t amount) {
    return add(RowKind::send, from, to, amount);
  }
  History history;
};

/// Stands for the ledger: one row after the other, in the order in which they come to it.
class Purses {
 public:
  bool run(const HistoryRow& row) {
    if (row.from == row.to) return false;
    const std::uint64_t units = row.amount.units();
    if (row.from != kNobody) {
      if (purses_[row.from] < units) return false;
      purses_[row.from] -= units;
    }
    if (row.to != kNobody) purses_[row.to] += units;
    return true;
  }

 private:
  std::map<NameIndex, std::uint64_t> purses_;
};

struct Verdicts {
  std::vector<bool> accepted;
  std::size_t rounds = 0;
};

/// Each round's rows come to the ledger in order, or without any.
enum class Arrival : std::uint8_t { in_order, in_any_order };

Verdicts run_in_rounds(const History& history, Arrival arrival, std::mt19937& chance) {
  Verdicts verdicts{std::vector<bool>(history.rows.size(), false), 0};
  ReplayPlan plan{history};
  Purses purses;
  std::vector<bool> seen(history.rows.size(), false);
  while (!plan.is_done()) {
    std::vector<std::size_t> round = plan.next_round();
    REQUIRE(!round.empty());
    if (arrival == Arrival::in_any_order) std::shuffle(round.begin(), round.end(), chance);
    for (const std::size_t row : round) {
      REQUIRE(!seen[row]);
      verdicts.accepted[row] = purses.run(history.rows[row]);
    }
    for (const std::size_t row : round) seen[row] = plan.settle(row, verdicts.accepted[row]);
    ++verdicts.rounds;
  }
  CHECK(std::find(seen.begin(), seen.end(), false) == seen.end());
  return verdicts;
}

std::vector<bool> run_in_line(const History& history) {
  std::vector<bool> accepted;
  Purses purses;
  for (const HistoryRow& row : history.rows) accepted.push_back(purses.run(row));
  return accepted;
}

std::size_t rounds_of(const Story& story) {
  std::mt19937 chance{1};
  const auto in_line = run_in_line(story.history);
  CHECK(run_in_rounds(story.history, Arrival::in_any_order, chance).accepted == in_line);
  const Verdicts verdicts = run_in_rounds(story.history, Arrival::in_order, chance);
  CHECK(verdicts.accepted == in_line);
  return verdicts.rounds;
}

History random_history(std::mt19937& chance) {
  Story story;
  const auto below = [&chance](std::uint32_t bound) {
    return static_cast<NameIndex>(chance() % bound);
  };
  const std::uint32_t names = 2 + below(12);
  const std::uint32_t rows = 1 + below(120);
  for (std::uint32_t i = 0; i < rows; ++i) {
    switch (below(4)) {
      case 0:
        story.give(below(names), 1 + below(30));
        break;
      case 1:
        story.add(RowKind::redeem, below(names), kNobody, 1 + below(20));
        break;
      default:
        story.send(below(names), below(names), 1 + below(20));
    }
  }
  return story.history;
}

}  // namespace

TEST_CASE("rounds give each row the verdict that running in line gives it") {
  std::mt19937 chance{20'260'401};
  for (int i = 0; i < 2'000; ++i) {
    const History history = random_history(chance);
    INFO("history " << i);
    const auto in_line = run_in_line(history);
    REQUIRE(run_in_rounds(history, Arrival::in_any_order, chance).accepted == in_line);
    REQUIRE(run_in_rounds(history, Arrival::in_order, chance).accepted == in_line);
  }
}

TEST_CASE("what can't fail runs side by side") {
  Story story;
  story.give(0, 1'000);
  for (NameIndex i = 1; i <= 500; ++i) story.send(0, i, 2);
  CHECK(rounds_of(story) == 2);
}

TEST_CASE("what can't succeed runs side by side") {
  Story story;
  story.give(0, 5);
  for (NameIndex i = 1; i <= 500; ++i) story.send(0, i, 6);
  CHECK(rounds_of(story) == 2);
}

TEST_CASE("a payer who runs dry holds the others up only where it is in doubt") {
  Story story;
  story.give(0, 500);
  for (NameIndex i = 1; i <= 500; ++i) story.send(0, i, 2);
  CHECK(rounds_of(story) == 3);
}

TEST_CASE("a gift does not overtake a payment that came too early") {
  Story story;
  story.send(0, 1, 5).give(0, 5).send(0, 2, 5);
  CHECK(rounds_of(story) == 2);
}

TEST_CASE("gifts to one name run together, and with what hangs on them if they come first") {
  Story story;
  for (int i = 0; i < 100; ++i) story.give(0, 1);
  story.send(0, 1, 100);
  CHECK(rounds_of(story) == 1);
}

TEST_CASE("a coin from hand to hand goes through many hands a round") {
  Story story;
  story.give(0, 7);
  for (NameIndex i = 0; i < 600; ++i) story.send(i, i + 1, 7);
  CHECK(rounds_of(story) == 10);
}

TEST_CASE("a row tried before its gift came is open again, and tried no more") {
  Story story;
  story.give(0, 7).send(0, 1, 7);
  ReplayPlan plan{story.history};
  CHECK(plan.next_round() == std::vector<std::size_t>{0, 1});
  CHECK(!plan.settle(1, false));
  CHECK(!plan.is_done());
  CHECK(plan.settle(0, true));
  CHECK(plan.next_round() == std::vector<std::size_t>{1});
  CHECK(plan.settle(1, false));
  CHECK(plan.is_done());
}

TEST_CASE("a row that the ledger has not tried stands in the next round again") {
  Story story;
  story.give(0, 10).send(0, 1, 10);
  ReplayPlan plan{story.history};
  for (int round = 0; round < 3; ++round) {
    CHECK(plan.next_round() == std::vector<std::size_t>{0, 1});
    if (round == 2) break;
    plan.reopen(1);
    plan.reopen(0);
    CHECK(!plan.is_done());
  }
  CHECK(plan.settle(0, true));
  CHECK(plan.settle(1, true));
  CHECK(plan.is_done());
  CHECK(plan.balance(1) == 10);
}

TEST_CASE("shops are paid or redeem, and do nothing that only persons do") {
  Story story;
  story
      .add(RowKind::pay, 0, 1, 5)           // 0 pays, 1 is a shop
      .add(RowKind::redeem, 2, kNobody, 5)  // 2 is a shop
      .add(RowKind::pay, 0, 3, 5)           // 3 is granted something too
      .add(RowKind::grant, kNobody, 3, 5)
      .add(RowKind::pay, 4, 4, 5)  // 4 pays itself
      .add(RowKind::pay, 0, 5, 5)  // 5 gets a send too
      .add(RowKind::send, 0, 5, 5)
      .add(RowKind::charge, kNobody, 6, 5);  // 6 is only charged
  CHECK(find_shops(story.history) ==
        std::vector<bool>{false, true, true, false, false, false, false});
}

TEST_CASE("the model adds, moves and burns, and tells when too little was there") {
  Story story;
  story.give(0, 10)
      .add(RowKind::charge, kNobody, 0, 5)
      .send(0, 1, 12)
      .add(RowKind::redeem, 1, kNobody, 4);
  ReplayModel model;
  for (const HistoryRow& row : story.history.rows) CHECK(model.apply(row));
  CHECK(model.balance(0) == 3);
  CHECK(model.balance(1) == 8);
  CHECK(model.balance(2) == 0);
  CHECK(model.granted() == 10);
  CHECK(model.charged() == 5);
  CHECK(model.redeemed() == 4);
  CHECK(!model.apply({9, {}, RowKind::pay, 0, 1, Amount::of(4)}));
}

}  // namespace hansatsu::town
