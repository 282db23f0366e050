#include <catch2/catch.hpp>

#include "tests/consensus/solo.h"

using namespace hansatsu;
using namespace hansatsu::consensus;
using namespace hansatsu::consensus::test;

namespace {
const Genesis kTown{4};
const std::uint8_t kSelf = kTown.leader(2).raw;  ///< leads view 2, not view 1
const std::uint8_t kLeader = kTown.leader(1).raw;
const std::uint8_t kThird = kTown.leader(3).raw;
const std::uint8_t kFourth = kTown.leader(4).raw;

const Block kFirst = kTown.block(1, kTown.anchor, "a");
const Hash kFirstId = chain::block_id(kFirst.header);
const std::int64_t kLeadMs = 45;  ///< 3 * 5 + 20 + 2 * 5

}  // namespace

TEST_CASE("A4: NOTARIZE leaves only after it and the body are on the disk", "[consensus][A4]") {
  Solo solo{kTown, kSelf};
  const auto effects = solo.propose(kFirst);
  const auto persists = all<Persist>(effects);
  REQUIRE(persists.size() == 1);
  REQUIRE(persists[0].records.size() == 2);
  CHECK(std::get<Block>(persists[0].records[0]) == kFirst);
  CHECK(std::get<Vote>(persists[0].records[1]).ballot.kind == VoteKind::notarize);
  CHECK(sent_votes(effects, VoteKind::notarize).empty());
  const auto synced = solo.sync();
  REQUIRE(sent_votes(synced, VoteKind::notarize).size() == 1);
  CHECK(sent_votes(synced, VoteKind::notarize)[0].ballot.block_id == kFirstId);
}

TEST_CASE("A4: no NOTARIZE before the block is executed, NULLIFY if it is refused",
          "[consensus][A4]") {
  Solo solo{kTown, kSelf};
  (void)solo.receive(kLeader, kTown.block(1, kTown.anchor, "invalid"));
  const auto effects =
      solo.receive(kLeader, kTown.proposal(kTown.block(1, kTown.anchor, "invalid")));
  CHECK(all<Persist>(effects).empty());
  const auto refused = solo.execute();
  CHECK(logged_votes(refused, VoteKind::notarize).empty());
  CHECK(logged_votes(refused, VoteKind::nullify).size() == 1);
}

TEST_CASE("A4: a header that does not fit its parent is refused without execution",
          "[consensus][A4]") {
  const auto damage = GENERATE(range(0, 8));
  Block block = kFirst;
  Header& header = block.header;
  if (damage == 0) header.height = Height{2};
  if (damage == 1) header.time = kTown.anchor.time;
  if (damage == 2) header.content_parent_id = kFirstId;
  if (damage == 3) header.height = Height{0};
  if (damage == 4) header.flags = chain::kFlagSealing, header.content_parent_id = {};
  if (damage == 5) header.height = Height{~std::uint64_t{0}};
  if (damage == 6) header.flags |= chain::kFlagSealing;
  if (damage == 7) header.next_set_hash = kFirstId;
  Solo solo{kTown, kSelf};
  const auto effects = solo.propose(block);
  CHECK(all<Validate>(effects).empty());
  CHECK(logged_votes(effects, VoteKind::notarize).empty());
}

TEST_CASE("A4: a view may be skipped only with its NULLIFICATION", "[consensus][A4]") {
  Solo solo{kTown, kThird};
  const auto skipped = kTown.certificate(VoteKind::nullify, 1);
  (void)solo.receive(kFourth, kTown.certificate(VoteKind::notarize, 2, kFirstId));
  (void)solo.receive(kFourth, kTown.certificate(VoteKind::nullify, 2));
  // View 3 is this validator's own; view 4 builds on the anchor over 1, 2 and 3.
  (void)solo.receive(kLeader, kTown.certificate(VoteKind::nullify, 3));
  REQUIRE(solo.snapshot().view == View{4});
  const Block block = kTown.block(4, kTown.anchor, "a");
  const auto unproved = solo.propose(block);
  CHECK(logged_votes(unproved, VoteKind::notarize).empty());
  // It asks for just what is missing, and votes when that has come, from whomever.
  const auto requests = sent<Request>(unproved);
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].view == View{1});
  CHECK(requests[0].vote_kind == VoteKind::nullify);
  const auto proved = solo.receive(kLeader, skipped);
  CHECK(logged_votes(proved, VoteKind::notarize).size() == 1);
}

TEST_CASE("A4: the justification in the proposal is proof enough", "[consensus][A4]") {
  Solo solo{kTown, kSelf};
  const auto effects = solo.propose(
      kTown.block(3, kTown.anchor, "a"), {},
      {kTown.certificate(VoteKind::nullify, 1), kTown.certificate(VoteKind::nullify, 2)});
  CHECK(solo.snapshot().view == View{3});
  CHECK(logged_votes(effects, VoteKind::notarize).size() == 1);
}

