#include <catch2/catch.hpp>

#include "tests/audit/story.h"

using namespace hansatsu;  // NOLINT: a test
using namespace test_audit;
using audit::Fault;
using audit::Report;
using consensus::Record;

namespace {

constexpr std::uint64_t kLied = 10;  ///< a height with two payments, and others after it

/// Where the block stands, and nothing after it, nothing before it in doubt.
void check_found(const Report& report, Fault fault, std::uint64_t height) {
  REQUIRE(report.first_error.has_value());
  CAPTURE(audit::name(report.first_error->fault), report.first_error->detail);
  CHECK(report.first_error->fault == fault);
  CHECK(report.first_error->height == Height{height});
  CHECK(report.first_error->segment > 0);
  CHECK(report.standing.height == Height{height - 1});
}

Report audit_with(const std::function<void(chain::Header&)>& lie) {
  const Story story;
  return audit_records(story.town.charter, records_of(story, {{kLied, {lie}}}));
}

}  // namespace

TEST_CASE("audit: a payment that its payer did not sign, and a quorum agreed on", "[audit]") {
  Story story;
  auto& body = story.bodies[kLied - 1];
  body[1] = unsigned_change(story, body[1], &forge_signature);
  const Report report = audit_records(story.town.charter, records_of(story));
  check_found(report, Fault::bad_signature, kLied);
  CHECK(report.first_error->index == std::size_t{1});
}

TEST_CASE("audit: an amount that a quorum changed after it was signed", "[audit]") {
  Story story;
  auto& body = story.bodies[kLied - 1];
  body[0] = unsigned_change(story, body[0], &raise_amount);
  const Report report = audit_records(story.town.charter, records_of(story));
  check_found(report, Fault::bad_signature, kLied);
  CHECK(report.first_error->index == std::size_t{0});
}

TEST_CASE("audit: of many bad signatures the first is told, whatever the threads do", "[audit]") {
  Story story{40};
  for (std::size_t height = story.bodies.size(); height >= kLied; --height) {
    auto& body = story.bodies[height - 1];
    body[1] = unsigned_change(story, body[1], &forge_signature);
  }
  log::test::MemoryDisk disk;
  write_log(disk, story.town.charter, records_of(story));
  for (std::uint32_t threads = 1; threads <= 8; ++threads) {
    const Report report = audit_disk(story.town.charter, disk, threads);
    check_found(report, Fault::bad_signature, kLied);
    CHECK(report.standing.transactions == Story::kSetUp + 2);
  }
}

TEST_CASE("audit: a co-signature counts like a signature", "[audit]") {
  Story story{0};
  block::UnsignedTransaction pay = story.town.unsigned_from(Story::kPayer, rules::SetReceive{true});
  pay.cosigners.push_back({AccountId{4}, 0, 1});
  story.add({story.town.sign(pay, {3, 4})});
  CHECK_FALSE(audit_records(story.town.charter, records_of(story)).first_error.has_value());
  auto& body = story.bodies.back();
  body[0] = unsigned_change(story, body[0], [](block::Transaction& transaction) {
    transaction.cosignatures[0].bytes[3] ^= 1U;
  });
  const Report report = audit_records(story.town.charter, records_of(story));
  check_found(report, Fault::bad_signature, Story::kSetUp + 1);
}

TEST_CASE("audit: outcomes, states and transactions that a quorum made up", "[audit]") {
  check_found(audit_with([](auto& header) { header.outcomes_root.bytes[0] ^= 1U; }),
              Fault::outcomes_differ, kLied);
  check_found(audit_with([](auto& header) { header.state_root.bytes[0] ^= 1U; }),
              Fault::state_differs, kLied);
  check_found(audit_with([](auto& header) { header.transactions_root.bytes[0] ^= 1U; }),
              Fault::transactions_differ, kLied);
  check_found(audit_with([](auto& header) { header.evidence_root.bytes[0] ^= 1U; }),
              Fault::bad_evidence, kLied);
  check_found(audit_with([](auto& header) { header.flags |= chain::kFlagEmpty; }), Fault::bad_body,
              kLied);
}

TEST_CASE("audit: the outcome of one block swapped with another's", "[audit]") {
  const Story story;
  const auto honest = records_of(story);
  const Hash other =
      std::get<consensus::Block>(honest[block_at(honest, kLied + 1)]).header.outcomes_root;
  const auto lied =
      records_of(story, {{kLied, {[&](chain::Header& header) { header.outcomes_root = other; }}}});
  check_found(audit_records(story.town.charter, lied), Fault::outcomes_differ, kLied);
}

