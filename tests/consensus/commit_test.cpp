#include <catch2/catch.hpp>
#include <set>

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

Effects join(Effects one, Effects other) {
  for (Effect& effect : other) one.push_back(std::move(effect));
  return one;
}
}  // namespace

TEST_CASE("A8: clients are answered when the own FINALIZE is synced", "[consensus][A8]") {
  Solo solo{kTown, kSelf};
  (void)solo.propose(kFirst);
  (void)solo.sync();
  (void)solo.receive(kLeader, kTown.certificate(VoteKind::notarize, 1, kFirstId));
  const auto final = solo.receive(kLeader, kTown.certificate(VoteKind::finalize, 1, kFirstId));
  REQUIRE(all<Commit>(final).size() == 1);
  CHECK(all<Acknowledge>(final).empty());
  const auto synced = solo.sync();
  REQUIRE(all<Acknowledge>(synced).size() == 1);
  CHECK(all<Acknowledge>(synced)[0].height == Height{1});
}

TEST_CASE("A8: who leaves has the proof of the last block written at once", "[consensus][A8]") {
  Solo solo{kTown, kSelf};
  CHECK(all<Persist>(solo.step(Leaving{})).empty());
  (void)solo.propose(kFirst);
  (void)solo.sync();
  (void)solo.receive(kLeader, kTown.certificate(VoteKind::notarize, 1, kFirstId));
  (void)solo.receive(kLeader, kTown.certificate(VoteKind::finalize, 1, kFirstId));
  (void)solo.sync();
  CHECK(solo.snapshot().durable_final == Height{0});
  const auto group = all<Persist>(solo.step(Leaving{}));
  REQUIRE(group.size() == 1);
  const auto* held = std::get_if<Certificate>(&group[0].records.back());
  REQUIRE(held != nullptr);
  CHECK(held->ballot.kind == VoteKind::finalize);
  (void)solo.sync();
  CHECK(solo.snapshot().durable_final == Height{1});
  CHECK(all<Persist>(solo.step(Leaving{})).empty());
}

