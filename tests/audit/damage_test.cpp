#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "node/log/posix_disk.h"
#include "node/log/records.h"
#include "tests/audit/story.h"

using namespace hansatsu;  // NOLINT: a test
using namespace test_audit;
using audit::Fault;
using audit::Report;
using log::test::MemoryDisk;

namespace {

struct Written {
  explicit Written(std::size_t payments = 60) : story{payments} {
    write_log(disk, story.town.charter, records_of(story));
  }
  Report audit() { return audit_disk(story.town.charter, disk); }
  Fault fault() {
    const Report report = audit();
    REQUIRE(report.first_error.has_value());
    return report.first_error->fault;
  }
  Bytes& segment(std::uint32_t number) { return disk.files.at(log::segment_name(number)).cached; }
  std::uint32_t segments() {
    const auto count = log::count_segments(disk);
    REQUIRE(count.has_value());
    return *count;
  }
  /// Places of all groups.
  std::vector<log::GroupPlace> groups() {
    std::vector<log::GroupPlace> places;
    auto cursor = log::Cursor::from_start(disk);
    REQUIRE(cursor.has_value());
    for (;;) {
      const auto group = cursor->next();
      REQUIRE(group.has_value());
      if (!*group) return places;
      places.push_back((*group)->place);
    }
  }

  Story story;
  MemoryDisk disk;
};

}  // namespace

TEST_CASE("audit: a file of the log that is gone, cut, or has a spoiled head", "[audit]") {
  Written log;
  REQUIRE(log.segments() >= 3);
  CHECK_FALSE(log.audit().first_error.has_value());
  SECTION("gone from the middle") {
    log.disk.files.erase(log::segment_name(2));
    const Report report = log.audit();
    REQUIRE(report.first_error.has_value());
    CHECK(report.first_error->fault == Fault::segment_missing);
    CHECK(report.first_error->segment == 2);
  }
  SECTION("the first one gone") {
    log.disk.files.erase(log::segment_name(1));
    CHECK(log.fault() == Fault::segment_missing);
  }
  SECTION("cut short") {
    log.segment(2).resize(log.segment(2).size() - log::kBoundaryBytes);
    CHECK(log.fault() == Fault::segment_damaged);
  }
  SECTION("a spoiled head") {
    log.segment(2)[20] ^= 1U;
    CHECK(log.fault() == Fault::segment_damaged);
  }
  SECTION("none at all") {
    log.disk.files.clear();
    CHECK(log.fault() == Fault::log_missing);
  }
}

TEST_CASE("audit: groups that are damaged, cut out, or put in from elsewhere", "[audit]") {
  Written log;
  const auto groups = log.groups();
  const log::GroupPlace bad = groups[20];
  Bytes& segment = log.segment(bad.segment);
  const auto at = segment.begin() + bad.offset;
  SECTION("one byte flipped") {
    segment[bad.offset + 200] ^= 1U;
    const Report report = log.audit();
    REQUIRE(report.first_error.has_value());
    CHECK(report.first_error->fault == Fault::group_damaged);
    CHECK(report.first_error->segment == bad.segment);
    CHECK(report.first_error->offset == bad.offset);
    CHECK(report.standing.height == Height{10});
  }
  SECTION("the next group moved over it") {
    REQUIRE(groups[21].segment == bad.segment);
    std::copy(segment.begin() + groups[21].offset, segment.end(), at);
    CHECK(log.fault() == Fault::group_gap);
  }
  SECTION("the rest of a file wiped") {
    std::fill(at, segment.end(), std::uint8_t{0});
    const Report report = log.audit();
    REQUIRE(report.first_error.has_value());
    CHECK(report.first_error->fault == Fault::group_gap);
    CHECK(report.first_error->segment == bad.segment + 1);
  }
}

TEST_CASE("audit: a log that ends in an unfinished write is lawful and said", "[audit]") {
  Written log{20};
  const auto groups = log.groups();
  const log::GroupPlace last = groups.back();
  const Report whole = log.audit();
  CHECK_FALSE(whole.is_torn);
  log.segment(last.segment)[last.offset + 130] ^= 1U;
  const Report torn = log.audit();
  CHECK_FALSE(torn.first_error.has_value());
  CHECK(torn.is_torn);
  CHECK(torn.offset == last.offset);
  // Its certificate was in that group.
  CHECK(torn.standing.height.raw + 1 == whole.standing.height.raw);
  CHECK(torn.not_final_yet == 1);
}

