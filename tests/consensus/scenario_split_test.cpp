#include <algorithm>
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
  const Block first = town.genesis.block(1, town.genesis.anchor, "7");
  const Block second = town.genesis.block(2, town.genesis.anchor, "8");
  const auto nothing_passes = [](std::uint8_t, std::uint8_t, const Message&) { return true; };
  town.loses = nothing_passes;
  // A block is taken from its leader only: the two leaders are among those who gave up.
  std::array<std::uint8_t, 10> who{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  std::swap(who[7], *std::find(who.begin(), who.end(), town.genesis.leader(1).raw));
  std::swap(who[8], *std::find(who.begin(), who.end(), town.genesis.leader(2).raw));
  const auto hand = [&](std::uint8_t to, std::uint8_t from, Message message) {
    town.loses = nullptr;
    town.inject(from, to, std::move(message));
    town.loses = nothing_passes;
  };
  // Signed by all but the first three, who will finalize the first block: nobody lies here.
  const auto certificate = [&](VoteKind kind, std::uint64_t view, const Hash& id) {
    Certificate made{town.genesis.context.epoch, {kind, View{view}, id}, 0, {}};
    for (std::uint8_t i = 0; i < 10; ++i) {
      if (std::find(who.begin(), who.begin() + 3, i) != who.begin() + 3) continue;
      made.signers |= 1U << i;
      made.signatures.push_back(town.genesis.vote(i, kind, view, id).signature);
    }
    return made;
  };
  const auto hand_notarized = [&](std::uint8_t to, const Block& block) {
    const Header& header = block.header;
    hand(to, header.proposer.raw, block);
    hand(to, header.proposer.raw,
         certificate(VoteKind::notarize, header.view.raw, chain::block_id(header)));
  };
  for (std::size_t i = 0; i < 10; ++i) {
    if (i < 3) hand_notarized(who[i], first);
    if (i >= 3 && i != 6) hand(who[i], who[6], certificate(VoteKind::nullify, 1, {}));
    if (i >= 3 && i < 6) hand_notarized(who[i], second);
  }
  town.run_ms(20);
  // Three have left the first view by its block, three the second by its, one none, three gave up.
  const std::array<std::uint64_t, 10> views{2, 2, 2, 3, 3, 3, 1, 2, 2, 2};
  for (std::size_t i = 0; i < 10; ++i) {
    CAPTURE(i);
    REQUIRE(town.view(who[i]) == views[i]);
  }
  check_goes_on(town, 1);
}

TEST_CASE("S11: one holds the NOTARIZATION, two the NULLIFICATION, the fourth is silent",
          "[consensus][S11]") {
  const auto holder = static_cast<std::uint8_t>(GENERATE(range(0, 4)));
  const std::uint8_t silent = static_cast<std::uint8_t>((holder + 1 + GENERATE(range(0, 3))) % 4);
  Town town{4};
  const Block block = town.genesis.block(3, town.genesis.anchor, "7");
  const Hash id = chain::block_id(block.header);
  town.loses = [](std::uint8_t, std::uint8_t, const Message&) { return true; };
  for (std::uint8_t i = 0; i < 4; ++i) {
    if (i == silent) continue;
    // They made those certificates: what they cast is in their logs.
    for (const std::uint64_t view : {1, 2, 3})
      town.nodes[i].disk.push_back(town.genesis.vote(i, VoteKind::nullify, view));
    town.nodes[i].disk.push_back(town.genesis.vote(i, VoteKind::notarize, 3, id));
    town.start(i);
  }
  town.run_ms(50);
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
      hand(i, town.genesis.certificate(VoteKind::notarize, 3, id));
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
