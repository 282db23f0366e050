#include <catch2/catch.hpp>

#include "tests/consensus/scenario.h"

using namespace hansatsu;
using namespace hansatsu::consensus;
using namespace hansatsu::consensus::test;

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
