#include <catch2/catch.hpp>

#include "tests/consensus/solo.h"

using namespace hansatsu;
using namespace hansatsu::consensus;
using namespace hansatsu::consensus::test;

namespace {
const Genesis kTown{4};
const std::uint8_t kSelf = kTown.leader(2).raw;
const std::uint8_t kLeader = kTown.leader(1).raw;
const std::uint8_t kThird = kTown.leader(3).raw;
const std::uint8_t kFourth = kTown.leader(4).raw;
const Block kFirst = kTown.block(1, kTown.anchor, "a");
const Hash kFirstId = chain::block_id(kFirst.header);

Recovered with(std::vector<Record> records) { return {kTown.anchor, {}, std::move(records)}; }
}  // namespace

TEST_CASE("A11: a started node votes only when a quorum's Status is fresh", "[consensus][A11]") {
  Solo solo{kTown, kSelf, with({}), false};
  CHECK(logged_votes(solo.propose(kFirst), VoteKind::notarize).empty());
  Status stale = solo.status(kThird);
  stale.echo = 5;
  const auto answer = solo.receive(kThird, solo.sign(stale));
  REQUIRE(sent<Status>(answer).size() == 1);
  CHECK(sent<Status>(answer)[0].nonce == Solo::kNonce);
  CHECK(sent<Status>(answer)[0].echo == stale.nonce);
  CHECK(logged_votes(answer, VoteKind::notarize).empty());
  CHECK(logged_votes(solo.receive(kLeader, solo.status(kLeader)), VoteKind::notarize).empty());
  CHECK(solo.snapshot().starting);
  CHECK(logged_votes(solo.receive(kThird, solo.status(kThird)), VoteKind::notarize).size() == 1);
  CHECK_FALSE(solo.snapshot().starting);
}

TEST_CASE("A11: what the log promised is kept and said again, verbatim", "[consensus][A11]") {
  const Vote note = kTown.vote(kSelf, VoteKind::notarize, 1, kFirstId);
  Solo solo{kTown, kSelf, with({kFirst, note}), false};
  CHECK(sent_votes(solo.step(PeerUp{ValidatorIndex{kThird}}), VoteKind::notarize) ==
        std::vector<Vote>{note});
  for (const std::uint8_t peer : {kLeader, kThird, kFourth}) {
    (void)solo.receive(peer, solo.status(peer));
  }
  // The rival that the equivocating leader offers now gets no second NOTARIZE.
  const auto effects = solo.propose(kTown.block(1, kTown.anchor, "b"));
  CHECK(logged_votes(effects, VoteKind::notarize).empty());
}

TEST_CASE("A11: a leader that restarts offers its old proposal, never a new one",
          "[consensus][A11][A3]") {
  const Block mine = kTown.block(2, kTown.anchor, "mine");
  const Hash id = chain::block_id(mine.header);
  const auto skipped = kTown.certificate(VoteKind::nullify, 1);
  Solo solo{kTown, kSelf, with({skipped, mine, kTown.vote(kSelf, VoteKind::notarize, 2, id)})};
  REQUIRE(solo.snapshot().view == View{2});
  CHECK(all<Build>(solo.step(Pending{true})).empty());
  const auto proposals = sent<Proposal>(solo.tick_after(100));
  REQUIRE(proposals.size() == 1);
  CHECK(proposals[0].header == mine.header);
  CHECK(proposals[0].gap.size() == 1);
}

TEST_CASE("S6: after a restart a FINALIZE of the log still forbids NULLIFY", "[consensus][S6]") {
  const auto notarization = kTown.certificate(VoteKind::notarize, 1, kFirstId);
  Solo solo{kTown, kSelf,
            with({kFirst, kTown.vote(kSelf, VoteKind::notarize, 1, kFirstId), notarization,
                  kTown.vote(kSelf, VoteKind::finalize, 1, kFirstId)})};
  CHECK_FALSE(solo.snapshot().serves_reads);
  auto effects = solo.receive(kThird, kTown.vote(kThird, VoteKind::nullify, 1));
  for (Effect& effect : solo.receive(kLeader, kTown.vote(kLeader, VoteKind::nullify, 1))) {
    effects.push_back(std::move(effect));
  }
  CHECK(logged_votes(effects, VoteKind::nullify).empty());
  (void)solo.receive(kThird, kTown.certificate(VoteKind::finalize, 1, kFirstId));
  CHECK(solo.snapshot().serves_reads);
}

