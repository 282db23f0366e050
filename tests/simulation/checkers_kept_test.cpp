#include <catch2/catch.hpp>

#include "tests/simulation/checkers_fixture.h"
#include "tests/simulation/memory.h"

/// That the checkers see it when a node loses, forgets or remembers what it must not.
namespace hansatsu::simulation {
namespace {

using consensus::Footprint;

const auto kBlockOne = block_at(Height{1}, Hash{});
const auto kBlockTwo = block_at(Height{2}, kBlockOne.block_id);

std::vector<std::uint64_t> of_group_one() { return {1}; }

std::map<Height, consensus::FinalBlock> chain_of(
    std::initializer_list<consensus::CommittedBlock> blocks) {
  std::map<Height, consensus::FinalBlock> chain;
  for (const auto& block : blocks) chain[block.block.block.header.height] = block.block;
  return chain;
}

/// Two honest disks of four hold both blocks, and node 0 has committed them.
Checkers with_two_blocks() {
  Checkers told = four_checked();
  for (const auto& block : {kBlockOne, kBlockTwo}) {
    store(told, {0, 1}, block);
    commit(told, 0, block);
  }
  return told;
}

}  // namespace

TEST_CASE("C1 sees two blocks committed at a height") {
  Checkers told = with_two_blocks();
  commit(told, 1, kBlockOne);
  CHECK(told.violations().empty());
  const auto other = block_at(Height{2}, kBlockOne.block_id, 1);
  store(told, {1, 2}, other);
  commit(told, 1, other);
  CHECK(has_seen(told, "C1: node 1 height 2 is another block than elsewhere"));
}

TEST_CASE("C2 sees a height committed twice, or left out") {
  Checkers told = with_two_blocks();
  SECTION("twice") {
    commit(told, 0, kBlockTwo);
    CHECK(has_seen(told, "C2: node 0 height 2 does not follow"));
  }
  SECTION("left out") {
    commit(told, 1, kBlockTwo);
    CHECK(has_seen(told, "C2: node 1 height 2 does not follow"));
  }
  SECTION("once in each life") {
    told.recovered(0, 9, kBlockOne.block.block.header, {}, of_group_one);
    commit(told, 0, kBlockTwo);
    CHECK(told.violations().empty());
  }
}

TEST_CASE("C2 sees a life that begins with another block than was final") {
  Checkers told = with_two_blocks();
  told.recovered(0, 9, kBlockTwo.block.block.header, {}, of_group_one);
  CHECK(told.violations().empty());
  const auto other = block_at(Height{2}, kBlockOne.block_id, 1);
  told.recovered(0, 9, other.block.block.header, {}, of_group_one);
  CHECK(has_seen(told, "C2: node 0 starts from another block than is final at height 2"));
}

TEST_CASE("C7 sees a block that is final on too few honest disks") {
  Checkers told = four_checked();
  SECTION("on f+1") {
    store(told, {0, 2}, kBlockOne);
    commit(told, 1, kBlockOne);
    CHECK(told.violations().empty());
  }
  SECTION("on f, and on a liar's") {
    store(told, {0, 3}, kBlockOne);
    commit(told, 0, kBlockOne);
    CHECK(has_seen(told, "C7: node 0 height 1 is final on fewer than f+1 honest disks"));
  }
}

TEST_CASE("C7 sees an answer to a client that a loss of power could take back") {
  Checkers told = with_two_blocks();
  told.acknowledged(0, Height{2});
  told.acknowledged(3, Height{9});  // who lies may say anything
  CHECK(told.violations().empty());
  SECTION("what is not on its disk") {
    told.acknowledged(2, Height{2});
    CHECK(has_seen(told, "C7: node 2 acknowledged what its disk does not hold"));
  }
  SECTION("what is not final") {
    told.acknowledged(0, Height{3});
    CHECK(has_seen(told, "C7: acknowledged a height that is not final"));
  }
}

TEST_CASE("C7 sees that what a client was told of is gone, or another block") {
  Checkers told = with_two_blocks();
  told.acknowledged(0, Height{1});
  told.check_kept(2, chain_of({kBlockOne}));  // nobody was told of the second
  told.acknowledged(0, Height{2});
  told.check_kept(0, chain_of({kBlockOne, kBlockTwo}));
  CHECK(told.violations().empty());
  SECTION("gone") { told.check_kept(1, chain_of({kBlockOne})); }
  SECTION("another") { told.check_kept(1, chain_of({kBlockOne, block_at(Height{2}, Hash{}, 1)})); }
  CHECK(has_seen(told, "C7: node 1 lost acknowledged height 2"));
}

TEST_CASE("C7 sees that a start did not find all that was synced, in its order") {
  Checkers told = four_checked();
  const consensus::Record first = vote_of(0, kNullify);
  const consensus::Record second = vote_of(0, ballot_of(chain::VoteKind::notarize, 1));
  const consensus::Record third = vote_of(0, ballot_of(chain::VoteKind::notarize, 2));
  told.durable(0, 1, first);
  told.durable(0, 2, second);
  const auto start = [&](std::uint64_t from, const std::vector<consensus::Record>& records) {
    told.recovered(0, from, chain::Header{}, records,
                   [&] { return std::vector<std::uint64_t>(records.size(), 3); });
  };
  start(1, {first, second});
  start(2, {second});
  CHECK(told.violations().empty());
  SECTION("the last is lost") { start(1, {first}); }
  SECTION("the first is lost") { start(1, {second}); }
  SECTION("in another order") { start(1, {second, first}); }
  SECTION("what came through unsynced counts from the next start on") {
    start(1, {first, second, third});
    CHECK(told.violations().empty());
    start(1, {first, second});
  }
  CHECK(has_seen(told, "C7: node 0 lost something of what was synced in its log"));
}

TEST_CASE("C7 sees a damaged log believed what nobody wrote in it") {
  Checkers told = four_checked();
  told.written(3, vote_of(3, kNullify));
  told.recovered(3, 1, chain::Header{}, {vote_of(3, kNullify)}, of_group_one);
  CHECK(told.violations().empty());
  chain::Ballot later = kNullify;
  later.view = View{8};
  told.recovered(3, 1, chain::Header{}, {vote_of(3, later)}, of_group_one);
  CHECK(has_seen(told, "C7: node 3 took from its damaged log"));
}

TEST_CASE("C8 sees each figure of an engine's memory that is above its bound") {
  Checkers told = four_checked();
  const Footprint bound = most(4);
  told.check_memory(1, bound);
  CHECK(told.violations().empty());
  Footprint footprint = bound;
  SECTION("views") { ++footprint.views; }
  SECTION("votes") { ++footprint.votes; }
  SECTION("votes in few views") { footprint.views = bound.views - 1; }
  SECTION("own views") { ++footprint.own_views; }
  SECTION("blocks") { ++footprint.blocks; }
  SECTION("wants") { ++footprint.wants; }
  SECTION("requests") { ++footprint.requests; }
  SECTION("lazy records") { ++footprint.lazy_records; }
  SECTION("persists") { ++footprint.persists; }
  told.check_memory(1, footprint);
  CHECK(has_seen(told, "C8: node 1 remembers {"));
}

TEST_CASE("C9 sees evidence against an honest node, or of votes that do not belong together") {
  Checkers told = four_checked();
  chain::Ballot later = kNullify;
  later.view = View{8};
  const auto finalize = ballot_of(chain::VoteKind::finalize, 1);
  told.evidence({vote_of(3, kNullify), vote_of(3, finalize)});
  CHECK(told.violations().empty());
  SECTION("honest") {
    told.evidence({vote_of(2, kNullify), vote_of(2, finalize)});
    CHECK(has_seen(told, "C9: evidence against honest node 2"));
  }
  SECTION("of two signers") {
    told.evidence({vote_of(3, kNullify), vote_of(2, finalize)});
    CHECK(has_seen(told, "C9: evidence of two votes"));
  }
  SECTION("of two views") {
    told.evidence({vote_of(3, finalize), vote_of(3, later)});
    CHECK(has_seen(told, "C9: evidence of two votes"));
  }
  SECTION("even where more lie than a town bears, and there nothing else") {
    told.expect_too_many_faults();
    told.acknowledged(0, Height{3});
    CHECK(told.violations().empty());
    told.evidence({vote_of(2, kNullify), vote_of(2, finalize)});
    CHECK(has_seen(told, "C9: evidence against honest node 2"));
  }
}

TEST_CASE("C11 sees a node that synced too often, and does not pass over one that did too little") {
  Checkers told{1, {true}, Hash{}};
  consensus::CommittedBlock block = block_at(Height{}, Hash{});
  std::uint64_t group = 0;
  const auto commit_next = [&](std::uint32_t groups) {
    block = block_at(next(block.block.block.header.height), block.block_id);
    for (std::uint32_t i = 0; i < groups; ++i) told.durable(0, ++group, block.block.block);
    commit(told, 0, block);
  };
  SECTION("too little") {
    for (int i = 0; i < 19; ++i) commit_next(2);
    told.check_syncs();
    CHECK(has_seen(told, "C11: node 0 has only 19 blocks"));
  }
  SECTION("two each, now and then one more") {
    for (int i = 0; i < 40; ++i) commit_next(i % 5 == 0 ? 3 : 2);
    told.check_syncs();
    CHECK(told.violations().empty());
  }
  SECTION("three each in most") {
    for (int i = 0; i < 40; ++i) commit_next(i % 8 < 5 ? 3 : 1);
    told.check_syncs();
    CHECK(has_seen(told, "C11: node 0 synced 90 groups for 40 blocks"));
  }
  SECTION("many in a few") {
    for (int i = 0; i < 40; ++i) commit_next(i % 10 == 0 ? 6 : 2);
    told.check_syncs();
    CHECK(has_seen(told, "C11: node 0 synced 96 groups for 40 blocks"));
  }
}

TEST_CASE("C14 sees another state than the header says, or than others have") {
  Checkers told = four_checked();
  store(told, {0, 1}, kBlockOne);
  SECTION("than the header says") {
    commit(told, 0, kBlockOne);
    CHECK(told.violations().empty());
    told.committed(1, kBlockOne, id_of(1));
    CHECK(has_seen(told, "C14: node 1 height 1 has another state than its header says"));
  }
  SECTION("than others have") {
    told.check_states({{0, id_of(1), id_of(5)}, {1, id_of(2), id_of(6)}, {2, id_of(1), id_of(5)}});
    CHECK(told.violations().empty());
    told.check_states({{0, id_of(1), id_of(5)}, {1, id_of(2), id_of(6)}, {2, id_of(1), id_of(6)}});
    CHECK(has_seen(told, "C14: node 2 has another state than others"));
  }
}

}  // namespace hansatsu::simulation
