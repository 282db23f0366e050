#include <catch2/catch.hpp>
#include <random>

#include "tests/consensus/scenario.h"

using namespace hansatsu;
using namespace hansatsu::consensus;
using namespace hansatsu::consensus::test;

TEST_CASE("S2: half of all messages lost", "[consensus][S2]") {
  Town town{4, 20};
  std::mt19937_64 random{GENERATE(1U, 2U, 3U)};
  town.loses = [&](std::uint8_t, std::uint8_t, const Message&) { return random() % 2 == 0; };
  town.start_all();
  for (int payment = 1; payment <= 10; ++payment) {
    town.pay(payment);
    CHECK(town.run_until([&] { return town.is_paid(payment, 0); }, 60'000));
  }
  check_goes_on(town, 11);
}

TEST_CASE("S3: the whole town killed again and again", "[consensus][S3]") {
  Town town{4};
  std::mt19937_64 random{GENERATE(range(1U, 6U))};
  int payment = 0;
  std::size_t lives = 0;
  while (town.nodes[0].store.size() < 20 && lives < 400) {
    town.start_all();
    const std::int64_t end = town.ms + 5 + static_cast<std::int64_t>(random() % 200);
    while (town.ms < end) {
      town.pay(++payment);
      town.run_ms(3);
    }
    for (std::uint8_t i = 0; i < 4; ++i) town.kill(i, random() % 2 == 0);
    ++lives;
  }
  CHECK(lives < 400);
  check_goes_on(town, ++payment);
}

TEST_CASE("S58: what was acknowledged survives the death of all", "[consensus][S58][long]") {
  Town town{4};
  town.start_all();
  for (int payment = 1; payment <= 30; ++payment) {
    town.pay(payment);
    std::optional<std::uint8_t> answered;
    REQUIRE(town.run_until(
        [&] {
          for (std::uint8_t i = 0; i < 4; ++i) {
            const auto& node = town.nodes[i];
            if (town.is_paid(payment, i) && node.acknowledged.raw >= node.store.size()) {
              answered = i;
            }
          }
          return answered.has_value();
        },
        5'000));
    // The power goes at the very moment the client is told.
    for (std::uint8_t i = 0; i < 4; ++i) town.kill(i);
    town.forget_payment(payment);
    town.start_all();
    CHECK(town.run_until([&] { return town.is_paid_everywhere(payment); }, 30'000));
  }
  town.check_agreement();
}

TEST_CASE("S4: all crash right after NULLIFY was sent", "[consensus][S4]") {
  Town town{4};
  town.start_all();
  town.run_ms(50);
  const std::uint8_t leader = leader_now(town);
  town.kill(leader);
  town.pay(1);
  std::size_t nullifies = 0;
  town.watch = [&](std::uint8_t, const Message& message) {
    const auto* vote = std::get_if<Vote>(&message);
    if (vote != nullptr && vote->ballot.kind == VoteKind::nullify) ++nullifies;
  };
  // Their votes are on the disks and lost on the wire.
  town.loses = [](std::uint8_t, std::uint8_t, const Message& message) { return is<Vote>(message); };
  REQUIRE(town.run_until([&] { return nullifies >= 3; }, 10'000));
  for (std::uint8_t i = 0; i < 4; ++i) town.kill(i);
  town.loses = nullptr;
  for (std::uint8_t i = 0; i < 4; ++i) {
    if (i != leader) town.start(i);
  }
  // Exactly a quorum is there, and the NULLIFYs of the earlier life are all it has for that view.
  CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 10'000));
  check_goes_on(town, 2);
}

TEST_CASE("S5: all crash between Persist and Persisted", "[consensus][S5]") {
  const int kept = GENERATE(0, 1, 2, 3, 4);
  const int steps = GENERATE(range(1, 9));
  Town town{4};
  town.start_all();
  town.run_ms(50);
  town.pay(1);
  for (int i = 0; i < steps; ++i) {
    // To the moment when somebody's group is under way once more.
    std::size_t before = 0;
    for (const auto& node : town.nodes) before += node.syncs;
    (void)town.run_until(
        [&] {
          std::size_t now = 0;
          for (const auto& node : town.nodes) now += node.syncs;
          return now > before;
        },
        1'000);
  }
  for (std::uint8_t i = 0; i < 4; ++i) town.kill(i, i < kept);
  check_goes_on(town, 2);
  CHECK(town.is_paid(1, 0));
}

TEST_CASE("S5: of all groups the leader's survives, and nobody else has its block",
          "[consensus][S5]") {
  Town town{4};
  town.start_all();
  town.run_ms(50);
  const std::uint8_t leader = leader_now(town);
  const std::uint64_t view = town.view(leader);
  town.pay(1, {leader});
  REQUIRE(town.run_until([&] { return town.nodes[leader].group_size > 0; }, 100));
  for (std::uint8_t i = 0; i < 4; ++i) town.kill(i, i == leader);
  // It comes back and offers the block that its log has, and dies before it hands it to anybody.
  std::set<std::uint8_t> nullified;
  bool offered = false;
  town.watch = [&](std::uint8_t from, const Message& message) {
    offered = offered || (from == leader && is<Proposal>(message));
    const auto* vote = std::get_if<Vote>(&message);
    const bool gives_up = vote != nullptr && vote->ballot.kind == VoteKind::nullify;
    if (gives_up && vote->ballot.view.raw == view) nullified.insert(from);
  };
  town.loses = [&](std::uint8_t from, std::uint8_t, const Message& message) {
    return from == leader && (is<Block>(message) || is<Response>(message));
  };
  town.start_all();
  REQUIRE(town.run_until([&] { return offered; }, 1'000));
  town.run_ms(5);
  town.kill(leader);
  const std::uint8_t other = leader == 0 ? 1 : 0;
  town.pay(2);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(2); }, 10'000));
  CHECK(nullified.size() == 3);
  CHECK(town.view(other) > view);
  check_goes_on(town, 3);
}

TEST_CASE("S8: a leader dies after proposing to some, and offers the same again",
          "[consensus][S8]") {
  const int reached = GENERATE(0, 1, 2, 3);
  Town town{4};
  town.start_all();
  town.run_ms(50);
  const std::uint8_t leader = leader_now(town);
  int copies = 0;
  bool proposed = false;
  town.watch = [&](std::uint8_t from, const Message& message) {
    proposed = proposed || (from == leader && is<Proposal>(message));
  };
  town.loses = [&](std::uint8_t from, std::uint8_t, const Message& message) {
    return from == leader && is<Proposal>(message) && copies++ >= reached;
  };
  town.pay(1);
  REQUIRE(town.run_until([&] { return proposed; }, 1'000));
  town.kill(leader);
  town.run_ms(20);
  // That a second, different proposal never leaves is the town's own check of votes on the wire.
  check_goes_on(town, 2);
  CHECK(town.is_paid(1, 0));
}

TEST_CASE("S38: rolling restarts under load", "[consensus][S38][long]") {
  Town town{4};
  town.start_all();
  int payment = 0;
  for (int round = 0; round < 12; ++round) {
    const auto index = static_cast<std::uint8_t>(round % 4);
    town.kill(index, round % 2 == 0);
    const std::int64_t end = town.ms + 300;
    while (town.ms < end) {
      town.pay(++payment);
      town.run_ms(5);
    }
    town.start(index);
    CHECK(town.run_until([&] { return town.is_paid_everywhere(payment); }, 10'000));
  }
  town.run_ms(8'000);
  town.check_agreement();
}

TEST_CASE("A12: one that was away long catches up and votes again", "[consensus][A12]") {
  Town town{4};
  town.start_all();
  town.run_ms(50);
  const auto away = static_cast<std::uint8_t>(GENERATE(range(0, 4)));
  const std::uint8_t next_dead = static_cast<std::uint8_t>((away + 1) % 4);
  town.kill(away);
  for (int payment = 1; payment <= 150; ++payment) {
    town.pay(payment);
    REQUIRE(town.run_until([&] { return town.is_paid_everywhere(payment); }, 5'000));
  }
  town.start(away);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(150); }, 10'000));
  town.run_ms(2'000);
  town.check_agreement();
  // Its vote is needed now.
  town.kill(next_dead);
  town.pay(151);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(151); }, 10'000));
}

TEST_CASE("chaos: loss, crashes and partitions, then quiet", "[consensus][chaos]") {
  const auto seed = GENERATE(range(1U, 41U));
  std::mt19937_64 random{seed};
  const std::uint32_t count = std::array{4U, 4U, 5U, 7U}[random() % 4];
  Town town{count, 1 + random() % 10};
  const std::uint64_t loss = random() % 30;
  std::uint64_t cut = 0;  ///< bit i: validator i is on the other side
  town.loses = [&](std::uint8_t from, std::uint8_t to, const Message&) {
    if ((cut >> from & 1U) != (cut >> to & 1U)) return true;
    return random() % 100 < loss;
  };
  town.start_all();
  int payment = 0;
  for (int round = 0; round < 60; ++round) {
    const auto index = static_cast<std::uint8_t>(random() % count);
    switch (random() % 6) {
      case 0:
        if (town.nodes[index].engine != nullptr) town.kill(index, random() % 2 == 0);
        break;
      case 1:
        if (town.nodes[index].engine == nullptr) town.start(index);
        break;
      case 2:
        cut = random() % 3 == 0 ? random() : 0;
        break;
      case 3:
        town.start_all();
        break;
      default:
        town.pay(++payment, random() % 2 == 0 ? std::vector<std::uint8_t>{}
                                              : std::vector<std::uint8_t>{index});
    }
    town.run_ms(static_cast<std::int64_t>(random() % 300));
  }
  CAPTURE(seed);
  check_goes_on(town, ++payment);
}
