#include <catch2/catch.hpp>
#include <random>

#include "tests/log/fixture.h"

using namespace hansatsu;
using namespace hansatsu::log;
using namespace hansatsu::log::test;

namespace {

bool keep_nothing(const std::string&, std::size_t) { return false; }

struct Written {
  MemoryDisk disk;
  std::vector<GroupPlace> places;
  std::uint32_t end = 0;  ///< offset after the last group in its segment
};

/// A log of these groups, all synced, as its writer leaves it.
Written written(const Groups& groups) {
  Written result;
  Log log = create_log(result.disk);
  result.places = append_all(log, groups);
  auto segment = Segment::open(result.disk, log.last().segment);
  ASSERT(segment.has_value());
  const auto last = segment->read_group(log.last().offset);
  ASSERT(last.has_value() && last->has_value());
  result.end = (*last)->end;
  return result;
}

Bytes& bytes_of(MemoryDisk& disk, std::uint32_t segment) {
  return disk.files.at(segment_name(segment)).cached;
}

/// Appends a group whose sync a power cut prevents, with `keep` saying which bytes arrived.
MemoryDisk torn(const MemoryDisk& whole, const std::vector<Record>& records,
                const std::function<bool(std::size_t)>& keep) {
  MemoryDisk disk = whole;
  auto log = Log::open(disk, kOwner, kSmall);
  ASSERT(log.has_value());
  const auto group = encode_group(kIdentity, log->last().sequence + 1, log->last().hash, records);
  auto segment = Segment::open(disk, log->last().segment);
  auto last = segment->read_group(log->last().offset);
  ASSERT(segment->file().write((**last).end, group->bytes).has_value());
  disk.cut_power([&](const std::string&, std::size_t at) { return keep(at - (**last).end); });
  return disk;
}

}  // namespace

TEST_CASE("S29: each flipped byte of a three-group log ends in its class", "[log][S29]") {
  const Groups groups = sample_groups(3);
  const Written whole = written(groups);
  REQUIRE(whole.places[2].segment == 1);
  REQUIRE(whole.end < kSmall.segment_bytes);
  for (std::uint32_t at = 0; at < kSmall.segment_bytes; ++at) {
    MemoryDisk disk = whole.disk;
    bytes_of(disk, 1)[at] ^= static_cast<std::uint8_t>(1U << (at % 8));
    const Bytes damaged = bytes_of(disk, 1);
    const auto opened = Log::open(disk, kOwner, kSmall);
    CAPTURE(at);
    if (at < whole.places[2].offset) {  // the head, or a group that a later one rests on
      const std::uint32_t place = at < whole.places[0].offset   ? 0
                                  : at < whole.places[1].offset ? whole.places[0].offset
                                                                : whole.places[1].offset;
      REQUIRE_FALSE(opened);
      REQUIRE(opened.error() == LogError{LogFault::corrupt, 1, place});
      REQUIRE(bytes_of(disk, 1) == damaged);
    } else {  // rot in the last group looks as a torn write does; beyond it there is nothing
      REQUIRE(opened);
      REQUIRE(read_all(disk) == (at < whole.end ? first(groups, 2) : groups));
    }
  }
}

TEST_CASE("recovery: rot in an earlier segment is corruption, never the end", "[log]") {
  const Groups groups = sample_groups(12, 2000);
  const Written whole = written(groups);
  REQUIRE(whole.places.back().segment >= 3);
  for (std::size_t i = 0; i + 1 < groups.size(); ++i) {
    MemoryDisk disk = whole.disk;
    const GroupPlace& place = whole.places[i];
    bytes_of(disk, place.segment)[place.offset + kGroupHeaderBytes + 9] ^= 1;
    const auto opened = Log::open(disk, kOwner, kSmall);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().fault == LogFault::corrupt);
  }
}

TEST_CASE("recovery: a file cut at any byte is corruption, not a torn tail", "[log]") {
  const Written whole = written(sample_groups(3));
  for (std::uint32_t length = 0; length < kSmall.segment_bytes; ++length) {
    MemoryDisk disk = whole.disk;
    bytes_of(disk, 1).resize(length);
    const auto opened = Log::open(disk, kOwner, kSmall);
    REQUIRE_FALSE(opened);
    REQUIRE(opened.error() == LogError{LogFault::corrupt, 1, length});
  }
}