TEST_CASE("S6: even before the log's blocks are executed again", "[consensus][S6]") {
  const FakeSigner signer{ValidatorIndex{kSelf}};
  const FakeChecker checker{kTown.context, kTown.set};
  Engine engine{kTown.setup(kSelf), signer};
  Solo helper{kTown, kSelf};
  (void)engine.step(now_at(0),
                    Start{with({kFirst, kTown.certificate(VoteKind::notarize, 1, kFirstId),
                                kTown.vote(kSelf, VoteKind::finalize, 1, kFirstId)}),
                          Solo::kNonce});
  for (const std::uint8_t peer : {kLeader, kThird, kFourth}) {
    (void)engine.step(now_at(0), PeerUp{ValidatorIndex{peer}});
    (void)engine.step(now_at(0),
                      Received{ValidatorIndex{peer}, *checker.check(helper.status(peer))});
  }
  REQUIRE(engine.snapshot().view == View{1});
  REQUIRE_FALSE(engine.snapshot().starting);
  for (const std::uint8_t peer : {kLeader, kThird, kFourth}) {
    const auto effects = engine.step(
        now_at(1),
        Received{ValidatorIndex{peer}, *checker.check(kTown.vote(peer, VoteKind::nullify, 1))});
    CHECK(logged_votes(effects, VoteKind::nullify).empty());
  }
}

TEST_CASE("S7: after a restart a NULLIFY of the log still forbids FINALIZE", "[consensus][S7]") {
  Solo solo{kTown, kSelf, with({kTown.vote(kSelf, VoteKind::nullify, 1)})};
  (void)solo.receive(kThird, kTown.certificate(VoteKind::notarize, 1, kFirstId));
  auto effects = solo.receive(kLeader, kFirst);
  for (Effect& effect : solo.execute()) effects.push_back(std::move(effect));
  CHECK(solo.snapshot().view == View{2});
  CHECK(logged_votes(effects, VoteKind::finalize).empty());
}

TEST_CASE("S4: own votes of the log count towards certificates", "[consensus][S4]") {
  Solo solo{kTown, kSelf, with({kTown.vote(kSelf, VoteKind::nullify, 1)})};
  (void)solo.receive(kThird, kTown.vote(kThird, VoteKind::nullify, 1));
  (void)solo.receive(kFourth, kTown.vote(kFourth, VoteKind::nullify, 1));
  CHECK(solo.snapshot().view == View{2});
}

TEST_CASE("A11: final blocks of the log come out again as they were", "[consensus][A11]") {
  std::vector<Record> records;
  Header parent = kTown.anchor;
  for (std::uint64_t view = 1; view <= 200; ++view) {
    const Block block = kTown.block(view, parent, "x");
    const Hash id = chain::block_id(block.header);
    records.push_back(block);
    records.push_back(kTown.vote(kSelf, VoteKind::notarize, view, id));
    records.push_back(kTown.certificate(VoteKind::notarize, view, id));
    records.push_back(kTown.vote(kSelf, VoteKind::finalize, view, id));
    if (view % 3 == 0) records.push_back(kTown.certificate(VoteKind::finalize, view, id));
    parent = block.header;
  }
  Solo solo{kTown, kSelf, with(std::move(records))};
  CHECK(solo.snapshot().final_height == Height{198});
  CHECK(solo.snapshot().view == View{201});
  CHECK_FALSE(solo.snapshot().starting);
  CHECK_FALSE(solo.snapshot().serves_reads);
}

TEST_CASE("A11: a start from a checkpoint skips what lies below it", "[consensus][A11]") {
  const Block second = kTown.block(2, kFirst.header, "b");
  const Hash second_id = chain::block_id(second.header);
  Recovered recovered{kFirst.header,
                      FinalTip{kFirst.header, kTown.certificate(VoteKind::finalize, 1, kFirstId)},
                      {kFirst, kTown.vote(kSelf, VoteKind::notarize, 1, kFirstId),
                       kTown.certificate(VoteKind::notarize, 1, kFirstId),
                       kTown.vote(kSelf, VoteKind::finalize, 1, kFirstId), second,
                       kTown.certificate(VoteKind::finalize, 2, second_id)}};
  Solo solo{kTown, kSelf, std::move(recovered)};
  CHECK(solo.snapshot().final_height == Height{2});
  CHECK(solo.snapshot().serves_reads);
}