TEST_CASE("A4: a stamp far from the voter's clock is not notarized", "[consensus][A4]") {
  const auto offset = GENERATE(-2'100, -2'000, 1'999, 2'001, 86'400'000);
  const bool timely = offset == -2'000 || offset == 1'999;
  Solo solo{kTown, kSelf};
  Header early = kTown.anchor;
  Block block = kTown.block(1, early, "a");
  // The anchor itself is a second old, so only its age bounds the past.
  (void)solo.tick_after(10'000);
  block.header.time = Timestamp{kUtcStart + 10'000 + static_cast<std::uint64_t>(offset)};
  const auto effects = solo.propose(block);
  CHECK(logged_votes(effects, VoteKind::notarize).size() == (timely ? 1 : 0));
  CHECK(logged_votes(effects, VoteKind::nullify).size() == (timely ? 0 : 1));
}

TEST_CASE("A4: timeliness is not asked of what a quorum notarized", "[consensus][A4][A7]") {
  Solo solo{kTown, kSelf};
  Block block = kFirst;
  block.header.time = Timestamp{kUtcStart + 86'400'000};
  const Hash id = chain::block_id(block.header);
  (void)solo.receive(kThird, kTown.certificate(VoteKind::notarize, 1, id));
  (void)solo.receive(kLeader, block);
  const auto effects = solo.execute();
  CHECK(solo.snapshot().view == View{2});
  CHECK(logged_votes(effects, VoteKind::finalize).size() == 1);

  // Who gave the view up over it goes on from it all the same.
  Solo strict{kTown, kSelf};
  CHECK(logged_votes(strict.propose(block), VoteKind::nullify).size() == 1);
  (void)strict.receive(kThird, kTown.certificate(VoteKind::notarize, 1, id));
  CHECK(strict.snapshot().view == View{2});
}

TEST_CASE("A4: an equivocating leader's view is given up", "[consensus][A4][A5]") {
  Solo solo{kTown, kSelf};
  (void)solo.propose(kFirst);
  (void)solo.sync();
  const auto effects = solo.receive(kLeader, kTown.proposal(kTown.block(1, kTown.anchor, "b")));
  CHECK(all<Evidence>(effects).size() == 1);
  CHECK(logged_votes(effects, VoteKind::nullify).size() == 1);
}

TEST_CASE("A5: two NOTARIZEs of the leader are two proposals", "[consensus][A5][A13]") {
  // The second proposal went to others; only the leader's vote on it comes here.
  Solo solo{kTown, kSelf};
  (void)solo.propose(kFirst);
  (void)solo.sync();
  const Hash rival = chain::block_id(kTown.block(1, kTown.anchor, "b").header);
  const auto effects = solo.receive(kLeader, kTown.vote(kLeader, VoteKind::notarize, 1, rival));
  CHECK(all<Evidence>(effects).size() == 1);
  CHECK(logged_votes(effects, VoteKind::nullify).size() == 1);
  CHECK(solo.snapshot().backoff == 0);
}

TEST_CASE("A5: without work there are no timers", "[consensus][A5][A6]") {
  Solo solo{kTown, kSelf};
  CHECK(logged_votes(solo.tick_after(60'000), VoteKind::nullify).empty());
  // T_lead counts from the moment work appears, not from the entry of the view.
  (void)solo.step(Pending{true});
  (void)solo.receive(kLeader, solo.status(kLeader));
  CHECK(logged_votes(solo.tick_after(kLeadMs - 1), VoteKind::nullify).empty());
  CHECK(logged_votes(solo.tick_after(1), VoteKind::nullify).size() == 1);
  CHECK(logged_votes(solo.tick_after(1'000), VoteKind::nullify).empty());
}

TEST_CASE("A5: work that ends stops the timers", "[consensus][A5][A6]") {
  Solo solo{kTown, kSelf};
  (void)solo.step(Pending{true});
  (void)solo.tick_after(kLeadMs - 1);
  (void)solo.step(Pending{false});
  CHECK(logged_votes(solo.tick_after(60'000), VoteKind::nullify).empty());
}

TEST_CASE("A5: a view whose block is not certified in time is given up", "[consensus][A5]") {
  Solo solo{kTown, kSelf};
  (void)solo.propose(kFirst);
  (void)solo.sync();
  CHECK(logged_votes(solo.tick_after(3 * kLeadMs - 1), VoteKind::nullify).empty());
  CHECK(logged_votes(solo.tick_after(1), VoteKind::nullify).size() == 1);
}

TEST_CASE("A5: the leader's own NULLIFY, or f+1 of any, is followed at once, idle or not",
          "[consensus][A5]") {
  Solo solo{kTown, kSelf};
  SECTION("the leader's") {
    const auto effects = solo.receive(kLeader, kTown.vote(kLeader, VoteKind::nullify, 1));
    CHECK(logged_votes(effects, VoteKind::nullify).size() == 1);
    CHECK(sent_votes(effects, VoteKind::nullify).empty());
    CHECK(sent_votes(solo.sync(), VoteKind::nullify).size() == 1);
  }
  SECTION("f+1 of others") {
    const auto one = solo.receive(kThird, kTown.vote(kThird, VoteKind::nullify, 1));
    CHECK(logged_votes(one, VoteKind::nullify).empty());
    const auto two = solo.receive(kFourth, kTown.vote(kFourth, VoteKind::nullify, 1));
    CHECK(logged_votes(two, VoteKind::nullify).size() == 1);
  }
}

TEST_CASE("A5: a leader that has been silent is skipped at once", "[consensus][A5]") {
  Solo solo{kTown, kSelf};
  (void)solo.step(PeerDown{ValidatorIndex{kLeader}});
  (void)solo.tick_after(4'000);
  for (const std::uint8_t peer : {kThird, kFourth}) (void)solo.receive(peer, solo.status(peer));
  const auto effects = solo.step(Pending{true});
  CHECK(logged_votes(effects, VoteKind::nullify).size() == 1);
}

TEST_CASE("A5: a leader that speaks at idle's pace is not silent", "[consensus][A5]") {
  Solo solo{kTown, kSelf};
  for (int i = 0; i < 10; ++i) {
    (void)solo.tick_after(4'900);
    for (const std::uint8_t peer : {kLeader, kThird, kFourth}) {
      (void)solo.receive(peer, solo.status(peer));
    }
  }
  (void)solo.tick_after(4'900);
  CHECK(logged_votes(solo.step(Pending{true}), VoteKind::nullify).empty());
}

TEST_CASE("A7: FINALIZE takes body and NOTARIZATION to the disk with it", "[consensus][A7]") {
  Solo solo{kTown, kSelf};
  (void)solo.receive(kLeader, kTown.certificate(VoteKind::notarize, 1, kFirstId));
  (void)solo.receive(kLeader, kFirst);
  const auto effects = solo.execute();
  const auto persists = all<Persist>(effects);
  REQUIRE(persists.size() == 1);
  bool body = false;
  bool notarization = false;
  for (const Record& record : persists[0].records) {
    if (const auto* block = std::get_if<Block>(&record)) body = *block == kFirst;
    if (const auto* held = std::get_if<Certificate>(&record)) {
      notarization = held->ballot.block_id == kFirstId;
    }
  }
  CHECK(body);
  CHECK(notarization);
  CHECK(sent_votes(effects, VoteKind::finalize).empty());
  CHECK(sent_votes(solo.sync(), VoteKind::finalize).size() == 1);
}

TEST_CASE("A7: no FINALIZE after NULLIFY, a NULLIFICATION or another NOTARIZE", "[consensus][A7]") {
  Solo solo{kTown, kSelf};
  SECTION("own NULLIFY, even when it is not yet on the disk") {
    (void)solo.receive(kLeader, kTown.vote(kLeader, VoteKind::nullify, 1));
    REQUIRE(solo.unsynced() == 1);
  }
  SECTION("own NULLIFY, on the disk") {
    (void)solo.receive(kLeader, kTown.vote(kLeader, VoteKind::nullify, 1));
    (void)solo.sync();
  }
  SECTION("a NULLIFICATION") {
    (void)solo.receive(kThird, kTown.certificate(VoteKind::nullify, 1));
  }
  SECTION("NOTARIZE for a rival") {
    (void)solo.propose(kTown.block(1, kTown.anchor, "b"));
    (void)solo.sync();
  }
  (void)solo.receive(kThird, kTown.certificate(VoteKind::notarize, 1, kFirstId));
  auto effects = solo.receive(kLeader, kFirst);
  for (Effect& effect : solo.execute()) effects.push_back(std::move(effect));
  // An unasked second body of a rival's view is not taken; it is asked for by its id.
  for (const Request& request : sent<Request>(solo.tick_after(100))) {
    (void)solo.receive(kLeader, Response{request.id, kFirst});
  }
  for (Effect& effect : solo.execute()) effects.push_back(std::move(effect));
  CHECK(logged_votes(effects, VoteKind::finalize).empty());
  CHECK(sent_votes(solo.sync(), VoteKind::finalize).empty());
}

TEST_CASE("A5: no NULLIFY once FINALIZE is on its way to the disk", "[consensus][A5][A7]") {
  Solo solo{kTown, kSelf};
  (void)solo.propose(kFirst);
  (void)solo.sync();
  (void)solo.receive(kLeader, kTown.certificate(VoteKind::notarize, 1, kFirstId));
  REQUIRE(solo.unsynced() == 1);
  (void)solo.receive(kThird, kTown.vote(kThird, VoteKind::nullify, 1));
  auto effects = solo.receive(kFourth, kTown.vote(kFourth, VoteKind::nullify, 1));
  for (Effect& effect : solo.receive(kLeader, kTown.vote(kLeader, VoteKind::nullify, 1))) {
    effects.push_back(std::move(effect));
  }
  CHECK(logged_votes(effects, VoteKind::nullify).empty());
}

TEST_CASE("A7: a failed write or sync is the end", "[consensus][A7]") {
  Solo solo{kTown, kSelf};
  const auto persists = all<Persist>(solo.propose(kFirst));
  REQUIRE(persists.size() == 1);
  const auto effects = solo.step(Persisted{persists[0].ticket, false});
  REQUIRE(all<Halt>(effects).size() == 1);
  CHECK(all<Halt>(effects)[0].reason == HaltReason::persist_failed);
  CHECK(sent<Vote>(effects).empty());
  CHECK(solo.tick_after(10'000).empty());
  CHECK_FALSE(
      solo.engine().wants(ValidatorIndex{kLeader}, kTown.vote(kLeader, VoteKind::nullify, 1)));
}

TEST_CASE("A1: what a quorum notarized and this node finds invalid is a bug", "[consensus][A1]") {
  Solo solo{kTown, kSelf};
  const Block block = kTown.block(1, kTown.anchor, "invalid");
  (void)solo.receive(kLeader, block);
  (void)solo.receive(kThird,
                     kTown.certificate(VoteKind::notarize, 1, chain::block_id(block.header)));
  const auto effects = solo.execute();
  REQUIRE(all<Halt>(effects).size() == 1);
  CHECK(all<Halt>(effects)[0].reason == HaltReason::invalid_notarized);
}

TEST_CASE("timeouts: they grow by half a view given up, saturate, and shrink again",
          "[consensus][timers]") {
  CHECK(grown(std::chrono::milliseconds{40}, 0) == std::chrono::milliseconds{40});
  CHECK(grown(std::chrono::milliseconds{40}, 2) == std::chrono::milliseconds{90});
  CHECK(grown(std::chrono::milliseconds{40}, 64) == kTimeoutMax);
  CHECK(grown(std::chrono::milliseconds{40}, 4'000'000'000U) == kTimeoutMax);

  Solo solo{kTown, kSelf};
  for (std::uint64_t view = 1; view <= 1'000; ++view) {
    (void)solo.receive(kThird, kTown.certificate(VoteKind::nullify, view));
  }
  CHECK(solo.snapshot().view == View{1'001});
  const std::uint32_t highest = solo.snapshot().backoff;
  CHECK(highest < 20);
  Header parent = kTown.anchor;
  for (std::uint64_t view = 1'001; view <= 1'016; ++view) {
    const Block block = kTown.block(view, parent, "");
    const Hash id = chain::block_id(block.header);
    if (view > 1'001) {
      (void)solo.receive(kThird, kTown.certificate(VoteKind::notarize, view, id));
    }
    Proposal proposal = kTown.proposal(block);
    if (view % 4 != 2) (void)solo.receive(block.header.proposer.raw, block);
    (void)solo.receive(kThird, kTown.certificate(VoteKind::finalize, view, id));
    for (const Request& request : sent<Request>(solo.tick_after(200))) {
      if (request.block_id == id) (void)solo.receive(kThird, Response{request.id, block});
    }
    (void)solo.execute();
    (void)solo.sync();
    parent = block.header;
  }
  (void)solo.execute();
  CHECK(solo.snapshot().final_view.raw >= 1'001);
  CHECK(solo.snapshot().backoff <= highest);
}

TEST_CASE("timeouts: views of a leader that is not connected don't lengthen them",
          "[consensus][timers]") {
  Solo away{kTown, kSelf};
  Solo slow{kTown, kSelf};
  (void)away.step(PeerDown{ValidatorIndex{kLeader}});
  for (Solo* solo : {&away, &slow}) {
    (void)solo->receive(kThird, kTown.certificate(VoteKind::nullify, 1));
    REQUIRE(solo->snapshot().view == View{2});
  }
  CHECK(away.snapshot().backoff == 0);
  CHECK(slow.snapshot().backoff == 1);
}
