#include "node/recovery.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "node/identity.h"
#include "node/log/posix_disk.h"
#include "node/log/reader.h"
#include "node/log/records.h"
#include "tests/cluster/load.h"

using namespace test_cluster;  // NOLINT: a test

namespace {

constexpr int kCrashes = 4;

View view_of(const consensus::Record& record) {
  if (const auto* block = std::get_if<consensus::Block>(&record)) return block->header.view;
  if (const auto* vote = std::get_if<consensus::Vote>(&record)) return vote->ballot.view;
  return std::get<consensus::Certificate>(record).ballot.view;
}

/// All that the log holds of views above `base`, whatever a checkpoint says.
std::vector<consensus::Record> records_above(log::Disk& disk, View base) {
  std::vector<consensus::Record> records;
  auto cursor = log::Cursor::from_start(disk);
  REQUIRE(cursor.has_value());
  for (;;) {
    auto group = cursor->next();
    REQUIRE(group.has_value());
    if (!*group) return records;
    for (const log::Record& bytes : (*group)->records) {
      auto record = log::from_record(bytes);
      REQUIRE(record.has_value());
      if (view_of(*record) > base) records.push_back(*std::move(record));
    }
  }
}

/// What the crash left of one validator: how many of its votes are above its checkpoint.
std::size_t check_recovery(Network& network, std::size_t node) {
  const auto identity = node::load_identity(network.data(node));
  REQUIRE(identity.has_value());
  auto disk = log::PosixDisk::open_folder((network.data(node) / "log").string(),
                                          log::PosixDisk::Access::read_write);
  REQUIRE(disk.has_value());
  const auto recovery = node::recover((network.data(node) / "state").string(), *disk,
                                      network.charter(), identity->key.public_key());
  REQUIRE(recovery.has_value());
  const consensus::Recovered& recovered = recovery->recovered.recovered;
  CHECK(recovery->chain->base().root() == recovered.base.state_root);
  CHECK(recovery->chain->tip() == recovered.base);

  std::size_t votes = 0;
  std::size_t lost = 0;
  for (const consensus::Record& record : records_above(*disk, recovered.base.view)) {
    if (std::holds_alternative<consensus::Vote>(record)) ++votes;
    const auto& kept = recovered.records;
    if (std::find(kept.begin(), kept.end(), record) == kept.end()) ++lost;
  }
  CAPTURE(node, recovered.base.height.raw, votes);
  CHECK(lost == 0);
  return recovered.base.height.raw == 0 ? 0 : votes;
}

}  // namespace

TEST_CASE("after a crash a validator knows every vote it cast above its checkpoint", "[cluster]") {
  RunningTown town{4, 4, "checkpoint_interval_ms = 100\n"};
  std::mt19937_64 random{std::random_device{}()};
  std::size_t votes_above_a_checkpoint = 0;
  for (int crash = 0; crash < kCrashes; ++crash) {
    {
      Load load{town};
      load.wait_for_more(100 + random() % 100);
      town.network.kill_all();
      load.stop();
    }
    for (std::size_t node = 0; node < 4; ++node) {
      votes_above_a_checkpoint += check_recovery(town.network, node);
    }
    town.network.start_all();
    town.network.agree();
  }
  CHECK(votes_above_a_checkpoint > 0);
}