TEST_CASE("A11: votes of the log that contradict each other are a bad log", "[consensus][A11]") {
  const Vote note = kTown.vote(kSelf, VoteKind::notarize, 1, kFirstId);
  const std::vector<std::vector<Record>> logs{
      {note, kTown.vote(kSelf, VoteKind::notarize, 1, kTown.context.anchor_id)},
      {kTown.vote(kSelf, VoteKind::nullify, 1), kTown.vote(kSelf, VoteKind::finalize, 1, kFirstId)},
      {note, kTown.vote(kSelf, VoteKind::finalize, 1, kTown.context.anchor_id)},
      {kTown.vote(kThird, VoteKind::nullify, 1)}};
  for (const auto& records : logs) {
    const FakeSigner signer{ValidatorIndex{kSelf}};
    Engine engine{kTown.setup(kSelf), signer};
    const auto effects = engine.step(now_at(0), Start{with(records), 1});
    REQUIRE(all<Halt>(effects).size() == 1);
    CHECK(all<Halt>(effects)[0].reason == HaltReason::bad_log);
  }
}

TEST_CASE("A11: a genuine own vote that the log lacks stops voting", "[consensus][A11][P36]") {
  const auto kind = GENERATE(VoteKind::notarize, VoteKind::nullify, VoteKind::finalize);
  const Hash id = kind == VoteKind::nullify ? Hash{} : kFirstId;
  Solo solo{kTown, kSelf};
  Status status = solo.status(kThird);
  status.yours.push_back(kTown.vote(kSelf, kind, 1, id));
  const auto effects = solo.receive(kThird, solo.sign(status));
  REQUIRE(all<VotingStopped>(effects).size() == 1);
  CHECK(solo.snapshot().voting_stopped);
  CHECK(logged_votes(solo.propose(kFirst), VoteKind::notarize).empty());
  // It still follows.
  (void)solo.receive(kThird, kTown.certificate(VoteKind::finalize, 1, kFirstId));
  CHECK(solo.snapshot().final_height == Height{1});
}

TEST_CASE("A11: a genuine own vote for another block than the log's stops voting",
          "[consensus][A11][P36]") {
  const Hash rival = chain::block_id(kTown.block(1, kTown.anchor, "rival").header);
  const Vote note = kTown.vote(kSelf, VoteKind::notarize, 1, kFirstId);
  const auto kind = GENERATE(VoteKind::notarize, VoteKind::finalize);
  Solo solo{kTown, kSelf, with({kFirst, note})};
  Status status = solo.status(kThird);
  status.yours.push_back(kTown.vote(kSelf, kind, 1, rival));
  CHECK(all<VotingStopped>(solo.receive(kThird, solo.sign(status))).size() == 1);
}

TEST_CASE("S56: votes the log holds, and old ones, raise no alarm", "[consensus][A11][S56]") {
  const Vote note = kTown.vote(kSelf, VoteKind::notarize, 1, kFirstId);
  Solo solo{kTown, kSelf, with({kFirst, note})};
  Status status = solo.status(kThird);
  status.yours.push_back(note);
  CHECK(all<VotingStopped>(solo.receive(kThird, solo.sign(status))).empty());
  (void)solo.receive(kThird, kTown.certificate(VoteKind::finalize, 1, kFirstId));
  REQUIRE(solo.snapshot().final_view == View{1});
  status.yours.clear();
  status.yours.push_back(kTown.vote(kSelf, VoteKind::nullify, 1));
  CHECK(all<VotingStopped>(solo.receive(kThird, solo.sign(status))).empty());
}

TEST_CASE("A11: a proposal in this node's name that it did not make stops voting",
          "[consensus][A11][S28]") {
  Solo solo{kTown, kSelf};
  const Proposal twin = kTown.proposal(kTown.block(2, kTown.anchor, "twin"));
  CHECK(all<VotingStopped>(solo.receive(kThird, twin)).size() == 1);
}

