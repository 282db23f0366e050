#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "node/log/records.h"
#include "tests/audit/story.h"
#include "wallet/audit/final_chain.h"

using namespace hansatsu;  // NOLINT: a test
using namespace test_audit;
using audit::Fault;
using audit::Report;
using consensus::Record;

TEST_CASE("audit: an honest log is in order from genesis to its end", "[audit]") {
  const Story story{20};
  const Report report = audit_records(story.town.charter, records_of(story));
  CHECK_FALSE(report.first_error.has_value());
  CHECK(report.standing.height == Height{Story::kSetUp + 10});
  CHECK(report.standing.transactions == Story::kSetUp + 20);
  CHECK(report.standing.refused == 1);
  CHECK(report.standing.accounts == 6);
  // One a transaction; by block two own votes and two quorums of three.
  CHECK(report.signatures == Story::kSetUp + 20 + (Story::kSetUp + 10) * 8);
  CHECK(report.left_behind == 0);
  CHECK(report.not_final_yet == 0);
  CHECK_FALSE(report.is_torn);
  REQUIRE(report.coins.size() == 1);
  CHECK(report.coins[0].sums.issued == Amount::of(20'000));
  CHECK(report.coins[0].sums.held == Amount::of(18'000));
  CHECK(report.coins[0].sums.takings == Amount::of(2'000));
}

TEST_CASE("audit: who waits is told how far it has read, up to the end", "[audit]") {
  const Story story{20};
  log::test::MemoryDisk disk;
  write_log(disk, story.town.charter, records_of(story));
  std::vector<std::uint64_t> told;
  audit::Options options;
  options.on_progress = [&told](std::uint64_t bytes) { told.push_back(bytes); };
  const Report report = audit::audit_log(disk, story.town.charter, options);
  REQUIRE_FALSE(report.first_error.has_value());
  REQUIRE(report.segment > 1);
  CHECK(told.size() == 2 * story.bodies.size());  // each group, of which a block has two
  CHECK(std::is_sorted(told.begin(), told.end()));
  CHECK(told.back() == (report.segment - 1) * kSmallSegments.segment_bytes + report.offset);
}

TEST_CASE("audit: a log that holds nothing yet is in order, at genesis", "[audit]") {
  const Story story{0};
  const Report report = audit_records(story.town.charter, {});
  CHECK_FALSE(report.first_error.has_value());
  CHECK(report.standing.height == Height{});
  CHECK(report.standing.accounts == 3);
}

TEST_CASE("audit: each code and name is its own, and in the council's page", "[audit]") {
  std::ifstream file{std::string{HANSATSU_SOURCE_DIR} + "/docs/audit.md"};
  const std::string page{std::istreambuf_iterator<char>{file}, {}};
  std::set<std::string> seen;
  for (std::uint8_t i = 1; i <= 30; ++i) {
    const auto fault = static_cast<Fault>(i);
    CHECK_FALSE(audit::name(fault).empty());
    const std::string row = "| " + audit::code(fault) + " | " + std::string{audit::name(fault)};
    CAPTURE(row);
    CHECK(page.find(row) != std::string::npos);
    seen.insert(std::string{audit::name(fault)});
    seen.insert(audit::code(fault));
  }
  CHECK(seen.size() == 60);
  CHECK(audit::code(Fault::bad_signature) == "E-AUD-23");
}

TEST_CASE("audit: blocks that were left behind count for nothing", "[audit]") {
  const Story story;
  auto records = records_of(story);
  // A rival of height 11 in a view that was nullified, written before the one that became final.
  const std::size_t at = block_at(records, 11);
  auto rival = std::get<consensus::Block>(records[at]);
  auto later = rival;
  SECTION("in the same view, as an equivocating leader makes them") {
    rival.header.state_root.bytes[0] ^= 1U;
    records.insert(records.begin() + static_cast<std::ptrdiff_t>(at), rival);
    const Report report = audit_records(story.town.charter, records);
    CHECK_FALSE(report.first_error.has_value());
    CHECK(report.standing.height == Height{12});
    CHECK(report.left_behind == 1);
  }
  SECTION("above the last final one") {
    rival.header = std::get<consensus::Block>(records[block_at(records, 12)]).header;
    rival.header.parent_id = chain::block_id(rival.header);
    rival.header.view = View{13};
    rival.header.height = Height{13};
    records.emplace_back(rival);
    const Report report = audit_records(story.town.charter, records);
    CHECK_FALSE(report.first_error.has_value());
    CHECK(report.standing.height == Height{12});
    CHECK(report.not_final_yet == 1);
  }
}

TEST_CASE("audit: the log of a validator that was behind has its proof before its blocks",
          "[audit]") {
  const Story story{20};
  auto records = records_of(story);
  const auto finalization = records.back();
  std::erase_if(records,
                [](const Record& r) { return !std::holds_alternative<consensus::Block>(r); });
  records.insert(records.begin(), finalization);
  const Report report = audit_records(story.town.charter, records);
  CHECK_FALSE(report.first_error.has_value());
  CHECK(report.standing.height == Height{Story::kSetUp + 10});
  SECTION("and while its blocks are missing it only promises them") {
    records.pop_back();
    const Report early = audit_records(story.town.charter, records);
    CHECK_FALSE(early.first_error.has_value());
    CHECK(early.standing.height == Height{});
    CHECK(early.awaited == 1);
    CHECK(early.not_final_yet == Story::kSetUp + 9);
  }
  SECTION("but a hole below what is there is a fault") {
    records.erase(records.begin() + 4);  // height 4
    const Report holed = audit_records(story.town.charter, records);
    REQUIRE(holed.first_error.has_value());
    CHECK(holed.first_error->fault == Fault::block_missing);
    CHECK(holed.first_error->height == Height{4});
  }
}

TEST_CASE("audit: final through a descendant", "[audit]") {
  const Story story{20};
  auto records = records_of(story);
  // Certificates of every third block only.
  std::erase_if(records, [](const Record& record) {
    const auto* certificate = std::get_if<chain::Certificate>(&record);
    return certificate != nullptr && certificate->ballot.view.raw % 3 != 0;
  });
  const Report report = audit_records(story.town.charter, records);
  CHECK_FALSE(report.first_error.has_value());
  CHECK(report.standing.height == Height{Story::kSetUp + 10});
}

TEST_CASE("audit: evidence in a block must accuse", "[audit]") {
  const Story story;
  auto records = records_of(story);
  records.resize(block_at(records, 10));
  const auto with_evidence = [&](const chain::Vote& first, const chain::Vote& second) {
    const auto honest = records_of(story);
    auto block = std::get<consensus::Block>(honest[block_at(honest, 10)]);
    block::Body body;
    body.transactions = story.bodies[9];
    const Bytes bytes = encode(chain::VotePair{first, second});
    block::Evidence evidence;
    evidence.assign(bytes.begin(), bytes.end());
    body.evidence.push_back(evidence);
    block.header.evidence_root = block::evidence_root(body);
    block.body = std::make_shared<const Bytes>(block::encode_body(body));
    const Hash id = chain::block_id(block.header);
    auto all = records;
    all.emplace_back(block);
    all.emplace_back(
        certify(story.town.charter, {chain::VoteKind::finalize, block.header.view, id}));
    return audit_records(story.town.charter, all);
  };
  const auto ballot = [](std::string_view block) {
    return chain::Ballot{chain::VoteKind::notarize, View{3}, hash(HashTag::demo, as_bytes(block))};
  };
  const chain::Vote one = vote(story.town.charter, ballot("one"));
  chain::Vote other = vote(story.town.charter, ballot("other"));
  const Report good = with_evidence(one, other);
  CHECK_FALSE(good.first_error.has_value());
  CHECK(good.standing.height == Height{10});
  CHECK(with_evidence(one, one).first_error->fault == Fault::bad_evidence);
  other.signature.bytes[7] ^= 1U;
  CHECK(with_evidence(one, other).first_error->fault == Fault::bad_evidence);
}

TEST_CASE("audit: keys that take each other's place are told apart", "[audit]") {
  audit::KeyCache cache;
  const Hash message = hash(HashTag::demo, as_bytes("message"));
  const KeyPair one = KeyPair::generate();
  PublicKey near = one.public_key();
  PublicKey none;  // the place of both, and no point of the curve
  do {
    ++near.bytes[31];
    if (!is_valid_key(near)) none = near;
  } while (!is_valid_key(near) || none == PublicKey{});
  const Signature good = one.sign(message);
  Signature bad = good;
  bad.bytes[3] ^= 1U;
  for (int round = 0; round < 3; ++round) {
    CHECK(cache.verify(one.public_key(), message, good));
    CHECK_FALSE(cache.verify(one.public_key(), message, bad));
    CHECK_FALSE(cache.verify(near, message, good));
    CHECK_FALSE(cache.verify(none, message, good));
    CHECK_FALSE(cache.verify(none, message, good));
  }
}

TEST_CASE("audit: blocks too many to be kept while they wait are read again", "[audit]") {
  const Story story{20};
  const auto records = records_of(story);
  const block::Trust trust = block::trust_of(story.town.charter);
  audit::FinalChain chain{
      trust,
      block::genesis_header(story.town.charter, state::genesis_state(story.town.charter).root())};
  const audit::BodyRules rules{trust.context.chain_id, story.town.charter.limits};
  std::uint32_t record = 0;
  for (const Record& one : records) {
    if (!std::holds_alternative<consensus::Block>(one)) continue;
    auto read = audit::read_record(rules, log::to_record(one), {1, 512, record++});
    REQUIRE(read.has_value());
    auto block = std::get<audit::ReadBlock>(std::move(read->content));
    // As if each were as large as a third of what is kept.
    block.bytes = audit::FinalChain::kLoadedBytes / 3;
    REQUIRE_FALSE(chain.add(read->place, std::move(block)).has_value());
  }
  const auto& last = std::get<chain::Certificate>(records.back());
  REQUIRE_FALSE(chain.add({1, 512, record}, last).has_value());
  for (std::uint32_t i = 0; i < record; ++i) {
    auto next = chain.next();
    REQUIRE(next.has_value());
    REQUIRE(next->has_value());
    CHECK((*next)->place.record == i);
    CHECK((*next)->block.has_value() == (i < 3));
    const auto& header = std::get<consensus::Block>(records[i * 5]).header;
    CHECK_FALSE(chain.check((*next)->place, header).has_value());
    CHECK_FALSE(chain.advance(header).has_value());
  }
  CHECK(chain.last().height == Height{record});
}
