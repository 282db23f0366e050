#include <catch2/catch.hpp>

#include "tests/log/fixture.h"

using namespace hansatsu;
using namespace hansatsu::log;
using namespace hansatsu::log::test;

TEST_CASE("log: what is read again equals what was written, over many segments", "[log]") {
  MemoryDisk disk;
  Log log = create_log(disk);
  const Groups groups = sample_groups(200, 3000);
  const auto places = append_all(log, groups);
  CHECK(read_all(disk) == groups);
  CHECK(places.back().segment > 20);
  CHECK(places.back() == log.last());

  const auto again = Log::open(disk, kOwner, kSmall);
  REQUIRE(again);
  CHECK(again->last() == places.back());
  CHECK(read_all(disk) == groups);
}

TEST_CASE("log: a group costs one write and one sync, in this order", "[log]") {
  MemoryDisk disk;
  Log log = create_log(disk);
  disk.journal.clear();
  append_all(log, sample_groups(3, 100));
  const std::string name = segment_name(1);
  CHECK(disk.journal ==
        Journal{"w " + name, "s " + name, "w " + name, "s " + name, "w " + name, "s " + name});
}

TEST_CASE("log: rolling into a prepared segment costs no more than any group", "[log]") {
  MemoryDisk disk;
  const Options options{.segment_bytes = 2 * kPrepareBytes};
  Log log = create_log(disk, options);
  int steps = 0;
  for (bool ready = false; !ready; ++steps) {
    const auto step = log.prepare_step();
    REQUIRE(step);
    ready = *step;
  }
  CHECK(steps == 2);
  const std::vector<Record> large{Record{1, Bytes(kPrepareBytes, 7)}};
  REQUIRE(log.append(large));
  disk.journal.clear();
  const auto place = log.append(large);
  REQUIRE(place);
  CHECK(place->segment == 2);
  CHECK(disk.journal == Journal{"w " + segment_name(2), "s " + segment_name(2)});
}

TEST_CASE("log: a segment is zeroed and synced before it has a name", "[log]") {
  MemoryDisk disk;
  const Options options{.segment_bytes = 4 * kPrepareBytes};
  Log log = create_log(disk, options);
  append_all(log, sample_groups(2));
  const auto step = log.prepare_step();
  REQUIRE(step);
  REQUIRE_FALSE(*step);
  disk.cut_power([](const std::string&, std::size_t) { return false; });
  REQUIRE_FALSE(disk.files.contains(segment_name(2)));
  auto again = Log::open(disk, kOwner, options);
  REQUIRE(again);
  for (bool ready = false; !ready;) ready = *again->prepare_step();
  const MemoryFile& made = disk.files.at(segment_name(2));
  CHECK(made.durable.size() == options.segment_bytes);
  CHECK(made.durable == made.cached);
}

TEST_CASE("log: after a failed sync nothing is ever written again", "[log]") {
  MemoryDisk disk;
  Log log = create_log(disk);
  const Groups groups = sample_groups(3);
  REQUIRE(log.append(groups[0]));
  disk.syncs_until_failure = 0;
  const auto failed = log.append(groups[1]);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().fault == LogFault::io);
  disk.syncs_until_failure = -1;
  disk.journal.clear();
  const auto refused = log.append(groups[2]);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().fault == LogFault::halted);
  const auto step = log.prepare_step();
  REQUIRE_FALSE(step);
  CHECK(step.error().fault == LogFault::halted);
  CHECK(log.has_halted());
  CHECK(disk.journal.empty());
}

TEST_CASE("log: after a failed write, a full disk included, the log has halted", "[log]") {
  MemoryDisk disk;
  Log log = create_log(disk);
  const bool while_preparing = GENERATE(false, true);
  disk.writes_until_failure = 0;
  if (while_preparing) {
    const auto step = log.prepare_step();
    REQUIRE_FALSE(step);
    CHECK(step.error().fault == LogFault::full);
  } else {
    const auto failed = log.append(sample_groups(1)[0]);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().fault == LogFault::full);
  }
  disk.writes_until_failure = -1;
  const auto refused = log.append(sample_groups(1)[0]);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().fault == LogFault::halted);
}

