#include <catch2/catch.hpp>
#include <random>

#include "tests/consensus/town.h"

/// The named scenarios of docs/protocol/consensus.md that need no model of a damaged disk.
using namespace hansatsu;
using namespace hansatsu::consensus;
using namespace hansatsu::consensus::test;

namespace {

constexpr std::int64_t kHour = 3'600'000;

/// Restarts everybody and sees a payment through: whatever happened, the town goes on.
void check_goes_on(Town& town, int payment) {
  town.loses = nullptr;
  for (auto& node : town.nodes) node.disk_works = true;
  town.start_all();
  town.pay(payment);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(payment); }, 30'000));
  town.run_ms(8'000);
  town.check_agreement();
}

std::uint8_t leader_now(const Town& town, std::uint8_t asked = 0) {
  return town.nodes[asked].engine->snapshot().leader.raw;
}

template <class T>
bool is(const Message& message) {
  return std::holds_alternative<T>(message);
}

}  // namespace

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

TEST_CASE("S3: what was acknowledged survives the death of all", "[consensus][S3][S58]") {
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

TEST_CASE("S9: an equivocating leader, and two of its three voters crash", "[consensus][S9]") {
  Town town{4};
  const std::uint8_t byzantine = town.genesis.leader(1).raw;
  std::vector<std::uint8_t> honest;
  for (std::uint8_t i = 0; i < 4; ++i) {
    if (i != byzantine) honest.push_back(i);
  }
  for (const std::uint8_t i : honest) town.start(i);
  town.run_ms(50);
  for (const std::uint8_t i : honest) {
    const Block block = town.genesis.block(1, town.genesis.anchor, i == honest[0] ? "7" : "8");
    town.inject(byzantine, i, block);
    town.inject(byzantine, i, town.genesis.proposal(block));
  }
  town.run_ms(3);
  town.kill(honest[0], true);
  town.kill(honest[1], true);
  town.run_ms(500);
  town.start(honest[0]);
  town.start(honest[1]);
  town.pay(1);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 30'000));
  town.run_ms(5'000);
  town.check_agreement();
  // At most one of the rivals is final.
  CHECK_FALSE((town.is_paid(7, honest[0]) && town.is_paid(8, honest[0])));
}

TEST_CASE("S10: ten validators, split over certificates of different kinds", "[consensus][S10]") {
  Town town{10};
  town.start_all();
  town.run_ms(50);
  const Block block = town.genesis.block(1, town.genesis.anchor, "7");
  const Hash id = chain::block_id(block.header);
  const std::uint8_t any = town.genesis.leader(1).raw;
  town.loses = [](std::uint8_t, std::uint8_t, const Message&) { return true; };
  const auto hand = [&](std::uint8_t to, Message message) {
    town.loses = nullptr;
    town.inject(any == to ? static_cast<std::uint8_t>((to + 1) % 10) : any, to, std::move(message));
    town.loses = [](std::uint8_t, std::uint8_t, const Message&) { return true; };
  };
  for (std::uint8_t i = 0; i < 10; ++i) {
    if (i < 3) hand(i, town.genesis.certificate(VoteKind::notarize, 1, id));
    if (i == any || i < 6) hand(i, block);
    if (i >= 3 && i < 6) {
      hand(i, town.genesis.certificate(VoteKind::nullify, 1));
      hand(i, town.genesis.certificate(VoteKind::notarize, 1, id));
    }
    if (i >= 7) hand(i, town.genesis.certificate(VoteKind::nullify, 1));
  }
  town.run_ms(20);
  check_goes_on(town, 1);
}

TEST_CASE("S11: one holds the NOTARIZATION, two the NULLIFICATION, the fourth is silent",
          "[consensus][S11]") {
  const auto holder = static_cast<std::uint8_t>(GENERATE(range(0, 4)));
  const std::uint8_t silent = static_cast<std::uint8_t>((holder + 1 + GENERATE(range(0, 3))) % 4);
  Town town{4};
  for (std::uint8_t i = 0; i < 4; ++i) {
    if (i != silent) town.start(i);
  }
  town.run_ms(50);
  const Block block = town.genesis.block(3, town.genesis.anchor, "7");
  town.loses = [](std::uint8_t, std::uint8_t, const Message&) { return true; };
  const auto hand = [&](std::uint8_t to, Message message) {
    town.loses = nullptr;
    town.inject(silent, to, std::move(message));
    town.loses = [](std::uint8_t, std::uint8_t, const Message&) { return true; };
  };
  for (std::uint8_t i = 0; i < 4; ++i) {
    if (i == silent) continue;
    hand(i, town.genesis.certificate(VoteKind::nullify, 1));
    hand(i, town.genesis.certificate(VoteKind::nullify, 2));
    if (i == holder) {
      hand(i, town.genesis.certificate(VoteKind::notarize, 3, chain::block_id(block.header)));
      // Its body is asked for, and this one peer had it.
      if (town.genesis.leader(3).raw == silent) hand(i, block);
    } else {
      hand(i, town.genesis.certificate(VoteKind::nullify, 3));
    }
  }
  town.run_ms(20);
  town.loses = nullptr;
  town.pay(1);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 30'000));
  town.run_ms(5'000);
  town.check_agreement();
}

TEST_CASE("S14: idle for half a day, one restarts, then one payment", "[consensus][S14]") {
  Town town{4};
  town.genesis.parameters.heartbeat = Duration{0};
  town.start_all();
  town.pay(1);
  REQUIRE(town.run_until([&] { return town.is_paid_everywhere(1); }, 1'000));
  town.run_ms(12 * kHour);
  const auto restarted = static_cast<std::uint8_t>(GENERATE(range(0, 4)));
  town.kill(restarted);
  town.run_ms(1'000);
  town.start(restarted);
  town.run_ms(1'000);
  const std::uint64_t view = town.view(0);
  for (std::uint8_t i = 0; i < 4; ++i) CHECK(town.view(i) == view);
  town.pay(2);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(2); }, 100));
  town.run_ms(1'000);
  CHECK(town.view(0) == view + 1);
}

TEST_CASE("S15: idle, the leader dead for hours, the first payment skips one view",
          "[consensus][S15]") {
  Town town{4};
  town.genesis.parameters.heartbeat = Duration{0};
  town.start_all();
  town.pay(1);
  REQUIRE(town.run_until([&] { return town.is_paid_everywhere(1); }, 1'000));
  town.run_ms(1'000);
  const std::uint64_t view = town.view(0);
  const std::uint8_t leader = leader_now(town);
  town.kill(leader);
  town.run_ms(6 * kHour);
  town.pay(2);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(2); }, 100));
  town.run_ms(1'000);
  const std::uint8_t alive = leader == 0 ? 1 : 0;
  CHECK(town.view(alive) <= view + 2);
}

TEST_CASE("S16: a payment that only some know", "[consensus][S16]") {
  Town town{4};
  town.start_all();
  town.run_ms(100);
  const std::uint8_t leader = leader_now(town);
  std::vector<std::uint8_t> others;
  for (std::uint8_t i = 0; i < 4; ++i) {
    if (i != leader) others.push_back(i);
  }
  SECTION("all but the leader") {
    town.pay(1, others);
    CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 1'000));
  }
  SECTION("f+1, without the leader") {
    town.pay(1, {others[0], others[1]});
    CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 2'000));
  }
  SECTION("the leader alone") {
    town.pay(1, {leader});
    CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 100));
  }
  SECTION("one that does not lead: it waits, and disturbs nobody") {
    const std::uint64_t view = town.view(leader);
    town.pay(1, {others[0]});
    town.run_ms(60'000);
    CHECK(town.view(leader) == view);
    town.pay(1);
    CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 1'000));
  }
  town.run_ms(6'000);
  town.check_agreement();
}

TEST_CASE("S17: some nullified, others notarized, nothing more comes: final anyway",
          "[consensus][S17]") {
  Town town{4};
  town.start_all();
  town.run_ms(100);
  const std::uint64_t view = town.view(0);
  // No FINALIZE of this view ever arrives: only a descendant can make its block final.
  town.loses = [&](std::uint8_t, std::uint8_t, const Message& message) {
    const auto* vote = std::get_if<Vote>(&message);
    return vote != nullptr && vote->ballot.kind == VoteKind::finalize &&
           vote->ballot.view.raw == view;
  };
  town.pay(1);
  CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 1'000));
  town.run_ms(10'000);
  town.check_agreement();
  const auto& store = town.nodes[0].store;
  REQUIRE(store.size() == 2);
  CHECK(store[1].block.header.is_empty());
  CHECK(store[0].proof->descendants.size() == 1);
}

TEST_CASE("S18: a payment lapses while it is pending: no churn", "[consensus][S18]") {
  Town town{4};
  town.start_all();
  town.run_ms(100);
  const std::uint8_t leader = leader_now(town);
  const std::uint8_t other = leader == 0 ? 1 : 0;
  town.pay(1, {other});
  town.run_ms(200);
  town.forget_payment(1);
  const std::uint64_t view = town.view(leader);
  town.wire.clear();
  town.run_ms(60'000);
  CHECK(town.view(leader) == view);
  CHECK(town.wire["vote"] == 0);
  check_goes_on(town, 2);
}

TEST_CASE("S12: a byzantine gives its last vote to one node only, then dies", "[consensus][S12]") {
  Town town{4};
  const auto byzantine = static_cast<std::uint8_t>(GENERATE(range(0, 4)));
  std::vector<std::uint8_t> honest;
  for (std::uint8_t i = 0; i < 4; ++i) {
    if (i != byzantine) honest.push_back(i);
  }
  for (const std::uint8_t i : honest) town.start(i);
  town.run_ms(50);
  town.pay(1);
  bool given = false;
  town.watch = [&](std::uint8_t, const Message& message) {
    const auto* proposal = std::get_if<Proposal>(&message);
    if (proposal == nullptr || given) return;
    given = true;
    town.inject(byzantine, honest[0],
                town.genesis.vote(byzantine, VoteKind::notarize, proposal->header.view.raw,
                                  proposal->vote.ballot.block_id));
  };
  CHECK(town.run_until([&] { return town.is_paid_everywhere(1); }, 10'000));
  town.run_ms(5'000);
  town.check_agreement();
}

TEST_CASE("S20: a byzantine leader nullifies its own views at idle: few views are burnt",
          "[consensus][S20]") {
  Town town{4};
  const std::uint8_t byzantine = town.genesis.leader(1).raw;
  for (std::uint8_t i = 0; i < 4; ++i) {
    if (i != byzantine) town.start(i);
  }
  town.run_ms(50);
  const std::uint8_t alive = byzantine == 0 ? 1 : 0;
  for (int i = 0; i < 20; ++i) {
    for (std::uint8_t to = 0; to < 4; ++to) {
      const std::uint64_t view = town.view(alive);
      if (to == byzantine || leader_now(town, alive) != byzantine) continue;
      town.inject(byzantine, to, town.genesis.vote(byzantine, VoteKind::nullify, view));
    }
    town.run_ms(1'000);
  }
  CHECK(town.view(alive) <= 2);
}

TEST_CASE("S38: rolling restarts under load", "[consensus][S38]") {
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
