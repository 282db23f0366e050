#include "tests/simulation/checkers.h"

#include <catch2/catch.hpp>

/// That the checkers see what they are there to see.
namespace hansatsu::simulation {
namespace {

using chain::Ballot;
using chain::VoteKind;

const Ballot kNullify{VoteKind::nullify, View{7}, Hash{}};

chain::Vote vote_of(std::uint8_t signer, const Ballot& ballot) {
  chain::Vote vote;
  vote.ballot = ballot;
  vote.signer = ValidatorIndex{signer};
  return vote;
}

chain::Certificate certificate_of(std::uint32_t signers, const Ballot& ballot) {
  chain::Certificate certificate;
  certificate.ballot = ballot;
  certificate.signers = signers;
  return certificate;
}

/// Of four, of whom the last lies.
Checkers checkers() { return Checkers{4, {true, true, true, false}, Hash{}}; }

bool has_seen(const Checkers& checkers, const std::string& what) {
  return checkers.violations().size() == 1 && checkers.violations().front().starts_with(what);
}

}  // namespace

TEST_CASE("C6 sees a signature in a certificate whose vote is not on its signer's disk") {
  Checkers told = checkers();
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
  Checkers told = checkers();
  consensus::Status status;
  status.yours.push_back(vote_of(2, kNullify));
  told.sent(0, status);
  CHECK(has_seen(told, "C6: node 2 view 7"));
}

TEST_CASE("C5 knows of a vote that only a certificate has shown") {
  Checkers told = checkers();
  Hash id;
  id.bytes[0] = 1;
  const Ballot notarize{VoteKind::notarize, View{7}, id};
  Ballot other = notarize;
  other.block_id.bytes[0] = 2;
  for (const Ballot& ballot : {notarize, other}) told.durable(0, 1, vote_of(0, ballot));
  told.sent(1, certificate_of(0b0001, notarize));
  CHECK(told.violations().empty());
  told.sent(0, vote_of(0, other));
  CHECK(has_seen(told, "C5: node 0 view 7 notarized two blocks"));
}

TEST_CASE("C10 counts whatever is sent but Status") {
  Checkers told = checkers();
  told.sent(0, consensus::Status{});
  CHECK(told.messages_sent() == 0);
  told.sent(0, consensus::Request{});
  told.sent(0, consensus::Response{});
  CHECK(told.messages_sent() == 2);
  told.sent(3, consensus::Request{});  // who lies may say anything
  CHECK(told.messages_sent() == 2);
}

TEST_CASE("C11 does not pass over a node that committed too little to be judged") {
  Checkers told = checkers();
  told.check_syncs();
  CHECK(told.violations().size() == 4);
}

TEST_CASE("C7 sees a damaged log believed what nobody wrote in it") {
  Checkers told = checkers();
  told.written(3, vote_of(3, kNullify));
  const auto groups = [] { return std::vector<std::uint64_t>{1}; };
  told.recovered(3, 1, chain::Header{}, {vote_of(3, kNullify)}, groups);
  CHECK(told.violations().empty());
  Ballot later = kNullify;
  later.view = View{8};
  told.recovered(3, 1, chain::Header{}, {vote_of(3, later)}, groups);
  CHECK(has_seen(told, "C7: node 3 took from its damaged log"));
}

}  // namespace hansatsu::simulation
