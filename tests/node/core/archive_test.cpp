#include "node/archive.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <future>

#include "tests/ledger/town.h"
#include "tests/log/memory_disk.h"
#include "tests/node/store/town.h"

using namespace hansatsu;  // NOLINT: a test

TEST_CASE("readers who fill the archive's queue can't keep a checkpoint out", "[node][archive]") {
  const auto path =
      std::filesystem::temp_directory_path() / ("hansatsu-archive-" + std::to_string(::getpid()));
  const state::Charter charter = test_town::charter();
  {
    auto store = store::Store::open(path.string(), state::chain_id(charter));
    REQUIRE(store);
    log::test::MemoryDisk disk;
    node::Archive archive{**store, disk, charter};
    std::promise<void> go_on;
    const std::shared_future<void> held = go_on.get_future().share();
    std::promise<void> begun;
    REQUIRE(archive.post([held, &begun](node::Archive&) {
      begun.set_value();
      held.wait();
    }));
    begun.get_future().wait();  // so that it takes none of the others along
    std::size_t waiting = 0;
    while (waiting <= node::Archive::kJobsMax && archive.post([](node::Archive&) {})) ++waiting;
    CHECK(waiting <= node::Archive::kJobsMax);
    std::promise<void> written;
    CHECK(archive.post_checkpoint([&written](node::Archive&) { written.set_value(); }));
    go_on.set_value();
    CHECK(written.get_future().wait_for(std::chrono::minutes{1}) == std::future_status::ready);
  }
  std::filesystem::remove_all(path);
}

TEST_CASE("an entry of a history whose block can't be read is told, not left out",
          "[node][archive]") {
  const store::test::TemporaryFolder folder;
  const auto store = store::test::open_store(folder);
  store::test::Town town;
  REQUIRE(store->write(town.checkpoint()));
  for (int i = 0; i < 3; ++i) town.commit(store.get());
  REQUIRE(store->write(town.checkpoint()));
  log::test::MemoryDisk disk;  // holds none of the blocks
  const state::Charter charter = test_town::charter();
  node::Archive archive{*store, disk, charter};
  const auto history_of = [&](AccountId account) {
    std::promise<Result<rpc::HistoryPart, rpc::ViewError>> told;
    REQUIRE(archive.post([&](node::Archive& on_its_thread) {
      told.set_value(on_its_thread.history({account, {}, false, 100}));
    }));
    return told.get_future().get();
  };
  const AccountId active = town.blocks.front().transactions.front().accounts.front();
  const auto lost = history_of(active);
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error() == rpc::ViewError::unreadable);
  auto none = history_of(AccountId{99});
  REQUIRE(none.has_value());
  CHECK(none->entries.empty());
  CHECK(none->is_end);
}