TEST_CASE("log: a group too large for a segment is refused and harms nothing", "[log]") {
  MemoryDisk disk;
  Log log = create_log(disk);
  const Groups groups = sample_groups(2);
  REQUIRE(log.append(groups[0]));
  const std::vector<Record> large{Record{1, Bytes(kSmall.segment_bytes, 1)}};
  const auto refused = log.append(large);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().fault == LogFault::too_large);
  REQUIRE(log.append(groups[1]));
  CHECK(read_all(disk) == groups);
  const std::vector<Record> huge{Record{1, Bytes(kGroupPayloadMax, 1)}};
  CHECK(log.append(huge).error().fault == LogFault::too_large);
}

TEST_CASE("log: the largest group of a segment fills it to the last byte", "[log]") {
  MemoryDisk disk;
  Log log = create_log(disk);
  const std::size_t room =
      kSmall.segment_bytes - kBoundaryBytes - kGroupHeaderBytes - kRecordHeaderBytes;
  const Groups groups(3, {Record{9, Bytes(room, 5)}});
  const auto places = append_all(log, groups);
  CHECK(places[2].segment == 3);
  CHECK(read_all(disk) == groups);
  REQUIRE(Log::open(disk, kOwner, kSmall));
  CHECK(read_all(disk) == groups);
}

TEST_CASE("log: a log is made once, and only its own validator's is opened", "[log]") {
  MemoryDisk disk;
  CHECK(Log::open(disk, kOwner, kSmall).error().fault == LogFault::missing);
  (void)create_log(disk);
  CHECK(Log::create(disk, kIdentity, kSmall).error().fault == LogFault::exists);
  CHECK(Log::open(disk, Owner{kIdentity.log_id, kIdentity.validator}, kSmall).error().fault ==
        LogFault::foreign);
  CHECK(Log::open(disk, Owner{kIdentity.chain_id, {}}, kSmall).error().fault == LogFault::foreign);
  CHECK(Log::open(disk, kOwner, kSmall));
}

TEST_CASE("log: a log of a newer program is named as such", "[log]") {
  MemoryDisk disk;
  (void)create_log(disk);
  const SegmentHeader newer{kLogVersion + 1, kIdentity, 1, kSmall.segment_bytes};
  const Bytes head = encode_segment_header(newer);
  std::copy(head.begin(), head.end(), disk.files.at(segment_name(1)).cached.begin());
  CHECK(Log::open(disk, kOwner, kSmall).error().fault == LogFault::unknown_version);
}

TEST_CASE("log: a record is found by its place, also while the log grows", "[log]") {
  MemoryDisk disk;
  Log log = create_log(disk);
  auto reader = Reader::open(disk);
  REQUIRE(reader);
  for (const auto& records : sample_groups(40, 2000)) {
    const auto place = log.append(records);
    REQUIRE(place);
    for (std::uint32_t i = 0; i < records.size(); ++i) {
      const auto found = reader->record_at({place->segment, place->offset, i});
      REQUIRE(found);
      CHECK(*found == records[i]);
    }
    CHECK(reader->record_at({place->segment, place->offset, 2}).error().fault == LogFault::corrupt);
  }
  CHECK(reader->record_at({1, 3, 0}).error().fault == LogFault::corrupt);
  CHECK(reader->record_at({9999, kFirstGroupOffset, 0}).error().fault == LogFault::corrupt);
}

TEST_CASE("log: a cursor at the end goes on when the writer has", "[log]") {
  MemoryDisk disk;
  Log log = create_log(disk);
  auto cursor = Cursor::from_start(disk);
  REQUIRE(cursor);
  for (const auto& records : sample_groups(30, 2000)) {
    const auto none = cursor->next();
    REQUIRE(none);
    REQUIRE_FALSE(*none);
    REQUIRE(log.append(records));
    const auto group = cursor->next();
    REQUIRE(group);
    REQUIRE(*group);
    CHECK((*group)->records == records);
  }
}
