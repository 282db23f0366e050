#include <catch2/catch.hpp>

#include "tests/consensus/solo.h"

using namespace hansatsu;
using namespace hansatsu::consensus;
using namespace hansatsu::consensus::test;

namespace {
const Genesis kTown{4};
/// A validator that does not lead view 1, and two others that do not either.
const std::uint8_t kSelf = kTown.leader(2).raw;
const std::uint8_t kLeader = kTown.leader(1).raw;
const std::uint8_t kOther = kTown.leader(3).raw;
const std::uint8_t kThird =
    kTown.leader(4).raw == kLeader ? kTown.leader(0).raw : kTown.leader(4).raw;
const Hash kBlock = chain::block_id(kTown.block(1, kTown.anchor, "a").header);
const Hash kRival = chain::block_id(kTown.block(1, kTown.anchor, "b").header);
}  // namespace

TEST_CASE("A0: a vote speaks only over its signer's own connection", "[consensus][A0]") {
  Solo solo{kTown, kSelf};
  const Vote vote = kTown.vote(kOther, VoteKind::nullify, 1);
  CHECK_FALSE(solo.engine().wants(ValidatorIndex{kLeader}, vote));
  CHECK(solo.engine().wants(ValidatorIndex{kOther}, vote));
  (void)solo.receive(kLeader, vote);
  // Two real NULLIFYs would be f+1 and pull this node along; a foreign one does not count.
  const auto effects = solo.receive(kThird, kTown.vote(kThird, VoteKind::nullify, 1));
  CHECK(logged_votes(effects, VoteKind::nullify).empty());
}

TEST_CASE("A0: votes outside the window are not looked at", "[consensus][A0]") {
  Solo solo{kTown, kSelf};
  const ValidatorIndex from{kOther};
  CHECK(solo.engine().wants(from, kTown.vote(kOther, VoteKind::nullify, 5)));
  CHECK_FALSE(solo.engine().wants(from, kTown.vote(kOther, VoteKind::nullify, 6)));
  CHECK_FALSE(solo.engine().wants(from, kTown.vote(kOther, VoteKind::nullify, 0)));
  (void)solo.receive(kOther, kTown.certificate(VoteKind::nullify, 200));
  CHECK(solo.engine().wants(from, kTown.vote(kOther, VoteKind::nullify, 205)));
  CHECK(solo.engine().wants(from, kTown.vote(kOther, VoteKind::nullify, 2)));
  Vote other_epoch = kTown.vote(kOther, VoteKind::nullify, 3);
  other_epoch.epoch = Epoch{1};
  CHECK_FALSE(solo.engine().wants(from, other_epoch));
}

TEST_CASE("S25: a certificate for a view near the end of numbers moves nothing",
          "[consensus][A0][S25]") {
  Solo solo{kTown, kSelf};
  const auto far = kTown.certificate(VoteKind::nullify, ~std::uint64_t{0} - 1);
  CHECK_FALSE(solo.engine().wants(ValidatorIndex{kOther}, far));
  (void)solo.receive(kOther, far);
  CHECK(solo.snapshot().view == View{1});
  (void)solo.receive(kOther, kTown.certificate(VoteKind::nullify, kViewMax.raw));
  CHECK(solo.snapshot().view.raw == kViewMax.raw + 1);
}

TEST_CASE("A0: the first vote stays, a different second one is only evidence", "[consensus][A13]") {
  Solo solo{kTown, kSelf};
  (void)solo.receive(kOther, kTown.vote(kOther, VoteKind::notarize, 1, kBlock));
  const auto effects = solo.receive(kOther, kTown.vote(kOther, VoteKind::notarize, 1, kRival));
  REQUIRE(all<Evidence>(effects).size() == 1);
  CHECK(all<Evidence>(effects)[0].first.ballot.block_id == kBlock);
  CHECK(all<Evidence>(effects)[0].second.ballot.block_id == kRival);
  // The rival has two genuine supporters and one that does not count.
  (void)solo.receive(kLeader, kTown.vote(kLeader, VoteKind::notarize, 1, kRival));
  const auto more = solo.receive(kThird, kTown.vote(kThird, VoteKind::notarize, 1, kRival));
  CHECK(sent<Certificate>(more).empty());
  // Named once, not again for each further vote.
  const Hash third = chain::block_id(kTown.block(1, kTown.anchor, "c").header);
  CHECK(all<Evidence>(solo.receive(kOther, kTown.vote(kOther, VoteKind::notarize, 1, third)))
            .empty());
}

