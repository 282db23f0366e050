#include "tests/simulation/simulated_disk.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

/// That the simulated disk fails as disks do.
namespace hansatsu::simulation {
namespace {

constexpr std::size_t kSector = 512;
constexpr std::size_t kSectors = 16;

/// A file of zeros, synced.
std::unique_ptr<log::File> zeros(SimulatedDisk& disk, std::string_view name) {
  auto file = disk.create(name);
  REQUIRE(file);
  REQUIRE((*file)->write(0, Bytes(kSectors * kSector, 0)));
  REQUIRE((*file)->sync());
  return *std::move(file);
}

/// One for each sector that is there whole, zero for each that is not; nothing else may be.
std::vector<int> sectors(log::File& file) {
  Bytes bytes(kSectors * kSector);
  REQUIRE(file.read(0, bytes));
  std::vector<int> result;
  for (std::size_t i = 0; i < kSectors; ++i) {
    const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(i * kSector);
    const auto set = std::count(first, first + kSector, 1);
    CHECK((set == 0 || set == kSector));
    result.push_back(set == 0 ? 0 : 1);
  }
  return result;
}

const Bytes kFour(4 * kSector, 1);

}  // namespace

TEST_CASE("a full disk takes the beginning of a write and says that it failed") {
  Random random{1};
  Coverage coverage;
  std::set<std::ptrdiff_t> taken;
  for (int i = 0; i < 20; ++i) {
    SimulatedDisk disk;
    disk.watch(coverage);
    const auto file = zeros(disk, "a");
    disk.fail_next(DiskFault::full, random);
    CHECK(file->write(kSector, kFour).error() == log::DiskError::full);
    Bytes bytes(kSectors * kSector);
    REQUIRE(file->read(0, bytes));
    const auto set = std::count(bytes.begin(), bytes.end(), 1);
    CHECK(std::count(bytes.begin() + kSector, bytes.begin() + kSector + set, 1) == set);
    CHECK(set < static_cast<std::ptrdiff_t>(kFour.size()));
    taken.insert(set);
  }
  CHECK(taken.size() > 10);
  CHECK(coverage.count(Mark::disk_full) == 20);
}

TEST_CASE("a failed sync keeps some sectors of a write and loses others, and reads show them all") {
  Random random{2};
  Coverage coverage;
  const CrashRule nothing_more{0, 0};
  for (int i = 0; i < 40; ++i) {
    SimulatedDisk disk;
    disk.watch(coverage);
    const auto file = zeros(disk, "a");
    disk.fail_next(DiskFault::sync_failed, random);
    REQUIRE(file->write(0, kFour));
    CHECK(file->sync().error() == log::DiskError::io);
    auto seen = sectors(*file);
    CHECK(std::count(seen.begin(), seen.end(), 1) == 4);
    disk.repair();
    disk.crash(random, nothing_more);
    seen = sectors(*file);
    CHECK(std::count(seen.begin() + 4, seen.end(), 1) == 0);
  }
  CHECK(coverage.count(Mark::sync_failed) == 40);
  CHECK(coverage.count(Mark::sync_failed_in_part) > 5);
  CHECK(coverage.count(Mark::sync_failed_in_part) < 35);
}

TEST_CASE("a misdirected write is where it should be until the power fails") {
  Random random{3};
  Coverage coverage;
  int astray = 0;
  for (int i = 0; i < 40; ++i) {
    SimulatedDisk disk;
    disk.watch(coverage);
    const auto first = zeros(disk, "a");
    const auto second = zeros(disk, "b");
    REQUIRE(first->write(0, Bytes(8 * kSector, 1)));
    REQUIRE(first->sync());
    disk.misdirect_next(random);
    REQUIRE(second->write(10 * kSector, Bytes(2 * kSector, 1)));
    REQUIRE(second->sync());
    CHECK(sectors(*second) == std::vector<int>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0});
    disk.crash(random, CrashRule{});
    if (sectors(*second)[10] == 0) ++astray;
    CHECK(*first->size() == kSectors * kSector);
  }
  CHECK(astray == 40);
  CHECK(coverage.count(Mark::write_misdirected) == 40);
}

}  // namespace hansatsu::simulation
