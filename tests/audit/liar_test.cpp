#include <catch2/catch.hpp>

#include "node/log/records.h"
#include "tests/audit/story.h"

// What a validator that lies may hand to the council.

using namespace hansatsu;  // NOLINT: a test
using namespace test_audit;
using audit::Fault;
using audit::Report;
using consensus::Record;
using log::test::MemoryDisk;

namespace {

constexpr std::uint64_t kForked = Story::kSetUp + 3;  ///< the first height where two_chains differ

/// Two chains of one charter, each signed by a quorum: more validators lied than may.
std::pair<Story, Story> two_chains() {
  std::pair<Story, Story> chains{Story{4}, Story{4}};
  const auto pay = [](Story& story, std::uint64_t units) {
    const rules::Pay one{Story::kShop, CoinId{0}, Amount::of(units), {}};
    for (int i = 0; i < 3; ++i) story.add({story.town.from(Story::kPayer, one)});
  };
  pay(chains.first, 100);
  pay(chains.second, 90);
  return chains;
}

audit::KnownBlock known_block(const std::vector<Record>& records, std::uint64_t height) {
  const auto& block = std::get<consensus::Block>(records[block_at(records, height)]);
  return {Height{height}, chain::block_id(block.header)};
}

Report audit_knowing(const state::Charter& charter, const std::vector<Record>& records,
                     const audit::Options& options) {
  MemoryDisk disk;
  write_log(disk, charter, records);
  return audit::audit_log(disk, charter, options);
}

Fault fault_of(const Report& report) {
  REQUIRE(report.first_error.has_value());
  CHECK_FALSE(report.conserved == true);
  return report.first_error->fault;
}

/// The log under another charter: its heads say that chain's id, its groups are hashed again.
Report audit_under(const state::Charter& charter, const std::vector<Record>& records) {
  MemoryDisk disk;
  write_log(disk, charter, records);
  return audit_disk(charter, disk);
}

}  // namespace

TEST_CASE("liar: of two chains each is in order, and a block of the other one tells", "[audit]") {
  const auto [shown, hidden] = two_chains();
  const state::Charter& charter = shown.town.charter;
  const auto records = records_of(shown);
  const auto others = records_of(hidden);
  CHECK_FALSE(audit_records(charter, records).first_error.has_value());
  CHECK_FALSE(audit_records(charter, others).first_error.has_value());

  audit::Options options;
  options.known = {known_block(records, kForked), known_block(records, kForked - 1)};
  const Report agreed = audit_knowing(charter, records, options);
  CHECK_FALSE(agreed.first_error.has_value());
  CHECK(agreed.conserved == true);
  options.known = {known_block(others, kForked - 1), known_block(others, kForked + 1)};
  const Report report = audit_knowing(charter, records, options);
  CHECK(fault_of(report) == Fault::other_block);
  CHECK(report.first_error->height == Height{kForked + 1});
  CHECK(report.standing.height == Height{kForked});
  // Both in one log contradict each other.
  auto both = records;
  both.insert(both.end(), others.begin(), others.end());
  CHECK(fault_of(audit_records(charter, both)) == Fault::conflicting_final);
  // And the same genesis under another id is another chain.
  options.known = {{Height{}, known_block(others, kForked).id}};
  CHECK(fault_of(audit_knowing(charter, records, options)) == Fault::other_block);
}

TEST_CASE("liar: a log cut at its end is too short for whoever knows a later block", "[audit]") {
  const Story story;
  const auto records = records_of(story);
  auto cut = records;
  cut.resize(block_at(records, 11));
  audit::Options options;
  CHECK_FALSE(audit_knowing(story.town.charter, cut, options).first_error.has_value());
  options.known = {known_block(records, 12)};
  const Report report = audit_knowing(story.town.charter, cut, options);
  CHECK(fault_of(report) == Fault::too_short);
  CHECK(report.standing.height == Height{10});
}