TEST_CASE("A13: what contradicts and what does not", "[consensus][A13]") {
  const auto accused = [&](VoteKind first, const Hash& first_id, VoteKind second,
                           const Hash& second_id) {
    Solo solo{kTown, kSelf};
    (void)solo.receive(kOther, kTown.vote(kOther, first, 1, first_id));
    return !all<Evidence>(solo.receive(kOther, kTown.vote(kOther, second, 1, second_id))).empty();
  };
  CHECK(accused(VoteKind::finalize, kBlock, VoteKind::finalize, kRival));
  CHECK(accused(VoteKind::finalize, kBlock, VoteKind::nullify, {}));
  CHECK(accused(VoteKind::nullify, {}, VoteKind::finalize, kBlock));
  CHECK(accused(VoteKind::notarize, kBlock, VoteKind::finalize, kRival));
  CHECK_FALSE(accused(VoteKind::notarize, kBlock, VoteKind::finalize, kBlock));
  CHECK_FALSE(accused(VoteKind::notarize, kBlock, VoteKind::nullify, {}));
  CHECK_FALSE(accused(VoteKind::nullify, {}, VoteKind::notarize, kBlock));
}

TEST_CASE("A0: a certificate is of exactly a quorum, in the order of indices", "[consensus][A0]") {
  Solo solo{kTown, kSelf};
  (void)solo.receive(kLeader, kTown.vote(kLeader, VoteKind::nullify, 3));
  (void)solo.receive(kThird, kTown.vote(kThird, VoteKind::nullify, 3));
  const auto effects = solo.receive(kOther, kTown.vote(kOther, VoteKind::nullify, 3));
  const auto certificates = sent<Certificate>(effects);
  REQUIRE(certificates.size() == 1);
  CHECK(chain::is_quorum_of(kTown.set, certificates[0]));
  CHECK(FakeChecker{kTown.context, kTown.set}.check(certificates[0]).has_value());
  CHECK(solo.snapshot().view == View{4});
}

TEST_CASE("A2: every validator leads once in n views, and only the leader is heard",
          "[consensus][A2]") {
  std::vector<ValidatorIndex> sorted = kTown.order;
  std::sort(sorted.begin(), sorted.end());
  for (std::uint8_t i = 0; i < 4; ++i) CHECK(sorted[i] == ValidatorIndex{i});

  Solo solo{kTown, kSelf};
  Block block = kTown.block(1, kTown.anchor, "a");
  block.header.proposer = ValidatorIndex{kOther};
  CHECK_FALSE(solo.engine().wants(ValidatorIndex{kOther}, kTown.proposal(block)));
  CHECK_FALSE(solo.engine().wants(ValidatorIndex{kOther}, block));
  CHECK(logged_votes(solo.propose(block), VoteKind::notarize).empty());
}

TEST_CASE("checker: forged, foreign and contradicting messages are refused", "[consensus][A0]") {
  const FakeChecker checker{kTown.context, kTown.set};
  Vote vote = kTown.vote(kOther, VoteKind::nullify, 1);
  CHECK(checker.check(vote).has_value());
  vote.signature.bytes[0] ^= 1;
  CHECK(checker.check(vote).error() == CheckError::bad_signature);
  vote = kTown.vote(kOther, VoteKind::nullify, 1);
  vote.signer = ValidatorIndex{9};
  CHECK(checker.check(vote).error() == CheckError::bad_structure);

  Certificate certificate = kTown.certificate(VoteKind::notarize, 1, kBlock);
  certificate.signatures[1] = certificate.signatures[0];
  CHECK(checker.check(certificate).error() == CheckError::bad_certificate);
  certificate = kTown.certificate(VoteKind::notarize, 1, kBlock);
  certificate.signers |= 8;
  CHECK(checker.check(certificate).error() == CheckError::bad_structure);
  certificate.signers = 0b10011;
  CHECK(checker.check(certificate).error() == CheckError::bad_structure);

  const Block block = kTown.block(2, kTown.anchor, "a");
  Proposal proposal = kTown.proposal(block);
  proposal.gap.push_back(kTown.certificate(VoteKind::nullify, 1));
  CHECK(checker.check(proposal).has_value());
  proposal.gap.push_back(kTown.certificate(VoteKind::nullify, 1));
  CHECK(checker.check(proposal).error() == CheckError::bad_structure);
  proposal = kTown.proposal(block);
  proposal.header.time = Timestamp{1};
  CHECK(checker.check(proposal).error() == CheckError::bad_structure);

  Block swapped = block;
  swapped.body = body_of("b");
  CHECK(checker.check(swapped).error() == CheckError::bad_body);
}
