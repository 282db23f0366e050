#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/consensus/forge.h"

using namespace hansatsu;
using namespace hansatsu::consensus;
using namespace hansatsu::consensus::test;

namespace {

Message round_trip(const Message& message) {
  auto decoded = decode_message(encode_message(message));
  REQUIRE(decoded.has_value());
  return *std::move(decoded);
}

/// The largest set there is, with all that is optional present.
Status largest_status(const Genesis& town) {
  Status status;
  const Block block = town.block(3, town.anchor, "a");
  const Hash id = chain::block_id(block.header);
  status.final_tip = FinalTip{block.header, town.certificate(VoteKind::finalize, 3, id)};
  status.highest = town.certificate(VoteKind::nullify, 4);
  for (std::size_t i = 0; i < kStatusVotesMax; ++i) {
    status.yours.push_back(town.vote(1, VoteKind::nullify, 5 + i));
  }
  return status;
}

}  // namespace

TEST_CASE("messages: every kind survives the wire", "[consensus][messages]") {
  const Genesis town{4};
  const Block block = town.block(2, town.anchor, "body");
  const Hash id = chain::block_id(block.header);
  const Vote vote = town.vote(1, VoteKind::nullify, 2);
  CHECK(std::get<Vote>(round_trip(vote)) == vote);
  const Certificate certificate = town.certificate(VoteKind::notarize, 2, id);
  CHECK(std::get<Certificate>(round_trip(certificate)) == certificate);
  CHECK(std::get<Block>(round_trip(block)) == block);
  Proposal proposal = town.proposal(block);
  proposal.gap.push_back(town.certificate(VoteKind::nullify, 1));
  proposal.final_tip = FinalTip{block.header, certificate};
  CHECK(std::get<Proposal>(round_trip(proposal)) == proposal);
  const Status status = largest_status(town);
  CHECK(std::get<Status>(round_trip(status)) == status);
  Request request;
  request.id = 9;
  request.kind = RequestKind::range;
  request.count = kRangeBlocksMax;
  CHECK(std::get<Request>(round_trip(request)) == request);
  Range range;
  range.blocks.push_back({block, FinalityProof{certificate, {}}});
  range.links.push_back(block.header);
  range.finalization = certificate;
  for (const Answer& answer : std::vector<Answer>{Absent{}, certificate, block, range}) {
    const Response response{7, answer};
    CHECK(std::get<Response>(round_trip(response)) == response);
  }
}

TEST_CASE("messages: the largest of each kind keeps its bound", "[consensus][messages]") {
  const Genesis town{31};
  const Hash id = town.context.anchor_id;
  CHECK(encode_message(town.vote(30, VoteKind::finalize, 9, id)).size() <= kVoteBytesMax);
  CHECK(encode_message(town.certificate(VoteKind::finalize, 9, id)).size() <= kCertificateBytesMax);
  CHECK(encode_message(largest_status(town)).size() <= kStatusBytesMax);
  const Block block = town.block(40, town.anchor, "a");
  Proposal proposal = town.proposal(block);
  proposal.parent = town.certificate(VoteKind::notarize, 9, id);
  proposal.final_tip = largest_status(town).final_tip;
  for (std::size_t i = 0; i < kGapCertificatesMax; ++i) {
    proposal.gap.push_back(town.certificate(VoteKind::nullify, 10 + i));
  }
  CHECK(encode_message(proposal).size() <= kProposalBytesMax);
  CHECK(encode_message(Request{}).size() <= kRequestBytesMax);
  const Block full{block.header, std::make_shared<const Bytes>(kBodyBytesMax)};
  CHECK(encode_message(full).size() <= kBulkBytesMax);
}

TEST_CASE("messages: what is not canonical is refused", "[consensus][messages]") {
  const Genesis town{4};
  const Bytes good = encode_message(town.vote(1, VoteKind::nullify, 2));
  CHECK_FALSE(decode_message({}).has_value());
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(decode_message(ByteView{good}.first(size)).has_value());
  }
  Bytes longer = good;
  longer.push_back(0);
  CHECK_FALSE(decode_message(longer).has_value());
  for (const std::uint8_t kind : {std::uint8_t{0}, std::uint8_t{8}, std::uint8_t{255}}) {
    Bytes unknown = good;
    unknown[0] = kind;
    CHECK_FALSE(decode_message(unknown).has_value());
  }
  // A body that announces more than is there, and more than may be.
  Bytes block = encode_message(town.block(2, town.anchor, "body"));
  block[1 + Header::kEncodedBytes] = 0xff;
  CHECK_FALSE(decode_message(block).has_value());
}

TEST_CASE("messages: bodies travel apart from votes", "[consensus][messages]") {
  const Genesis town{4};
  const Block block = town.block(2, town.anchor, "body");
  CHECK(lane_of(block) == Lane::bulk);
  CHECK(lane_of(Response{1, block}) == Lane::bulk);
  CHECK(lane_of(Response{1, Absent{}}) == Lane::consensus);
  CHECK(lane_of(town.proposal(block)) == Lane::consensus);
  CHECK(message_bytes_max(Lane::consensus) < message_bytes_max(Lane::bulk));
}

namespace {
class KeyChecker final : public Checker {
 public:
  using Checker::Checker;

 protected:
  [[nodiscard]] bool is_body_of(const Header&, const Bytes&) const override { return true; }
};
}  // namespace

TEST_CASE("checker: real keys sign what the checker takes", "[consensus][messages]") {
  REQUIRE(initialize_crypto());
  std::vector<KeyPair> keys;
  for (int i = 0; i < 4; ++i) keys.push_back(KeyPair::generate());
  std::sort(keys.begin(), keys.end(), [](const KeyPair& one, const KeyPair& other) {
    return one.public_key() < other.public_key();
  });
  chain::ValidatorSet set;
  for (const KeyPair& key : keys) set.keys.push_back(key.public_key());
  const chain::EpochContext context{};
  const KeyChecker checker{context, set};
  const chain::Ballot ballot{VoteKind::nullify, View{3}, {}};
  Certificate certificate{context.epoch, ballot, 0b1101, {}};
  for (const auto index : std::array<std::uint8_t, 3>{0, 2, 3}) {
    const KeySigner signer{keys[index].clone()};
    const Vote vote{context.epoch, ballot, ValidatorIndex{index},
                    signer.sign(chain::vote_message(context, ballot))};
    CHECK(checker.check(vote).has_value());
    certificate.signatures.push_back(vote.signature);
  }
  CHECK(checker.check(certificate).has_value());
  CHECK(chain::verify_certificate(context, set, certificate).has_value());
  std::swap(certificate.signatures[0], certificate.signatures[1]);
  CHECK(checker.check(certificate).error() == CheckError::bad_certificate);
}