TEST_CASE("A11: Status brings a peer its newest votes, its newest FINALIZE always",
          "[consensus][A11]") {
  Solo solo{kTown, kSelf};
  (void)solo.receive(kThird, kTown.vote(kThird, VoteKind::finalize, 1, kFirstId));
  for (std::uint64_t view = 2; view <= 12; ++view) {
    (void)solo.receive(kFourth, kTown.certificate(VoteKind::nullify, view));
    (void)solo.receive(kThird, kTown.vote(kThird, VoteKind::nullify, view));
  }
  Status stale = solo.status(kThird);
  stale.echo = 1;
  const auto answers = sent<Status>(solo.receive(kThird, solo.sign(stale)));
  REQUIRE_FALSE(answers.empty());
  CHECK(answers[0].yours.size() == kStatusVotesMax);
  CHECK(answers[0].yours[0].ballot.kind == VoteKind::finalize);
  CHECK(answers[0].yours[1].ballot.view == View{12});
}

TEST_CASE("A12: far behind, it fetches ranges and casts no vote until it is near",
          "[consensus][A12]") {
  std::vector<FinalBlock> blocks;
  Header parent = kTown.anchor;
  for (std::uint64_t view = 1; view <= 20; ++view) {
    const Block block = kTown.block(view, parent, "x");
    const auto finalization =
        kTown.certificate(VoteKind::finalize, view, chain::block_id(block.header));
    blocks.push_back({block, FinalityProof{finalization, {}}});
    parent = block.header;
  }
  Solo solo{kTown, kSelf};
  Status ahead = solo.status(kThird);
  ahead.final_tip = FinalTip{parent, blocks.back().proof->finalization};
  const auto effects = solo.receive(kThird, solo.sign(ahead));
  CHECK(solo.snapshot().syncing);
  CHECK(solo.snapshot().view == View{21});
  std::vector<Request> requests = sent<Request>(effects);
  std::erase_if(requests, [](const Request& r) { return r.kind != RequestKind::range; });
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].from_height == Height{1});
  const Block next_block = kTown.block(21, parent, "y");
  CHECK(logged_votes(solo.propose(next_block), VoteKind::notarize).empty());

  Range range;
  for (std::size_t i = 0; i < 15; ++i) range.blocks.push_back(blocks[i]);
  range.finalization = blocks[14].proof->finalization;
  auto executed = solo.receive(kThird, Response{requests[0].id, range});
  for (Effect& effect : solo.execute()) executed.push_back(std::move(effect));
  std::size_t committed = 0;
  for (const Commit& commit : all<Commit>(executed)) committed += commit.blocks.size();
  CHECK(committed == 15);
  CHECK(solo.snapshot().syncing);
  range.blocks.clear();
  for (std::size_t i = 15; i < 20; ++i) range.blocks.push_back(blocks[i]);
  range.finalization = blocks[19].proof->finalization;
  for (const Request& request : sent<Request>(executed)) {
    if (request.kind == RequestKind::range) {
      CHECK(request.from_height == Height{16});
      (void)solo.receive(kThird, Response{request.id, range});
    }
  }
  const auto done = solo.execute();
  CHECK(solo.snapshot().final_height == Height{20});
  CHECK_FALSE(solo.snapshot().syncing);
  CHECK(logged_votes(done, VoteKind::notarize).size() == 1);
}

TEST_CASE("A12: a range that does not prove itself is refused whole", "[consensus][A12]") {
  const FakeChecker checker{kTown.context, kTown.set};
  const Block second = kTown.block(2, kFirst.header, "");
  const Block third = kTown.block(3, second.header, "c");
  const auto finalization = kTown.certificate(VoteKind::finalize, 3, chain::block_id(third.header));
  Range good;
  good.blocks.push_back({kFirst, FinalityProof{finalization, {third.header}}});
  good.blocks.push_back({second, {}});
  good.links.push_back(third.header);
  good.finalization = finalization;
  CHECK(checker.check(Response{1, good}).has_value());
  Range damaged = good;
  damaged.links.clear();
  CHECK_FALSE(checker.check(Response{1, damaged}).has_value());
  damaged = good;
  damaged.blocks[0].proof.reset();
  CHECK_FALSE(checker.check(Response{1, damaged}).has_value());
  damaged = good;
  damaged.blocks.erase(damaged.blocks.begin() + 1);
  CHECK_FALSE(checker.check(Response{1, damaged}).has_value());
  damaged = good;
  damaged.finalization.ballot.kind = VoteKind::notarize;
  CHECK_FALSE(checker.check(Response{1, damaged}).has_value());
  damaged = good;
  damaged.blocks[1].block.body = body_of("z");
  CHECK_FALSE(checker.check(Response{1, damaged}).has_value());
}
