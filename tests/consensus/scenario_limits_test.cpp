#include <catch2/catch.hpp>
#include <set>

#include "tests/consensus/scenario.h"
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

/// The same town as another chain, or after another anchor, would sign in it.
Genesis stranger(bool other_chain) {
  Genesis other = kTown;
  (other_chain ? other.context.chain_id : other.context.anchor_id).bytes[0] ^= 1;
  return other;
}

std::vector<Send> requests_in(const Effects& effects) {
  std::vector<Send> sends = all<Send>(effects);
  std::erase_if(sends,
                [](const Send& send) { return !std::holds_alternative<Request>(send.message); });
  return sends;
}
std::uint64_t id_of(const Send& request) { return std::get<Request>(request.message).id; }
}  // namespace

TEST_CASE("timeouts grow without credit where nothing becomes final", "[consensus][timers]") {
  const Genesis seven{7};
  const std::uint8_t self = seven.leader(1).raw;
  Solo solo{seven, self};
  // One leader's turns are given up, the others' are notarized, and never finalized.
  for (std::uint64_t view = 1; view <= 200; ++view) {
    const Hash id = hash(HashTag::header, as_bytes(std::to_string(view)));
    (void)solo.receive(seven.leader(2).raw, view % 7 == 3
                                                ? seven.certificate(VoteKind::nullify, view)
                                                : seven.certificate(VoteKind::notarize, view, id));
  }
  CHECK(grown(std::chrono::milliseconds{75}, solo.snapshot().backoff) == kTimeoutMax);
}