TEST_CASE("A8: without an own FINALIZE they wait for the group with block and certificate",
          "[consensus][A8]") {
  Solo solo{kTown, kSelf};
  (void)solo.receive(kLeader, kTown.vote(kLeader, VoteKind::nullify, 1));
  (void)solo.sync();
  (void)solo.receive(kThird, kTown.certificate(VoteKind::notarize, 1, kFirstId));
  (void)solo.receive(kLeader, kFirst);
  (void)solo.execute();
  const auto final = solo.receive(kThird, kTown.certificate(VoteKind::finalize, 1, kFirstId));
  REQUIRE(all<Commit>(final).size() == 1);
  CHECK(all<Persist>(final).empty());
  CHECK(all<Persist>(solo.tick_after(999)).empty());
  const auto group = all<Persist>(solo.tick_after(1));
  REQUIRE(group.size() == 1);
  bool body = false;
  bool finalization = false;
  for (const Record& record : group[0].records) {
    if (const auto* block = std::get_if<Block>(&record)) body = *block == kFirst;
    const auto* held = std::get_if<Certificate>(&record);
    if (held != nullptr && held->ballot.kind == VoteKind::finalize) finalization = true;
  }
  CHECK(body);
  CHECK(finalization);
  REQUIRE(all<Acknowledge>(solo.sync()).size() == 1);
  // Nothing more is written: an idle night is silent on the disk too.
  CHECK(all<Persist>(solo.tick_after(600'000)).empty());
}

TEST_CASE("A8: ancestors become final through a descendant, with proofs that skip empty blocks",
          "[consensus][A8]") {
  Solo solo{kTown, kFourth};
  const Block second = kTown.block(2, kFirst.header, "");
  const Block third = kTown.block(3, second.header, "c");
  const Hash third_id = chain::block_id(third.header);
  (void)solo.propose(kFirst);
  (void)solo.propose(second, kTown.certificate(VoteKind::notarize, 1, kFirstId));
  (void)solo.propose(third,
                     kTown.certificate(VoteKind::notarize, 2, chain::block_id(second.header)));
  const auto effects = solo.receive(kLeader, kTown.certificate(VoteKind::finalize, 3, third_id));
  const auto commits = all<Commit>(effects);
  REQUIRE(commits.size() == 1);
  const auto& blocks = commits[0].blocks;
  REQUIRE(blocks.size() == 3);
  for (std::uint64_t i = 0; i < 3; ++i) {
    CHECK(blocks[i].block.block.header.height == Height{i + 1});
  }
  REQUIRE(blocks[0].block.proof.has_value());
  CHECK(blocks[0].block.proof->descendants.size() == 1);
  CHECK(
      chain::check_finality_links(kTown.context, kTown.set, kFirst.header, *blocks[0].block.proof));
  CHECK_FALSE(blocks[1].block.proof.has_value());
  REQUIRE(blocks[2].block.proof.has_value());
  CHECK(blocks[2].block.proof->descendants.empty());
}

TEST_CASE("A8: a finalization whose bodies are missing fetches them by id", "[consensus][A9]") {
  Solo solo{kTown, kSelf};
  const Block second = kTown.block(3, kFirst.header, "b");
  const Hash second_id = chain::block_id(second.header);
  const auto asked = solo.receive(kThird, kTown.certificate(VoteKind::finalize, 3, second_id));
  CHECK(solo.snapshot().view == View{4});
  auto requests = sent<Request>(asked);
  REQUIRE_FALSE(requests.empty());
  CHECK(requests[0].block_id == second_id);
  std::uint8_t from = 0;
  for (const Send& send : all<Send>(asked)) {
    if (std::holds_alternative<Request>(send.message)) from = send.to.raw;
  }
  const auto more = solo.receive(from, Response{requests.back().id, second});
  requests = sent<Request>(more);
  REQUIRE_FALSE(requests.empty());
  CHECK(requests[0].block_id == kFirstId);
  for (const Send& send : all<Send>(more)) {
    if (std::holds_alternative<Request>(send.message)) from = send.to.raw;
  }
  auto effects = solo.receive(from, Response{requests.back().id, kFirst});
  CHECK(all<Commit>(effects).empty());
  effects = join(std::move(effects), solo.execute());
  REQUIRE(all<Commit>(effects).size() == 1);
  CHECK(all<Commit>(effects)[0].blocks.size() == 2);
}

TEST_CASE("A9: only the answer to the question counts", "[consensus][A9]") {
  Solo solo{kTown, kSelf};
  const auto asked = solo.receive(kThird, kTown.certificate(VoteKind::notarize, 1, kFirstId));
  std::vector<Send> sends = all<Send>(asked);
  std::erase_if(sends,
                [](const Send& send) { return !std::holds_alternative<Request>(send.message); });
  // The leader and a voter at once.
  REQUIRE(sends.size() == 2);
  const std::uint8_t peer = sends[0].to.raw;
  const std::uint64_t id = std::get<Request>(sends[0].message).id;
  const Block rival = kTown.block(1, kTown.anchor, "b");
  const std::uint8_t stranger = sends[1].to.raw;
  CHECK_FALSE(solo.engine().wants(ValidatorIndex{stranger}, Response{id, kFirst}));
  CHECK(all<Validate>(solo.receive(stranger, Response{id, kFirst})).empty());
  // The wrong block uses the request up, but not the want: it is asked for again.
  const auto wrong = solo.receive(peer, Response{id, rival});
  CHECK(all<Validate>(wrong).empty());
  REQUIRE(all<Punish>(wrong).size() == 1);
  CHECK(all<Punish>(wrong)[0].peer == ValidatorIndex{peer});
  CHECK_FALSE(sent<Request>(solo.tick_after(100)).empty());
}

TEST_CASE("A9: a peer that has nothing is followed by the next", "[consensus][A9]") {
  Solo solo{kTown, kSelf};
  auto effects = solo.receive(kThird, kTown.certificate(VoteKind::notarize, 1, kFirstId));
  std::set<std::uint8_t> asked;
  for (int turn = 0; turn < 3; ++turn) {
    for (const Send& send : all<Send>(effects)) {
      const auto* request = std::get_if<Request>(&send.message);
      if (request == nullptr) continue;
      asked.insert(send.to.raw);
      effects = solo.receive(send.to.raw, Response{request->id, Absent{}});
      break;
    }
  }
  CHECK(asked.size() >= 2);
}

TEST_CASE("A9: requests are answered from memory, or handed to the store", "[consensus][A10]") {
  Solo solo{kTown, kSelf};
  (void)solo.receive(kThird, kTown.certificate(VoteKind::notarize, 1, kFirstId));
  Request request;
  request.kind = RequestKind::certificate;
  request.view = View{1};
  request.vote_kind = VoteKind::nullify;
  request.id = 5;
  // Another kind of the view helps as well.
  const auto answers = sent<Response>(solo.receive(kFourth, request));
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].id == 5);
  CHECK(std::get<Certificate>(answers[0].answer).ballot.kind == VoteKind::notarize);
  request.view = View{7};
  CHECK(all<Serve>(solo.receive(kFourth, request)).size() == 1);
  request.kind = RequestKind::block;
  request.block_id = kFirstId;
  CHECK(all<Serve>(solo.receive(kFourth, request)).size() == 1);
  (void)solo.receive(kLeader, kFirst);
  CHECK(sent<Response>(solo.receive(kFourth, request)).size() == 1);
}

TEST_CASE("A8: a finalization off the final chain is the end", "[consensus][A8]") {
  Solo solo{kTown, kSelf};
  (void)solo.propose(kFirst);
  (void)solo.receive(kLeader, kTown.certificate(VoteKind::finalize, 1, kFirstId));
  REQUIRE(solo.snapshot().final_height == Height{1});
  const Block rival = kTown.block(1, kTown.anchor, "b");
  const Block child = kTown.block(3, rival.header, "c");
  (void)solo.receive(child.header.proposer.raw, child);
  const auto effects = solo.receive(
      kFourth, kTown.certificate(VoteKind::finalize, 3, chain::block_id(child.header)));
  REQUIRE(all<Halt>(effects).size() == 1);
  CHECK(all<Halt>(effects)[0].reason == HaltReason::conflicting_final);
}

TEST_CASE("A1: certificates are passed on once, and not to whom they came from",
          "[consensus][A1]") {
  Solo solo{kTown, kSelf};
  const auto skipped = kTown.certificate(VoteKind::nullify, 1);
  const auto first = all<Broadcast>(solo.receive(kThird, skipped));
  REQUIRE(first.size() == 1);
  CHECK(first[0].except == ValidatorIndex{kThird});
  CHECK(sent<Certificate>(solo.receive(kFourth, skipped)).empty());
}

TEST_CASE("A1: a NOTARIZATION without its body does not move the view", "[consensus][A1]") {
  Solo solo{kTown, kSelf};
  (void)solo.receive(kThird, kTown.certificate(VoteKind::notarize, 1, kFirstId));
  CHECK(solo.snapshot().view == View{1});
  CHECK(solo.snapshot().working);
  // Still in view 1, and the timers run: the view can be left without the body.
  CHECK(logged_votes(solo.tick_after(3 * 45), VoteKind::nullify).size() == 1);
}

TEST_CASE("A1: a stale certificate moves nothing", "[consensus][A1]") {
  Solo solo{kTown, kSelf};
  (void)solo.receive(kThird, kTown.certificate(VoteKind::nullify, 5));
  (void)solo.receive(kThird, kTown.certificate(VoteKind::nullify, 3));
  CHECK(solo.snapshot().view == View{6});
}

TEST_CASE("A10: a peer that is behind is brought along, once in a while", "[consensus][A10]") {
  Solo solo{kTown, kSelf};
  (void)solo.receive(kThird, kTown.certificate(VoteKind::nullify, 1));
  (void)solo.receive(kThird, kTown.certificate(VoteKind::nullify, 2));
  (void)solo.tick_after(50);
  const auto vote = kTown.vote(kFourth, VoteKind::nullify, 1);
  CHECK(sent<Certificate>(solo.receive(kFourth, vote)).size() == 2);
  CHECK(sent<Certificate>(solo.receive(kFourth, vote)).empty());
  (void)solo.tick_after(100);
  CHECK(sent<Certificate>(solo.receive(kFourth, vote)).size() == 2);
}

TEST_CASE("A10: own votes and the entry certificate are sent again while there is work",
          "[consensus][A10]") {
  Solo solo{kTown, kSelf};
  (void)solo.step(Pending{true});
  (void)solo.tick_after(45);
  REQUIRE(sent_votes(solo.sync(), VoteKind::nullify).size() == 1);
  (void)solo.step(Pending{false});
  CHECK(sent_votes(solo.tick_after(10'000), VoteKind::nullify).empty());
  (void)solo.step(Pending{true});
  CHECK(sent_votes(solo.tick_after(99), VoteKind::nullify).empty());
  const auto again = sent_votes(solo.tick_after(1), VoteKind::nullify);
  REQUIRE(again.size() == 1);
  CHECK(again[0] == kTown.vote(kSelf, VoteKind::nullify, 1));

  // A vote for the block too, long before anybody gives the view up.
  Solo patient{kTown, kSelf};
  (void)patient.propose(kFirst);
  REQUIRE(sent_votes(patient.sync(), VoteKind::notarize).size() == 1);
  CHECK(sent_votes(patient.tick_after(100), VoteKind::notarize).size() == 1);
}

TEST_CASE("A10: at a standstill all that is above the last finalization is offered again",
          "[consensus][A10]") {
  Solo solo{kTown, kSelf};
  for (std::uint64_t view = 1; view <= 100; ++view) {
    (void)solo.receive(kThird, kTown.certificate(VoteKind::nullify, view));
  }
  (void)solo.step(Pending{true});
  std::set<View> offered;
  for (int i = 0; i < 30; ++i) {
    const auto certificates = sent<Certificate>(solo.tick_after(100));
    CHECK(certificates.size() <= kHelpObjectsMax + 1);
    for (const Certificate& certificate : certificates) offered.insert(certificate.ballot.view);
  }
  CHECK(offered.size() == 100);
}

TEST_CASE("A14: views far below the final one are forgotten, own votes above it never",
          "[consensus][A14]") {
  Solo solo{kTown, kSelf};
  (void)solo.receive(kLeader, kTown.vote(kLeader, VoteKind::nullify, 1));
  (void)solo.sync();
  // View 1 itself gets no certificate: only the own vote speaks against finalizing it.
  for (std::uint64_t view = 2; view <= 3'000; ++view) {
    (void)solo.receive(kThird, kTown.certificate(VoteKind::nullify, view));
  }
  // Two thousand views later a NOTARIZATION of view 1 turns up: no FINALIZE (P1).
  (void)solo.receive(kThird, kTown.certificate(VoteKind::notarize, 1, kFirstId));
  auto effects = solo.receive(kLeader, kFirst);
  effects = join(std::move(effects), solo.execute());
  CHECK(logged_votes(effects, VoteKind::finalize).empty());
}