TEST_CASE("recovery: a missing segment is corruption, unless it was the last", "[log]") {
  const Groups groups = sample_groups(12, 2000);
  const Written whole = written(groups);
  const std::uint32_t last = whole.places.back().segment;
  for (std::uint32_t number = 1; number < last; ++number) {
    MemoryDisk disk = whole.disk;
    disk.files.erase(segment_name(number));
    CHECK(Log::open(disk, kOwner, kSmall).error() == LogError{LogFault::corrupt, number, 0});
  }
  MemoryDisk disk = whole.disk;
  disk.files.erase(segment_name(last));
  CHECK(Log::open(disk, kOwner, kSmall));
  // What a checkpoint knows to have been written is missed all the same.
  CHECK(Log::open(disk, kOwner, kSmall, whole.places.back()).error().fault == LogFault::corrupt);
}

TEST_CASE("recovery: a write torn after any byte is dropped, or whole", "[log]") {
  const Groups groups = sample_groups(4);
  const Written whole = written(first(groups, 3));
  const auto fourth = encode_group(kIdentity, 4, whole.places[2].hash, groups[3]);
  REQUIRE(fourth);
  // Zeros at its end are there before they are written.
  std::size_t content = fourth->bytes.size();
  while (fourth->bytes[content - 1] == 0) --content;
  for (std::size_t arrived = 0; arrived <= fourth->bytes.size(); ++arrived) {
    MemoryDisk disk = torn(whole.disk, groups[3], [&](std::size_t at) { return at < arrived; });
    auto log = Log::open(disk, kOwner, kSmall);
    CAPTURE(arrived);
    REQUIRE(log);
    REQUIRE(read_all(disk) == (arrived < content ? first(groups, 3) : groups));
    // And the log goes on from there.
    REQUIRE(log->append(groups[0]));
    disk.cut_power(keep_nothing);
    REQUIRE(read_all(disk).back() == groups[0]);
  }
}

TEST_CASE("recovery: sectors of a torn write may arrive in any order", "[log]") {
  std::mt19937 random{20261121};
  const Groups groups = sample_groups(3);
  const Written whole = written(groups);
  const std::vector<Record> large{Record{1, Bytes(1200, 3)}};
  for (int round = 0; round < 64; ++round) {
    std::array<bool, 4> arrives{};
    for (bool& sector : arrives) sector = (random() & 1U) != 0;
    MemoryDisk disk = torn(whole.disk, large, [&](std::size_t at) { return arrives.at(at / 512); });
    REQUIRE(Log::open(disk, kOwner, kSmall));
    const bool all = arrives[0] && arrives[1] && arrives[2];
    REQUIRE(read_all(disk).size() == (all ? 4 : 3));
    REQUIRE(first(read_all(disk), 3) == groups);
    const Bytes& bytes = bytes_of(disk, 1);
    const auto rest = bytes.begin() + whole.end + (all ? 3 * kBoundaryBytes : 0);
    REQUIRE(std::all_of(rest, bytes.end(), [](std::uint8_t byte) { return byte == 0; }));
  }
}

TEST_CASE("recovery: a segment from a copy that lived on by itself is corruption", "[log]") {
  const Groups groups = sample_groups(12, 2000);
  Groups other = groups;
  other[0][0].kind = 7;  // from here on every group's hash differs, and no place does
  Written whole = written(groups);
  Written copy = written(other);
  REQUIRE(whole.places[6].segment == copy.places[6].segment);
  REQUIRE(whole.places.back().segment > 3);
  bytes_of(whole.disk, 2) = bytes_of(copy.disk, 2);
  CHECK(Log::open(whole.disk, kOwner, kSmall).error().fault == LogFault::corrupt);
}

TEST_CASE("recovery: a torn write into a fresh segment is dropped too", "[log]") {
  const Groups groups = sample_groups(2);
  MemoryDisk disk;
  {
    Log log = create_log(disk);
    append_all(log, groups);
    const std::vector<Record> large{Record{1, Bytes(3200, 3)}};
    disk.syncs_until_failure = 1;  // the new segment's own sync passes
    REQUIRE_FALSE(log.append(large));
    disk.syncs_until_failure = -1;
  }
  bytes_of(disk, 2)[kFirstGroupOffset + 1000] ^= 1;
  auto log = Log::open(disk, kOwner, kSmall);
  REQUIRE(log);
  CHECK(read_all(disk) == groups);
  const Bytes& second = bytes_of(disk, 2);
  CHECK(std::all_of(second.begin() + kFirstGroupOffset, second.end(),
                    [](std::uint8_t byte) { return byte == 0; }));
  append_all(*log, sample_groups(20, 2000));
  disk.cut_power(keep_nothing);
  CHECK(read_all(disk).size() == 22);
}

