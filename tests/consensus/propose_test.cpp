#include <catch2/catch.hpp>

#include "tests/consensus/solo.h"

using namespace hansatsu;
using namespace hansatsu::consensus;
using namespace hansatsu::consensus::test;

namespace {
const Genesis kTown{4};
const std::uint8_t kSelf = kTown.leader(1).raw;  ///< leads view 1
const std::uint8_t kSecond = kTown.leader(2).raw;
const std::uint8_t kThird = kTown.leader(3).raw;

Block fill(const Build& build, std::string_view text) {
  Block block{build.draft, body_of(text)};
  block.header.transactions_root = root_of(*block.body);
  return block;
}
}  // namespace

TEST_CASE("A3: a leader with nothing to do waits", "[consensus][A3][A6]") {
  Solo solo{kTown, kSelf};
  CHECK(all<Build>(solo.tick_after(60'000)).empty());
  const auto builds = all<Build>(solo.step(Pending{true}));
  REQUIRE(builds.size() == 1);
  CHECK(builds[0].with_content);
  CHECK(builds[0].draft.parent_id == kTown.context.anchor_id);
  CHECK(builds[0].draft.height == Height{1});
  CHECK(builds[0].draft.time == Timestamp{kUtcStart + 60'000});
  CHECK(all<Build>(solo.tick_after(1)).empty());
}

TEST_CASE("A3: a build that was refused is asked for again when the level is told again",
          "[consensus][A3]") {
  Solo solo{kTown, kSelf};
  REQUIRE(all<Build>(solo.step(Pending{true})).size() == 1);
  CHECK(solo.step(Pending{true}).empty());
  CHECK(all<Build>(solo.step(Built{View{1}, std::nullopt})).empty());
  CHECK(all<Build>(solo.tick_after(1)).empty());
  CHECK(all<Build>(solo.step(Pending{true})).size() == 1);
}

TEST_CASE("A3: a proposal leaves when it is on the disk, once", "[consensus][A3]") {
  Solo solo{kTown, kSelf};
  const auto builds = all<Build>(solo.step(Pending{true}));
  const Block block = fill(builds.at(0), "a");
  const auto built = solo.step(Built{View{1}, block});
  CHECK(sent<Proposal>(built).empty());
  CHECK(sent<Block>(built).empty());
  const auto synced = solo.sync();
  REQUIRE(sent<Proposal>(synced).size() == 1);
  CHECK(sent<Proposal>(synced)[0].header == block.header);
  CHECK(sent<Block>(synced).size() == 1);
  (void)solo.step(Pending{false});
  CHECK(all<Build>(solo.step(Pending{true})).empty());
}

TEST_CASE("A3: a block that comes too late is thrown away", "[consensus][A3]") {
  Solo solo{kTown, kSelf};
  const auto builds = all<Build>(solo.step(Pending{true}));
  const Block block = fill(builds.at(0), "a");
  (void)solo.receive(kThird, kTown.certificate(VoteKind::nullify, 1));
  const auto effects = solo.step(Built{View{1}, block});
  CHECK(all<Discard>(effects).size() == 1);
  CHECK(all<Persist>(effects).empty());
}

TEST_CASE("A3: a leader that cannot build gives its view up in half the time",
          "[consensus][A3][A5]") {
  Solo solo{kTown, kSelf};
  REQUIRE(all<Build>(solo.step(Pending{true})).size() == 1);
  CHECK(all<Build>(solo.step(Built{View{1}, std::nullopt})).empty());
  CHECK(logged_votes(solo.tick_after(22), VoteKind::nullify).empty());
  CHECK(logged_votes(solo.tick_after(1), VoteKind::nullify).size() == 1);
}

TEST_CASE("A3: a leader skips no view without its NULLIFICATION, and asks for it",
          "[consensus][A3][A9]") {
  Solo solo{kTown, kThird};
  (void)solo.receive(kSecond, kTown.certificate(VoteKind::nullify, 2));
  REQUIRE(solo.snapshot().view == View{3});
  const auto effects = solo.step(Pending{true});
  CHECK(all<Build>(effects).empty());
  REQUIRE(sent<Request>(effects).size() == 1);
  CHECK(sent<Request>(effects)[0].view == View{1});
  const auto proved = solo.receive(kSelf, kTown.certificate(VoteKind::nullify, 1));
  REQUIRE(all<Build>(proved).size() == 1);
  const Block block = fill(all<Build>(proved)[0], "a");
  (void)solo.step(Built{View{3}, block});
  const auto proposals = sent<Proposal>(solo.sync());
  REQUIRE(proposals.size() == 1);
  CHECK(proposals[0].gap.size() == 2);
}

TEST_CASE("A3: a leader builds on the highest certified block", "[consensus][A3]") {
  Solo solo{kTown, kSecond};
  const Block first = kTown.block(1, kTown.anchor, "a");
  const Hash id = chain::block_id(first.header);
  (void)solo.receive(kSelf, first);
  (void)solo.receive(kSelf, kTown.certificate(VoteKind::notarize, 1, id));
  (void)solo.execute();
  // A NULLIFICATION of the same view does not hide it.
  (void)solo.receive(kSelf, kTown.certificate(VoteKind::nullify, 1));
  const auto builds = all<Build>(solo.step(Pending{true}));
  REQUIRE(builds.size() == 1);
  CHECK(builds[0].draft.parent_id == id);
  CHECK(builds[0].draft.parent_view == View{1});
  CHECK(builds[0].draft.content_parent_id == id);
  (void)solo.step(Built{View{2}, fill(builds[0], "b")});
  const auto proposals = sent<Proposal>(solo.sync());
  REQUIRE(proposals.size() == 1);
  REQUIRE(proposals[0].parent.has_value());
  CHECK(proposals[0].parent->ballot.block_id == id);
}

TEST_CASE("A6: the tail is finalized by an empty block", "[consensus][A6][A3]") {
  Solo solo{kTown, kSecond};
  const Block first = kTown.block(1, kTown.anchor, "a");
  (void)solo.receive(kSelf, first);
  (void)solo.receive(kSelf,
                     kTown.certificate(VoteKind::notarize, 1, chain::block_id(first.header)));
  (void)solo.execute();
  CHECK(all<Build>(solo.tick_after(29)).empty());
  const auto builds = all<Build>(solo.tick_after(1));
  REQUIRE(builds.size() == 1);
  CHECK_FALSE(builds[0].with_content);
  CHECK(builds[0].draft.is_empty());
}

TEST_CASE("A6: an empty block alone makes no tail", "[consensus][A6]") {
  Solo solo{kTown, kSecond};
  const Block first = kTown.block(1, kTown.anchor, "");
  (void)solo.receive(kSelf, first);
  (void)solo.receive(kSelf,
                     kTown.certificate(VoteKind::notarize, 1, chain::block_id(first.header)));
  (void)solo.execute();
  REQUIRE(solo.snapshot().view == View{2});
  CHECK(all<Build>(solo.tick_after(60'000)).empty());
}

TEST_CASE("A6: a heartbeat is the leader's in an hour, others wait a quarter longer",
          "[consensus][A6]") {
  const std::int64_t hour = 3'600'000;
  Solo leader{kTown, kSelf};
  CHECK(all<Build>(leader.tick_after(hour - 1)).empty());
  CHECK(all<Build>(leader.tick_after(1)).size() == 1);
  Solo other{kTown, kSecond};
  (void)other.tick_after(hour + hour / 4 - 1);
  CHECK_FALSE(other.snapshot().working);
  (void)other.tick_after(1);
  CHECK(other.snapshot().working);
}

namespace {
/// Takes a validator through nine views whose blocks with content others notarized.
Header go_nine_deep(Solo& solo, std::uint8_t peer) {
  Header parent = kTown.anchor;
  for (std::uint64_t view = 1; view <= 9; ++view) {
    const Block block = kTown.block(view, parent, "a");
    const auto effects = solo.receive(
        peer, kTown.certificate(VoteKind::notarize, view, chain::block_id(block.header)));
    for (const Effect& effect : effects) {
      const auto* send = std::get_if<Send>(&effect);
      if (send == nullptr || !std::holds_alternative<Request>(send->message)) continue;
      const auto& request = std::get<Request>(send->message);
      (void)solo.receive(send->to.raw, Response{request.id, block});
    }
    (void)solo.execute();
    REQUIRE(solo.snapshot().view.raw == view + 1);
    (void)solo.sync();
    parent = block.header;
  }
  return parent;
}
}  // namespace

TEST_CASE("A3: above eight unfinalized blocks only empty ones are built", "[consensus][A3]") {
  const std::uint8_t self = kTown.leader(10).raw;
  Solo solo{kTown, self};
  (void)go_nine_deep(solo, self == kSelf ? kThird : kSelf);
  const auto builds = all<Build>(solo.step(Pending{true}));
  REQUIRE(builds.size() == 1);
  CHECK_FALSE(builds[0].with_content);
}

TEST_CASE("A4: above eight unfinalized blocks only empty ones are notarized", "[consensus][A4]") {
  const std::uint8_t self = kTown.leader(11).raw;
  const std::uint8_t peer = kTown.leader(10).raw;
  Solo solo{kTown, self};
  const Header parent = go_nine_deep(solo, peer);
  SECTION("one with content waits, until more is final") {
    CHECK(logged_votes(solo.propose(kTown.block(10, parent, "b")), VoteKind::notarize).empty());
    const auto& log = solo.log();
    Hash fifth;
    for (const Record& record : log) {
      const auto* block = std::get_if<Block>(&record);
      if (block != nullptr && block->header.view == View{5}) fifth = chain::block_id(block->header);
    }
    const auto effects = solo.receive(peer, kTown.certificate(VoteKind::finalize, 5, fifth));
    CHECK(logged_votes(effects, VoteKind::notarize).size() == 1);
  }
  SECTION("an empty one is welcome") {
    CHECK(logged_votes(solo.propose(kTown.block(10, parent, "")), VoteKind::notarize).size() == 1);
  }
}
