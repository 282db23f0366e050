#include <catch2/catch.hpp>

#include "tests/consensus/solo.h"

/// A11: a validator whose disk is an older copy of itself is told by peers that restarted too, and
/// so remember others' votes only within certificates.
namespace hansatsu::consensus::test {
namespace {

const Genesis kTown{4};
constexpr std::uint8_t kTeller = 0;
constexpr std::uint8_t kOlder = 3;
const Block kPaid = kTown.block(1, kTown.anchor, "1");
const Hash kPaidId = chain::block_id(kPaid.header);
constexpr bool kWithOlder = true;
constexpr bool kWithoutOlder = false;

Recovered recovered(std::vector<Record> records) { return {kTown.anchor, {}, std::move(records)}; }

/// What the teller says to the older copy when they meet, after it started from these records.
Status told_after(Recovered start) {
  Solo teller{kTown, kTeller, std::move(start), false};
  (void)teller.step(PeerDown{ValidatorIndex{kOlder}});
  const auto statuses = sent<Status>(teller.step(PeerUp{ValidatorIndex{kOlder}}));
  REQUIRE(statuses.size() == 1);
  return statuses[0];
}

std::vector<VoteKind> kinds_of(const Status& status) {
  std::vector<VoteKind> kinds;
  for (const Vote& vote : status.yours) {
    const chain::Ballot& ballot = vote.ballot;
    CHECK(vote == kTown.vote(kOlder, ballot.kind, ballot.view.raw, ballot.block_id));
    kinds.push_back(vote.ballot.kind);
  }
  return kinds;
}

/// The older copy hears the Status before any of its peers let it vote.
Solo older_copy(Status status, Recovered start = Solo::fresh(kTown)) {
  Solo older{kTown, kOlder, std::move(start), false};
  status.nonce = 5;
  status.echo = Solo::kNonce;
  (void)older.receive(kTeller, older.sign(std::move(status)));
  return older;
}

}  // namespace

TEST_CASE("A11: votes within the log's certificates are told to who cast them", "[consensus]") {
  const auto told =
      told_after(recovered({kPaid, kTown.certificate(VoteKind::notarize, 1, kPaidId, kWithOlder),
                            kTown.certificate(VoteKind::nullify, 2, {}, kWithOlder),
                            kTown.certificate(VoteKind::nullify, 3, {}, kWithoutOlder)}));
  CHECK(kinds_of(told) == std::vector{VoteKind::nullify, VoteKind::notarize});
  CHECK(older_copy(told).snapshot().voting_stopped);
  // It has them itself: all is well.
  CHECK_FALSE(older_copy(told, recovered({kTown.vote(kOlder, VoteKind::notarize, 1, kPaidId),
                                          kTown.vote(kOlder, VoteKind::nullify, 2)}))
                  .snapshot()
                  .voting_stopped);
}

TEST_CASE("A11: the newest FINALIZE is told when all is final", "[consensus]") {
  const std::vector<Record> log{kPaid, kTown.certificate(VoteKind::notarize, 1, kPaidId),
                                kTown.certificate(VoteKind::finalize, 1, kPaidId, kWithOlder)};
  const auto told = told_after(recovered(log));
  REQUIRE(told.final_tip.has_value());
  CHECK(kinds_of(told) == std::vector{VoteKind::finalize});
  // It is told before it has fetched the block, and casts nothing.
  CHECK(older_copy(told).snapshot().voting_stopped);
  const FinalTip tip{kPaid.header, kTown.certificate(VoteKind::finalize, 1, kPaidId, kWithOlder)};
  CHECK(kinds_of(told_after({kPaid.header, tip, {}})) == std::vector{VoteKind::finalize});
}

TEST_CASE("A11: a FINALIZATION that others made tells nothing", "[consensus]") {
  const auto told =
      told_after(recovered({kPaid, kTown.certificate(VoteKind::notarize, 1, kPaidId, kWithoutOlder),
                            kTown.certificate(VoteKind::finalize, 1, kPaidId, kWithoutOlder)}));
  CHECK(told.yours.empty());
  CHECK_FALSE(older_copy(told).snapshot().voting_stopped);
}

}  // namespace hansatsu::consensus::test
