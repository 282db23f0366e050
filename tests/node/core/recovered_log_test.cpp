#include "node/recovered_log.h"

#include <catch2/catch.hpp>

#include "consensus/parameters.h"
#include "node/log/log.h"
#include "node/log/records.h"
#include "tests/log/memory_disk.h"

/// What a start takes into memory of a log that is longer than it needs.
namespace {

using namespace hansatsu;  // NOLINT: a test

constexpr std::uint64_t kFetched = 2'000;

template <class T>
std::vector<T> all_of(const std::vector<consensus::Record>& records) {
  std::vector<T> found;
  for (const consensus::Record& record : records) {
    if (const auto* one = std::get_if<T>(&record)) found.push_back(*one);
  }
  return found;
}

consensus::Block block_at(std::uint64_t view) {
  consensus::Block block{{}, std::make_shared<const Bytes>(10)};
  block.header.view = View{view};
  block.header.height = Height{view};
  return block;
}

chain::Certificate finalization_at(std::uint64_t view) {
  chain::Certificate made;
  made.ballot = {chain::VoteKind::finalize, View{view}, chain::block_id(block_at(view).header)};
  return made;
}

/// A validator's that was catching up when its power went: it had heard of the newest block first.
log::test::MemoryDisk write_catch_up() {
  log::test::MemoryDisk disk;
  auto log = log::Log::create(disk, {}, {.segment_bytes = 64U << 10U});
  REQUIRE(log);
  const auto append = [&](const std::vector<consensus::Record>& records) {
    std::vector<log::Record> encoded;
    for (const auto& record : records) encoded.push_back(log::to_record(record));
    REQUIRE(log->append(encoded));
  };
  append({finalization_at(kFetched * 10)});
  for (std::uint64_t view = 1; view <= kFetched; ++view) {
    chain::Vote vote;
    vote.ballot = {chain::VoteKind::nullify, View{view}, {}};
    append({block_at(view), finalization_at(view), vote});
  }
  return disk;
}

}  // namespace

TEST_CASE("a start in the middle of a catch-up takes in only what lies above its checkpoint",
          "[node][recovery]") {
  log::test::MemoryDisk disk = write_catch_up();
  node::ReplayPoints points;
  {
    node::RecoveredLog whole;
    REQUIRE(node::read_log(disk, {}, whole));
    CHECK(whole.recovered.records.size() == 3 * kFetched + 1);
    points = whole.points;
  }
  constexpr std::uint64_t kAbove = 30;
  node::RecoveredLog read;
  read.recovered.base = block_at(kFetched - kAbove).header;
  // The checkpoint can only name the group of the certificate from far above.
  const auto from = points.from(read.recovered.base.view);
  REQUIRE(from);
  REQUIRE(from->sequence == 1);
  REQUIRE(node::read_log(disk, from, read));
  CHECK(all_of<consensus::Block>(read.recovered.records).size() == kAbove);
  CHECK(read.places.size() == kAbove);
  // The engine answers peers that are some views behind.
  const std::size_t views = kAbove + consensus::kWindowBehind;
  CHECK(all_of<chain::Vote>(read.recovered.records).size() == views);
  CHECK(all_of<chain::Certificate>(read.recovered.records).size() == views + 1);
  CHECK(read.points.last() == points.last());
  CHECK(read.points.from(read.recovered.base.view) == from);
}