TEST_CASE("liar: another charter laid beside the log", "[audit]") {
  const Story story;
  const auto records = records_of(story);
  state::Charter other = story.town.charter;
  SECTION("that gives somebody else the office") {
    other.accounts[0].keys[0].key = test_town::key_of(90).public_key();
  }
  SECTION("with other rules") { other.utc_offset.minutes = 0; }
  SECTION("with other validators") {
    for (std::uint32_t i = 1; i < 4; ++i) {
      other.validators[i].key = test_town::key_of(90 + i).public_key();
    }
    std::sort(other.validators.begin(), other.validators.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
  }
  MemoryDisk disk;
  write_log(disk, story.town.charter, records);
  CHECK(fault_of(audit_disk(other, disk)) == Fault::foreign_log);
  // Nobody signed for a chain of that charter.
  const Fault fault = fault_of(audit_under(other, records));
  CHECK((fault == Fault::bad_vote || fault == Fault::foreign_log));
  // Had they, the id that the town published would tell.
  audit::Options options;
  options.chain = state::chain_id(story.town.charter);
  CHECK_FALSE(audit_knowing(story.town.charter, records, options).first_error.has_value());
  CHECK(fault_of(audit_knowing(other, records, options)) == Fault::other_chain);
}

TEST_CASE("liar: a block that keys made final which are not the charter's any more", "[audit]") {
  const Story story;
  auto records = records_of(story);
  auto& last = std::get<chain::Certificate>(records[block_at(records, 12) + 4]);
  const block::Trust trust = block::trust_of(story.town.charter);
  SECTION("under the names of those that are") {
    for (std::uint8_t i = 0; i < 3; ++i) {
      last.signatures[i] =
          chain::sign_vote(trust.context, last.ballot, ValidatorIndex{i}, test_town::key_of(70 + i))
              .signature;
    }
    CHECK(fault_of(audit_records(story.town.charter, records)) == Fault::bad_vote_signature);
  }
  SECTION("under names of their own") {
    last.signers = 0x70;
    CHECK(fault_of(audit_records(story.town.charter, records)) == Fault::not_a_quorum);
  }
  SECTION("with the votes that made it no more than notarized") {
    const auto& notarized = std::get<chain::Certificate>(records[block_at(records, 12) + 2]);
    last.signatures = notarized.signatures;
    CHECK(fault_of(audit_records(story.town.charter, records)) == Fault::bad_vote_signature);
  }
}

TEST_CASE("liar: records twice, or in another order", "[audit]") {
  const Story story;
  const auto records = records_of(story);
  SECTION("twice says no more than once") {
    std::vector<Record> twice;
    for (const Record& record : records) twice.insert(twice.end(), 2, record);
    twice.insert(twice.end(), records.begin(), records.end());
    const Report report = audit_records(story.town.charter, twice);
    CHECK_FALSE(report.first_error.has_value());
    CHECK(report.standing.height == Height{12});
    CHECK(report.standing.transactions == Story::kSetUp + 8);
    CHECK(report.left_behind == 0);
  }
  SECTION("from the newest to the oldest, votes apart, is in order too") {
    auto turned = records;
    std::erase_if(turned, [](const Record& r) { return std::holds_alternative<chain::Vote>(r); });
    std::reverse(turned.begin(), turned.end());
    const Report report = audit_records(story.town.charter, turned);
    CHECK_FALSE(report.first_error.has_value());
    CHECK(report.standing.height == Height{12});
    CHECK(report.conserved == true);
  }
  SECTION("a vote before its block") {
    auto turned = records;
    const std::size_t at = block_at(records, 10);
    std::swap(turned[at], turned[at + 1]);
    CHECK(fault_of(audit_records(story.town.charter, turned)) == Fault::vote_without_block);
  }
  SECTION("a body under another block's header") {
    auto swapped = records;
    std::swap(std::get<consensus::Block>(swapped[block_at(records, 10)]).body,
              std::get<consensus::Block>(swapped[block_at(records, 11)]).body);
    CHECK(fault_of(audit_records(story.town.charter, swapped)) == Fault::transactions_differ);
  }
}

TEST_CASE("liar: lengths that no log has, hashed as its own writer would", "[audit]") {
  const Story story;
  const auto records = records_of(story);
  MemoryDisk disk;
  write_log(disk, story.town.charter, records);
  auto cursor = log::Cursor::from_start(disk);
  REQUIRE(cursor.has_value());
  const auto first = cursor->next();
  REQUIRE((first.has_value() && first->has_value()));
  const log::GroupPlace place = (*first)->place;
  Bytes& segment = disk.files.at(log::segment_name(1)).cached;
  const auto put = [&](std::size_t at, std::uint32_t number) {
    for (std::size_t i = 0; i < 4; ++i) {
      segment[place.offset + at + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
    }
  };
  // As docs/protocol/log.md has it; whoever has the disk has its salt.
  const auto hashed = [&](std::uint8_t role, std::size_t from, std::size_t to) {
    Hasher hasher{HashTag::log_group};
    hasher.add(ByteView{&role, 1});
    hasher.add(identity_of(story.town.charter).salt);
    hasher.add(ByteView{segment}.subspan(place.offset + from, to - from));
    const Hash hash = hasher.finish();
    const std::size_t target = role == 3 ? 56 : 88;
    std::copy(hash.bytes.begin(), hash.bytes.end(),
              segment.begin() + static_cast<std::ptrdiff_t>(place.offset + target));
  };
  SECTION("of a record") { put(log::kGroupHeaderBytes + 1, 0xffff'fff0); }
  SECTION("of a record, a little") {
    put(log::kGroupHeaderBytes + 1, (*first)->end - place.offset);
  }
  SECTION("of a group") { put(16, 0xffff'ffff); }
  SECTION("of a group, within what one may have") { put(16, log::kGroupPayloadMax); }
  SECTION("of the list of records") { put(20, 0xffff'ffff); }
  SECTION("no records") { put(20, 0); }
  hashed(3, log::kGroupHeaderBytes, (*first)->end - place.offset);
  hashed(4, 0, 88);
  const Fault fault = fault_of(audit_disk(story.town.charter, disk));
  CHECK((fault == Fault::group_damaged || fault == Fault::group_gap));
}

TEST_CASE("liar: a head that promises another length than its file has", "[audit]") {
  const Story story{60};
  MemoryDisk disk;
  write_log(disk, story.town.charter, records_of(story));
  Bytes& segment = disk.files.at(log::segment_name(2)).cached;
  auto header = log::decode_segment_header(ByteView{segment}.first(log::kBoundaryBytes));
  REQUIRE(header.has_value());
  SECTION("the longest") { header->bytes = log::kSegmentBytesMax; }
  SECTION("a shorter") { header->bytes -= log::kBoundaryBytes; }
  SECTION("another number") { ++header->number; }
  SECTION("another log's") { header->identity.log_id.bytes[0] ^= 1U; }
  const Bytes head = log::encode_segment_header(*header);
  std::copy(head.begin(), head.end(), segment.begin());
  const Report report = audit_disk(story.town.charter, disk);
  CHECK(fault_of(report) == Fault::segment_damaged);
  CHECK(report.first_error->segment == 2);
}
