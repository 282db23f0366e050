#include <catch2/catch.hpp>

#include "node/identity.h"
#include "node/log/posix_disk.h"
#include "node/rebuild.h"
#include "node/recovery.h"
#include "tests/node/town_in_process.h"

using namespace test_cluster;  // NOLINT: a test

namespace {

constexpr std::size_t kLate = TownInProcess::kValidators - 1;
constexpr std::uint64_t kPayments = 110;  ///< one after another: as many blocks with content

void pay_one_by_one(rpc::Client client, People& people, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::vector<Bytes> payment{
        people.sign(client, people.persons[0], people.payment(1)).bytes};
    const auto answers = client.submit_many(payment, {}, kAgreeMax);
    REQUIRE(answers.size() == 1);
    REQUIRE(answers[0]);
    REQUIRE(answers[0]->state == rpc::SubmitState::final);
  }
}

}  // namespace

TEST_CASE("a validator that fetched what it missed makes its store again from its log alone",
          "[node][catch_up]") {
  TownInProcess town;
  town.start(0, kLate);
  People people{town.client(0), town.charter(), 1};
  pay_one_by_one(town.client(0), people, kPayments);
  town.start(kLate, kLate + 1);
  // Its answer says that all of it is on its disk.
  pay_one_by_one(town.client(kLate), people, 1);
  const auto agreed = town.agree(Height{kPayments + 1});
  town.stop();

  const auto identity = node::load_identity(town.data(kLate));
  REQUIRE(identity.has_value());
  auto disk = log::PosixDisk::open_folder((town.data(kLate) / node::kLogFolder).string(),
                                          log::PosixDisk::Access::read_write);
  REQUIRE(disk.has_value());
  const TemporaryFolder folder;
  {
    const auto store = store::Store::open((folder.path() / "slow").string(), agreed.chain_id);
    REQUIRE(store);
    const auto rebuilt = node::rebuild_store(**store, *disk, town.charter(), {}, {.blocks = 10});
    CAPTURE(rebuilt ? std::string{} : rebuilt.error());
    REQUIRE(rebuilt);
    // The last block's own certificate may not have been written yet.
    CHECK(rebuilt->height.raw + 1 >= agreed.height.raw);
  }
  const auto recovery = node::recover((folder.path() / node::kStoreFolder).string(), *disk,
                                      town.charter(), identity->key.public_key());
  CAPTURE(recovery ? std::string{} : recovery.error());
  REQUIRE(recovery);
  CHECK(recovery->chain->tip().height.raw + 1 >= agreed.height.raw);
  CHECK(recovery->chain->base().root() == recovery->chain->tip().state_root);
  CHECK(recovery->recovered.recovered.records.size() < kPayments);
}