TEST_CASE("audit: each field of a header is held against its parent and the charter", "[audit]") {
  const auto field = [](const std::function<void(chain::Header&)>& lie) {
    const Report report = audit_with(lie);
    REQUIRE(report.first_error.has_value());
    CHECK(report.first_error->fault == Fault::bad_header);
    CHECK(report.standing.height == Height{kLied - 1});
    return report.first_error->detail;
  };
  CHECK(field([](auto& h) { h.chain_id.bytes[0] ^= 1U; }) == "chain_id");
  CHECK(field([](auto& h) { h.epoch = Epoch{1}; }) == "epoch");
  CHECK(field([](auto& h) { h.parent_view = View{kLied}; }) == "parent_view");
  CHECK(field([](auto& h) { h.content_parent_id.bytes[0] ^= 1U; }) == "content_parent_id");
  CHECK(field([](auto& h) { h.time.raw -= 1'000; }) == "time");
  CHECK(field([](auto& h) { h.proposer.raw ^= 1U; }) == "proposer");
  CHECK(field([](auto& h) { h.validator_set_hash.bytes[0] ^= 1U; }) == "validator_set_hash");
  CHECK(field([](auto& h) { h.next_set_hash.bytes[0] ^= 1U; }) == "next_set_hash");
  CHECK(field([](auto& h) { ++h.height.raw; }) == "height");
}

TEST_CASE("audit: a final block that does not build on the final one before it", "[audit]") {
  const Report report = audit_with([](auto& header) { header.parent_id.bytes[0] ^= 1U; });
  REQUIRE(report.first_error.has_value());
  CHECK(report.first_error->fault == Fault::conflicting_final);
  CHECK(report.standing.height == Height{kLied - 1});
}

TEST_CASE("audit: two FINALIZATIONs that contradict each other", "[audit]") {
  const Story story;
  auto records = records_of(story);
  const Hash other = hash(HashTag::demo, as_bytes("another block"));
  records.emplace_back(
      certify(story.town.charter, {chain::VoteKind::finalize, View{kLied}, other}));
  const Report report = audit_records(story.town.charter, records);
  REQUIRE(report.first_error.has_value());
  CHECK(report.first_error->fault == Fault::conflicting_final);
  CHECK(report.first_error->view == View{kLied});
}

TEST_CASE("audit: a FINALIZATION of a block that nobody has, passed over by those after it",
          "[audit]") {
  const Story story;
  // The chain goes from view 10 to view 12, and yet a quorum made another block final in 11.
  auto records = records_of(story, {{11, {[](chain::Header& header) { header.view = View{12}; }}}});
  const Hash nobodys = hash(HashTag::demo, as_bytes("nobody's block"));
  records.insert(records.begin(),
                 certify(story.town.charter, {chain::VoteKind::finalize, View{11}, nobodys}));
  const Report report = audit_records(story.town.charter, records);
  REQUIRE(report.first_error.has_value());
  CHECK(report.first_error->fault == Fault::conflicting_final);
  CHECK(report.first_error->view == View{11});
  CHECK(report.standing.height == Height{10});
}

TEST_CASE("audit: a certificate short of a quorum, doubled, or with one forged vote", "[audit]") {
  const Story story;
  const auto spoiled = [&](const std::function<void(chain::Certificate&)>& spoil) {
    auto records = records_of(story);
    const std::size_t at = block_at(records, kLied) + 4;
    spoil(std::get<chain::Certificate>(records[at]));
    return audit_records(story.town.charter, records);
  };
  const auto found = [&](const std::function<void(chain::Certificate&)>& spoil) {
    const Report report = spoiled(spoil);
    REQUIRE(report.first_error.has_value());
    CHECK(report.first_error->view == View{kLied});
    CHECK(report.standing.height == Height{kLied - 1});
    return report.first_error->fault;
  };
  CHECK(found([](auto& c) {
          c.signers = 3;
          c.signatures.pop_back();
        }) == Fault::not_a_quorum);
  CHECK(found([](auto& c) { c.signers = 0x13; }) == Fault::not_a_quorum);
  CHECK(found([](auto& c) { c.epoch = Epoch{1}; }) == Fault::not_a_quorum);
  CHECK(found([](auto& c) { c.signatures[2].bytes[9] ^= 1U; }) == Fault::bad_vote_signature);
  // The right votes under another's name.
  CHECK(found([](auto& c) { c.signers = 0xd; }) == Fault::bad_vote_signature);
}

TEST_CASE("audit: a validator's own votes are its own, and of blocks it has", "[audit]") {
  const Story story;
  const auto found = [&](const std::function<void(chain::Vote&)>& spoil) {
    auto records = records_of(story);
    spoil(std::get<chain::Vote>(records[block_at(records, kLied) + 1]));
    const Report report = audit_records(story.town.charter, records);
    REQUIRE(report.first_error.has_value());
    return report.first_error->fault;
  };
  CHECK(found([](auto& v) { v.signature.bytes[1] ^= 1U; }) == Fault::bad_vote);
  CHECK(found([](auto& v) { v.signer = ValidatorIndex{1}; }) == Fault::bad_vote);
  CHECK(found([&](auto& v) {
          v = vote(story.town.charter, {chain::VoteKind::notarize, View{90}, v.ballot.block_id});
        }) == Fault::vote_without_block);
}

TEST_CASE("audit: a body changed on one disk, its checksums made good", "[audit]") {
  const Story story;
  const auto& honest = story.bodies[kLied - 1];
  const auto records = records_of(story);
  SECTION("another amount: the transaction is named by its signature") {
    const auto changed = unsigned_change(story, honest[1], &raise_amount);
    const Report report =
        audit_records(story.town.charter, with_body(records, kLied, {honest[0], changed}));
    check_found(report, Fault::transactions_differ, kLied);
    CHECK(report.first_error->index == std::size_t{1});
  }
  SECTION("two payments swapped") {
    check_found(
        audit_records(story.town.charter, with_body(records, kLied, {honest[1], honest[0]})),
        Fault::transactions_differ, kLied);
  }
  SECTION("one payment taken out, or one of later put in") {
    check_found(audit_records(story.town.charter, with_body(records, kLied, {honest[0]})),
                Fault::transactions_differ, kLied);
    check_found(
        audit_records(story.town.charter,
                      with_body(records, kLied, {honest[0], honest[1], story.bodies[kLied][0]})),
        Fault::transactions_differ, kLied);
  }
  SECTION("no body at all") {
    auto cut = records;
    std::get<consensus::Block>(cut[block_at(cut, kLied)]).body =
        std::make_shared<const Bytes>(Bytes{1, 2, 3});
    check_found(audit_records(story.town.charter, cut), Fault::bad_body, kLied);
  }
}

TEST_CASE("audit: a header changed on one disk is no longer the block that was agreed on",
          "[audit]") {
  const Story story;
  for (const std::uint64_t height : {std::uint64_t{1}, kLied, std::uint64_t{12}}) {
    auto records = records_of(story);
    std::get<consensus::Block>(records[block_at(records, height)]).header.state_root.bytes[5] ^= 1U;
    check_found(audit_records(story.town.charter, records), Fault::block_altered, height);
    // Without the validator's own votes only the certificates tell.
    std::erase_if(records, [](const Record& r) { return std::holds_alternative<chain::Vote>(r); });
    check_found(audit_records(story.town.charter, records), Fault::block_altered, height);
  }
}

TEST_CASE("audit: a transaction that may not be in its block", "[audit]") {
  Story story;
  auto& body = story.bodies[kLied - 1];
  auto records = records_of(story);
  // The same payment twice, agreed on by a quorum that says what an honest one would of the first.
  block::Body twice;
  twice.transactions = {body[0], body[0]};
  std::vector<Record> lied(records.begin(),
                           records.begin() + static_cast<std::ptrdiff_t>(block_at(records, kLied)));
  auto block = std::get<consensus::Block>(records[block_at(records, kLied)]);
  block.header.transactions_root = block::transactions_root(twice);
  block.body = std::make_shared<const Bytes>(block::encode_body(twice));
  const Hash id = chain::block_id(block.header);
  lied.emplace_back(block);
  lied.emplace_back(
      certify(story.town.charter, {chain::VoteKind::finalize, block.header.view, id}));
  const Report report = audit_records(story.town.charter, lied);
  check_found(report, Fault::inadmissible, kLied);
  CHECK(report.first_error->index == std::size_t{1});
  CHECK(report.first_error->detail == rules::code_text(rules::Refusal::sequence_used));
}