TEST_CASE("recovery: bytes of a record never pass for a later group", "[log]") {
  const Groups groups = sample_groups(3);
  const Written whole = written(groups);
  const auto record_with = [&](const Identity& identity) {
    // Laid so that it starts on a boundary of the torn group that carries it.
    const auto inner = encode_group(identity, 1000, Hash{}, groups[0]);
    Bytes bytes(2 * kBoundaryBytes - kGroupHeaderBytes - kRecordHeaderBytes, 0);
    bytes.insert(bytes.end(), inner->bytes.begin(), inner->bytes.end());
    return std::vector<Record>{Record{1, std::move(bytes)}};
  };
  const auto without_head = [](std::size_t at) { return at >= kBoundaryBytes; };

  Identity guessed = kIdentity;
  guessed.salt = {};
  MemoryDisk attacked = torn(whole.disk, record_with(guessed), without_head);
  REQUIRE(Log::open(attacked, kOwner, kSmall));
  CHECK(read_all(attacked) == groups);
  // With the log's own salt it is a group written after the damage: the guard above is the salt.
  MemoryDisk damaged = torn(whole.disk, record_with(kIdentity), without_head);
  CHECK(Log::open(damaged, kOwner, kSmall).error().fault == LogFault::corrupt);
}

TEST_CASE("recovery: the last group is durable before it is used", "[log]") {
  // The sync of the third group failed and the process ended; the machine ran on, so the page cache
  // still has the group and the disk has not.
  const Groups groups = sample_groups(3);
  MemoryDisk disk;
  {
    Log log = create_log(disk);
    append_all(log, first(groups, 2));
    disk.syncs_until_failure = 0;
    REQUIRE_FALSE(log.append(groups[2]));
    disk.syncs_until_failure = -1;
  }
  REQUIRE(Log::open(disk, kOwner, kSmall));
  CHECK(read_all(disk) == groups);
  disk.cut_power(keep_nothing);
  CHECK(read_all(disk) == groups);
}

TEST_CASE("recovery: a failed sync of recovery itself lets nothing be used", "[log]") {
  Written whole = written(sample_groups(3));
  whole.disk.syncs_until_failure = 0;
  CHECK(Log::open(whole.disk, kOwner, kSmall).error().fault == LogFault::io);
}

TEST_CASE("recovery: replay may start at any group that a checkpoint names", "[log]") {
  const Groups groups = sample_groups(12, 2000);
  const Written whole = written(groups);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    MemoryDisk disk = whole.disk;
    const auto log = Log::open(disk, kOwner, kSmall, whole.places[i]);
    REQUIRE(log);
    REQUIRE(log->last() == whole.places.back());
    auto cursor = Cursor::from(disk, whole.places[i]);
    REQUIRE(cursor);
    for (std::size_t next = i; next < groups.size(); ++next) {
      const auto group = cursor->next();
      REQUIRE(group);
      REQUIRE(*group);
      REQUIRE((*group)->records == groups[next]);
    }
    REQUIRE_FALSE(*cursor->next());
  }
  // A place of another log, or of this one's other life.
  GroupPlace other = whole.places[4];
  other.hash.bytes[0] ^= 1;
  MemoryDisk disk = whole.disk;
  CHECK(Log::open(disk, kOwner, kSmall, other).error().fault == LogFault::corrupt);
}

TEST_CASE("recovery: what was synced survives any power cut, whatever else arrives", "[log]") {
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    std::mt19937 random{seed};
    const Groups groups = sample_groups(30, 1500);
    MemoryDisk disk;
    auto log = std::optional{create_log(disk)};
    std::size_t synced = 0;
    while (synced < groups.size()) {
      if (random() % 4 == 0) disk.syncs_until_failure = static_cast<int>(random() % 3);
      const auto place = log->append(groups[synced]);
      if (place) {
        ++synced;
        if (random() % 3 == 0) (void)log->prepare_step();
        continue;
      }
      if (random() % 2 == 0) {
        disk.cut_power([&](const std::string&, std::size_t) { return random() % 32 != 0; });
      }
      disk.syncs_until_failure = -1;
      auto opened = Log::open(disk, kOwner, kSmall);
      REQUIRE(opened);
      log = *std::move(opened);
      // The group that was not confirmed may be there, whole; nothing else may differ.
      const Groups found = read_all(disk);
      REQUIRE(found.size() >= synced);
      REQUIRE(found.size() <= synced + 1);
      REQUIRE(found == first(groups, found.size()));
      synced = found.size();
    }
    CHECK(read_all(disk) == groups);
  }
}