TEST_CASE("one leader that hears everybody and never proposes does not slow the others",
          "[consensus][timers]") {
  Town town{4};
  const std::uint8_t mute = town.genesis.leader(2).raw;
  town.start_all();
  town.loses = [mute](std::uint8_t from, std::uint8_t, const Message& message) {
    return from == mute && std::holds_alternative<Proposal>(message);
  };
  town.run_ms(50);
  for (int payment = 1; payment <= 120; ++payment) {
    town.pay(payment);
    REQUIRE(town.run_until([&] { return town.is_paid_everywhere(payment); }, 2'000));
  }
  // Its first failures might have been anybody's: they are paid for, and forgotten.
  const std::int64_t began = town.ms;
  for (int payment = 121; payment <= 160; ++payment) {
    town.pay(payment);
    REQUIRE(town.run_until([&] { return town.is_paid_everywhere(payment); }, 200));
  }
  CHECK(town.ms - began < 40 * 60);
  for (const auto& node : town.nodes) CHECK(node.engine->snapshot().backoff <= 1);
  town.check_agreement();
}

TEST_CASE("S22: timeouts after 64, 1,000 and 2^32 views given up keep their cap",
          "[consensus][timers][S22]") {
  for (const std::uint32_t k : {64U, 1'000U, ~std::uint32_t{0}}) {
    CHECK(grown(std::chrono::milliseconds{40}, k) == kTimeoutMax);
    CHECK(grown(kTimeoutMax, k) == kTimeoutMax);
  }
  // A view this node gives up counts, though no certificate of it ever forms.
  Solo lone{kTown, kSelf};
  (void)lone.step(Pending{true});
  REQUIRE(logged_votes(lone.tick_after(45), VoteKind::nullify).size() == 1);
  CHECK(lone.snapshot().backoff == 1);

  Solo solo{kTown, kSelf};
  for (std::uint64_t view = 1; view <= 1'000; ++view) {
    (void)solo.receive(kThird, kTown.certificate(VoteKind::nullify, view));
  }
  REQUIRE(solo.snapshot().view == View{1'001});
  // The leader of this view is another, and heard of in time.
  REQUIRE(solo.snapshot().leader != ValidatorIndex{kSelf});
  (void)solo.step(Pending{true});
  for (int turn = 0; turn < 2; ++turn) {
    CHECK(logged_votes(solo.tick_after(4'999), VoteKind::nullify).empty());
    for (const std::uint8_t peer : {kLeader, kThird, kFourth}) {
      (void)solo.receive(peer, solo.status(peer));
    }
  }
  CHECK(logged_votes(solo.tick_after(2), VoteKind::nullify).size() == 1);
}

TEST_CASE("S24: votes and certificates with bad signatures change nothing, however many",
          "[consensus][A0][S24]") {
  const FakeChecker checker{kTown.context, kTown.set};
  Solo solo{kTown, kSelf};
  (void)solo.propose(kFirst);
  (void)solo.sync();
  const Vote good = kTown.vote(kThird, VoteKind::notarize, 1, kFirstId);
  const auto refuse_flood = [&] {
    Vote bad = good;
    for (std::uint32_t i = 0; i < 1'000; ++i) {
      bad.signature.bytes[40 + i % 16] ^= static_cast<std::uint8_t>(1 + i % 255);
      if (bad.signature == good.signature) continue;
      REQUIRE(checker.check(bad).error() == CheckError::bad_signature);
    }
  };
  refuse_flood();
  const auto effects = solo.receive(kThird, good);
  refuse_flood();
  // The leader's, its own and this one: the certificate holds the good signatures.
  const auto formed = sent<Certificate>(effects);
  REQUIRE(formed.size() == 1);
  CHECK(checker.check(formed[0]).has_value());

  Certificate doubled = kTown.certificate(VoteKind::nullify, 5);
  doubled.signatures[1] = doubled.signatures[0];
  CHECK(checker.check(doubled).error() == CheckError::bad_certificate);
  Certificate outsider = kTown.certificate(VoteKind::nullify, 5);
  outsider.signers = 0b10011;
  CHECK(checker.check(outsider).error() == CheckError::bad_structure);
  Certificate crowded = kTown.certificate(VoteKind::nullify, 5);
  crowded.signers = 0b1111;
  crowded.signatures.push_back(kTown.vote(3, VoteKind::nullify, 5).signature);
  CHECK(checker.check(crowded).error() == CheckError::bad_structure);
  Certificate later = kTown.certificate(VoteKind::nullify, 5);
  later.epoch = Epoch{1};
  CHECK(checker.check(later).error() == CheckError::bad_structure);
  for (const bool other_chain : {false, true}) {
    const Genesis other = stranger(other_chain);
    const Certificate foreign = other.certificate(VoteKind::nullify, 5);
    CHECK(checker.check(foreign).error() == CheckError::bad_certificate);
    CHECK(checker.check(other.vote(kThird, VoteKind::nullify, 5)).error() ==
          CheckError::bad_signature);
  }
}

TEST_CASE("S26: one certificate from far ahead settles none of ten thousand requests",
          "[consensus][A9][S26]") {
  const Certificate far = kTown.certificate(VoteKind::nullify, 1'000);
  SECTION("for another certificate") {
    Solo solo{kTown, kSelf};
    (void)solo.receive(kFourth, kTown.certificate(VoteKind::nullify, 2));
    // A proposal that skips view 1, whose NULLIFICATION is not here.
    const Block skipping = kTown.block(3, kTown.anchor, "c");
    const auto asked = requests_in(solo.propose(skipping, {}));
    REQUIRE(asked.size() == 1);
    (void)solo.receive(asked[0].to.raw, Response{id_of(asked[0]), far});
    CHECK(solo.snapshot().view == View{3});
    const auto again = requests_in(solo.tick_after(100));
    REQUIRE(again.size() == 1);
    const auto settled = solo.receive(
        again[0].to.raw, Response{id_of(again[0]), kTown.certificate(VoteKind::nullify, 1)});
    CHECK(logged_votes(settled, VoteKind::notarize).size() == 1);
  }
  SECTION("for a block") {
    Solo solo{kTown, kSelf};
    auto asked =
        requests_in(solo.receive(kThird, kTown.certificate(VoteKind::notarize, 1, kFirstId)));
    for (std::size_t answered = 0; answered < 10'000;) {
      REQUIRE_FALSE(asked.empty());
      for (const Send& request : asked) {
        const auto effects = solo.receive(request.to.raw, Response{id_of(request), far});
        REQUIRE(all<Punish>(effects).size() == 1);
        // A wrong answer brings no faster question.
        REQUIRE(requests_in(effects).empty());
        ++answered;
      }
      asked = requests_in(solo.tick_after(2'000));
    }
    CHECK(solo.snapshot().view == View{1});
    (void)solo.receive(asked[0].to.raw, Response{id_of(asked[0]), kFirst});
    (void)solo.execute();
    CHECK(solo.snapshot().view == View{2});
  }
}

TEST_CASE("S27: answers that never come, that nobody asked for, or to other questions",
          "[consensus][A9][S27]") {
  Solo solo{kTown, kSelf};
  const auto first =
      requests_in(solo.receive(kThird, kTown.certificate(VoteKind::notarize, 1, kFirstId)));
  REQUIRE(first.size() == 2);
  // Never: the others are asked in turn, and nobody twice before that.
  std::set<std::uint8_t> peers{first[0].to.raw, first[1].to.raw};
  const auto second = requests_in(solo.tick_after(100));
  REQUIRE(second.size() == 1);
  CHECK(peers.insert(second[0].to.raw).second);
  // Unasked: not looked at, and nobody's fault.
  const std::uint64_t unasked = id_of(second[0]) + 1;
  CHECK_FALSE(solo.engine().wants(second[0].to, Response{unasked, kFirst}));
  CHECK(all<Punish>(solo.receive(second[0].to.raw, Response{unasked, kFirst})).empty());
  CHECK(solo.snapshot().view == View{1});
  // Another kind: a fault, and the question stays.
  const auto wrong =
      solo.receive(first[0].to.raw,
                   Response{id_of(first[0]), kTown.certificate(VoteKind::notarize, 1, kFirstId)});
  CHECK(all<Punish>(wrong).size() == 1);
  CHECK(solo.snapshot().view == View{1});
  // The one asked first answers late, and well.
  (void)solo.receive(first[1].to.raw, Response{id_of(first[1]), kFirst});
  (void)solo.execute();
  CHECK(solo.snapshot().view == View{2});
  CHECK(requests_in(solo.tick_after(10'000)).empty());
}

TEST_CASE("S54: 65 empty blocks between a payment and its finalization, and a short proof",
          "[consensus][A8][S54]") {
  Solo solo{kTown, kFourth};
  (void)solo.propose(kFirst);
  Header parent = kFirst.header;
  for (std::uint64_t view = 2; view <= 66; ++view) {
    const auto notarization =
        kTown.certificate(VoteKind::notarize, view - 1, chain::block_id(parent));
    const Block empty = kTown.block(view, parent, "");
    (void)solo.propose(empty, notarization);
    // Blocks of the views that this node itself leads it has to ask for.
    const auto asked = solo.receive(
        kLeader, kTown.certificate(VoteKind::notarize, view, chain::block_id(empty.header)));
    for (const Send& request : requests_in(asked)) {
      (void)solo.receive(request.to.raw, Response{id_of(request), empty});
    }
    (void)solo.execute();
    (void)solo.sync();
    parent = empty.header;
  }
  REQUIRE(solo.snapshot().final_height == Height{});
  const auto effects =
      solo.receive(kLeader, kTown.certificate(VoteKind::finalize, 66, chain::block_id(parent)));
  const auto commits = all<Commit>(effects);
  REQUIRE(commits.size() == 1);
  REQUIRE(commits[0].blocks.size() == 66);
  const auto& proof = commits[0].blocks[0].block.proof;
  REQUIRE(proof.has_value());
  CHECK(proof->descendants.size() == 1);
  CHECK(chain::check_finality_links(kTown.context, kTown.set, kFirst.header, *proof));
  CHECK(encode(*proof).size() < 1'024);
}
