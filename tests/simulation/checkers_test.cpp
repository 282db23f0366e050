#include <catch2/catch.hpp>

#include "tests/simulation/checkers_fixture.h"

/// That the checkers see on the wire what they are there to see, and nothing in what is lawful.
namespace hansatsu::simulation {
namespace {

using chain::Ballot;
using chain::VoteKind;

/// Only the liar's signature: what honest ones may sign is C5's and C6's matter.
constexpr std::uint32_t kOfLiar = 0b1000;

}  // namespace

TEST_CASE("C1 sees two finalizations of a view") {
  Checkers told = four_checked();
  const auto finalization = certificate_of(kOfLiar, ballot_of(VoteKind::finalize, 1));
  told.sent(0, finalization);
  told.sent(1, finalization);
  Ballot later = ballot_of(VoteKind::finalize, 2);
  later.view = View{8};
  told.sent(1, certificate_of(kOfLiar, later));
  CHECK(told.violations().empty());
  told.sent(1, certificate_of(kOfLiar, ballot_of(VoteKind::finalize, 2)));
  CHECK(has_seen(told, "C1: view 7 has two finalizations"));
}

TEST_CASE("C3 sees a view that is nullified and finalized, in either order") {
  const Ballot finalize = ballot_of(VoteKind::finalize, 1);
  const bool is_nullified_first = GENERATE(true, false);
  const Ballot& first = is_nullified_first ? kNullify : finalize;
  const Ballot& second = is_nullified_first ? finalize : kNullify;
  Checkers told = four_checked();
  told.sent(0, certificate_of(kOfLiar, first));
  Ballot elsewhere = second;
  elsewhere.view = View{8};
  told.sent(0, certificate_of(kOfLiar, elsewhere));
  told.sent(1, certificate_of(kOfLiar, ballot_of(VoteKind::notarize, 1)));
  CHECK(told.violations().empty());
  told.sent(2, certificate_of(kOfLiar, second));
  CHECK(has_seen(told, "C3: view 7 is nullified and finalized"));
}

TEST_CASE("C4 sees two notarizations of a view") {
  Checkers told = four_checked();
  told.sent(0, certificate_of(kOfLiar, ballot_of(VoteKind::notarize, 1)));
  told.sent(1, certificate_of(kOfLiar, kNullify));
  // The same certificate of other signers is no other notarization; what a liar sends is no proof.
  told.sent(1, certificate_of(0, ballot_of(VoteKind::notarize, 1)));
  told.sent(3, certificate_of(kOfLiar, ballot_of(VoteKind::notarize, 2)));
  CHECK(told.violations().empty());
  told.sent(1, certificate_of(kOfLiar, ballot_of(VoteKind::notarize, 2)));
  CHECK(has_seen(told, "C4: view 7 has two notarizations"));
}

TEST_CASE("C5 sees each pair of votes that an honest key must not cast") {
  struct Pair {
    Ballot first;
    Ballot second;
    const char* what;
  };
  const Ballot notarize = ballot_of(VoteKind::notarize, 1);
  const Ballot finalize = ballot_of(VoteKind::finalize, 1);
  const auto [first, second, what] =
      GENERATE_COPY(Pair{notarize, ballot_of(VoteKind::notarize, 2), " notarized two blocks"},
                    Pair{kNullify, finalize, " nullified and finalized"},
                    Pair{finalize, kNullify, " nullified and finalized"},
                    Pair{ballot_of(VoteKind::notarize, 2), finalize,
                         " notarized one block and finalized another"},
                    Pair{finalize, ballot_of(VoteKind::notarize, 2),
                         " notarized one block and finalized another"});
  Checkers told{4, {true, true, true, false}, finalize.block_id};
  told.durable(0, 1, vote_of(0, first));
  told.durable(0, 2, vote_of(0, second));
  told.sent(0, vote_of(0, first));
  Ballot elsewhere = second;
  elsewhere.view = View{8};
  told.durable(0, 3, vote_of(0, elsewhere));
  told.sent(0, vote_of(0, elsewhere));
  CHECK(told.violations().empty());
  SECTION("by itself") { told.sent(0, vote_of(0, second)); }
  SECTION("shown by another, in a later life") { told.sent(1, vote_of(0, second)); }
  CHECK(has_seen(told, std::string{"C5: node 0 view 7"} + what));
}

TEST_CASE("C5 lets one vote of each kind that fit together be, however often they are sent") {
  const Ballot finalize = ballot_of(VoteKind::finalize, 1);
  Checkers told{4, {true, true, true, false}, finalize.block_id};
  for (const Ballot& other : {ballot_of(VoteKind::notarize, 1), finalize}) {
    told.durable(0, 1, vote_of(0, other));
    for (const std::uint32_t by : {0U, 0U, 1U}) told.sent(by, vote_of(0, other));
  }
  CHECK(told.violations().empty());
}

TEST_CASE("C6 sees a FINALIZE whose block, or an ancestor of it, is not on the disk") {
  const auto parent = block_at(Height{1}, Hash{});
  const auto child = block_at(Height{2}, parent.block_id);
  const Ballot ballot{VoteKind::finalize, View{2}, child.block_id};
  Checkers told = four_checked();
  for (const std::uint32_t node : {0U, 1U}) {
    told.durable(node, 1, vote_of(static_cast<std::uint8_t>(node), ballot));
  }
  store(told, {0}, parent);
  store(told, {0}, child);
  told.sent(0, vote_of(0, ballot));
  CHECK(told.violations().empty());
  SECTION("the block") { store(told, {1}, parent); }
  SECTION("its parent") { store(told, {1}, child); }
  told.sent(1, vote_of(1, ballot));
  CHECK(has_seen(told, "C6: node 1 view 2 finalized a block whose chain is not on its disk"));
}

TEST_CASE("C6 sees a signature in a certificate whose vote is not on its signer's disk") {
  Checkers told = four_checked();
  told.durable(0, 1, vote_of(0, kNullify));
  told.durable(1, 1, vote_of(1, kNullify));
  const auto of_two_and_liar = certificate_of(0b1011, kNullify);
  told.sent(0, of_two_and_liar);
  CHECK(told.violations().empty());

  consensus::Status status;
  SECTION("sent alone") { told.sent(0, certificate_of(0b0111, kNullify)); }
  SECTION("in a proposal") {
    consensus::Proposal proposal;
    proposal.vote.signer = ValidatorIndex{3};
    proposal.gap.push_back(certificate_of(0b0111, kNullify));
    told.sent(0, proposal);
  }
  SECTION("in a Status") {
    status.highest = certificate_of(0b0111, kNullify);
    told.sent(0, status);
  }
  SECTION("in an answer") {
    told.sent(0, consensus::Response{1, certificate_of(0b0111, kNullify)});
  }
  CHECK(has_seen(told, "C6: node 2 view 7"));
}

TEST_CASE("C6 sees another's vote that is shown before it is on that one's disk") {
  Checkers told = four_checked();
  consensus::Status status;
  status.yours.push_back(vote_of(2, kNullify));
  told.sent(0, status);
  CHECK(has_seen(told, "C6: node 2 view 7"));
}

TEST_CASE("C5 knows of a vote that only a certificate has shown") {
  Checkers told = four_checked();
  const Ballot notarize = ballot_of(VoteKind::notarize, 1);
  const Ballot other = ballot_of(VoteKind::notarize, 2);
  for (const Ballot& ballot : {notarize, other}) told.durable(0, 1, vote_of(0, ballot));
  told.sent(1, certificate_of(0b0001, notarize));
  CHECK(told.violations().empty());
  told.sent(0, vote_of(0, other));
  CHECK(has_seen(told, "C5: node 0 view 7 notarized two blocks"));
}

TEST_CASE("C10 counts whatever is sent but Status") {
  Checkers told = four_checked();
  told.sent(0, consensus::Status{});
  CHECK(told.messages_sent() == 0);
  told.sent(0, consensus::Request{});
  told.sent(0, consensus::Response{});
  CHECK(told.messages_sent() == 2);
  told.sent(3, consensus::Request{});  // who lies may say anything
  CHECK(told.messages_sent() == 2);
}

}  // namespace hansatsu::simulation