TEST_CASE("audit: a log that ends early is only as high as it is", "[audit]") {
  Written log{20};
  const Report whole = log.audit();
  audit::Options options;
  options.height_min = whole.standing.height;
  const Report enough = audit::audit_log(log.disk, log.story.town.charter, options);
  CHECK_FALSE(enough.first_error.has_value());
  CHECK(enough.conserved == true);
  options.height_min = next(whole.standing.height);
  const Report short_one = audit::audit_log(log.disk, log.story.town.charter, options);
  REQUIRE(short_one.first_error.has_value());
  CHECK(short_one.first_error->fault == Fault::too_short);
  // Nobody saw the books of what should follow.
  CHECK_FALSE(short_one.conserved.has_value());
}

TEST_CASE("audit: records taken out of the log, its groups made anew", "[audit]") {
  const Story story;
  const auto records = records_of(story);
  const auto without = [&](std::size_t at, std::size_t count) {
    auto cut = records;
    cut.erase(cut.begin() + static_cast<std::ptrdiff_t>(at),
              cut.begin() + static_cast<std::ptrdiff_t>(at + count));
    return audit_records(story.town.charter, cut);
  };
  SECTION("a block: its own vote tells") {
    const Report report = without(block_at(records, 10), 1);
    REQUIRE(report.first_error.has_value());
    CHECK(report.first_error->fault == Fault::vote_without_block);
    CHECK(report.standing.height == Height{9});
  }
  SECTION("a block with all that was said of it") {
    const Report report = without(block_at(records, 10), 5);
    REQUIRE(report.first_error.has_value());
    CHECK(report.standing.height == Height{9});
    CHECK(report.first_error->fault == Fault::block_missing);
    CHECK(report.first_error->height == Height{10});
  }
  SECTION("certificates: what they made final is final by those that follow") {
    const Report report = without(block_at(records, 10) + 4, 1);
    CHECK_FALSE(report.first_error.has_value());
    CHECK(report.standing.height == Height{12});
  }
  SECTION("a record of no known kind") {
    MemoryDisk disk;
    write_log(disk, story.town.charter, records);
    auto log = log::Log::open(
        disk, {state::chain_id(story.town.charter), story.town.charter.validators[0].key},
        kSmallSegments);
    REQUIRE(log.has_value());
    const log::Record unknown{9, {1, 2, 3}};
    REQUIRE(log->append(std::span{&unknown, 1}).has_value());
    const Report report = audit_disk(story.town.charter, disk);
    REQUIRE(report.first_error.has_value());
    CHECK(report.first_error->fault == Fault::record_malformed);
    CHECK(report.standing.height == Height{12});
  }
}

TEST_CASE("audit: a charter that is not the log's, or does not name its validator", "[audit]") {
  Written log{2};
  state::Charter other = log.story.town.charter;
  other.chain_name.text = "another town";
  const Report report = audit_disk(other, log.disk);
  REQUIRE(report.first_error.has_value());
  CHECK(report.first_error->fault == Fault::foreign_log);

  MemoryDisk strange;
  log::Identity identity = identity_of(log.story.town.charter);
  identity.validator = test_town::key_of(99).public_key();
  REQUIRE(log::Log::create(strange, identity, kSmallSegments).has_value());
  const Report unknown = audit_disk(log.story.town.charter, strange);
  REQUIRE(unknown.first_error.has_value());
  CHECK(unknown.first_error->fault == Fault::foreign_log);
}

TEST_CASE("audit: a log while its validator writes it", "[audit]") {
  const Story story{60};
  const auto records = records_of(story);
  const auto folder =
      std::filesystem::temp_directory_path() /
      ("hansatsu-audit-" +
       std::to_string(std::filesystem::hash_value(std::filesystem::current_path())));
  std::filesystem::remove_all(folder);
  auto disk = log::PosixDisk::open_folder(folder.string(), log::PosixDisk::Access::read_write);
  REQUIRE(disk.has_value());
  auto log = log::Log::create(*disk, identity_of(story.town.charter), kSmallSegments);
  REQUIRE(log.has_value());
  std::atomic<bool> failed = false;
  std::thread writer{[&] {
    for (const consensus::Record& record : records) {
      const log::Record one = log::to_record(record);
      if (!log->append(std::span{&one, 1})) failed = true;
    }
  }};
  auto reader = log::PosixDisk::open_folder(folder.string(), log::PosixDisk::Access::read_only);
  const Height last{story.bodies.size()};
  Height seen;
  std::size_t faults = 0;
  while (seen < last && faults == 0 && !failed) {
    const Report report = audit_disk(story.town.charter, *reader);
    if (report.first_error) ++faults;
    if (report.standing.height < seen) ++faults;
    seen = report.standing.height;
  }
  writer.join();
  CHECK_FALSE(failed);
  CHECK(faults == 0);
  CHECK(audit_disk(story.town.charter, *reader).standing.height == last);
  std::filesystem::remove_all(folder);
}
