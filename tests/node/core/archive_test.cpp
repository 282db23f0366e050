#include "node/archive.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <future>

#include "tests/ledger/town.h"
#include "tests/log/memory_disk.h"
#include "tests/node/store/town.h"

using namespace hansatsu;  // NOLINT: a test

namespace {

/// An archive over a store with three blocks whose log is lost. Its thread is held until release().
class HeldArchive {
 public:
  HeldArchive() {
    REQUIRE(archive->post([this](node::Archive&) {
      begun_.set_value();
      go_on_.get_future().wait();
    }));
    begun_.get_future().wait();
  }
  void release() { go_on_.set_value(); }
  /// Waits for all that was posted before.
  void finish() {
    std::promise<void> done;
    archive->read([&done](node::Archive&) { done.set_value(); }, [&done] { done.set_value(); });
    REQUIRE(done.get_future().wait_for(std::chrono::minutes{1}) == std::future_status::ready);
  }
  node::Archive::Job note(std::string what) {
    return [this, what = std::move(what)](node::Archive&) { ran.push_back(what); };
  }
  node::Archive::Busy note_busy(std::string what) {
    return [this, what = std::move(what)] { ran.push_back("busy " + what); };
  }

  const store::test::TemporaryFolder folder;
  const state::Charter charter = test_town::charter();
  log::test::MemoryDisk disk;
  std::unique_ptr<store::Store> database = store::test::open_store(folder);
  std::vector<std::string> ran;  ///< on the archive's thread
  std::unique_ptr<node::Archive> archive =
      std::make_unique<node::Archive>(*database, disk, charter);

 private:
  std::promise<void> go_on_;
  std::promise<void> begun_;
};
using Ran = std::vector<std::string>;

}  // namespace

TEST_CASE("readers who fill the archive's queue neither keep a checkpoint out nor delay it",
          "[node][archive]") {
  HeldArchive held;
  std::size_t refused = 0;
  std::size_t read = 0;
  std::size_t read_before = 0;
  for (std::size_t i = 0; i < node::Archive::kJobsMax + 2; ++i) {
    held.archive->read([&read](node::Archive&) { ++read; }, [&refused] { ++refused; });
  }
  CHECK(refused == 2);
  CHECK(held.archive->post_urgent([&](node::Archive&) { read_before = std::exchange(read, 0); }));
  held.release();
  held.archive.reset();
  CHECK(read_before == 0);
  CHECK(read + refused == node::Archive::kJobsMax + 2);
}

TEST_CASE("a checkpoint goes before the next block of a page", "[node][archive]") {
  HeldArchive held;
  held.archive->read(
      [&](node::Archive& archive) {
        REQUIRE(archive.post_urgent(held.note("checkpoint")));
        (void)archive.block(Height{1});
        held.ran.emplace_back("page");
      },
      held.note_busy("page"));
  held.release();
  held.finish();
  CHECK(held.ran == Ran{"checkpoint", "page"});
}

TEST_CASE("peers and readers take turns", "[node][archive]") {
  HeldArchive held;
  for (const char* what : {"read 1", "read 2", "read 3"}) {
    held.archive->read(held.note(what), held.note_busy(what));
  }
  CHECK(held.archive->post(held.note("peer 1")));
  CHECK(held.archive->post(held.note("peer 2")));
  held.release();
  held.finish();
  CHECK(held.ran == Ran{"read 1", "peer 1", "read 2", "peer 2", "read 3"});
}

TEST_CASE("what nobody waits for any more is not read", "[node][archive]") {
  HeldArchive held;
  held.archive->read(held.note("late"), held.note_busy("late"), std::chrono::milliseconds{0});
  held.archive->read(held.note("in time"), held.note_busy("in time"));
  held.release();
  held.finish();
  CHECK(held.ran == Ran{"busy late", "in time"});
}

TEST_CASE("an archive that closes writes its checkpoint and reads no more", "[node][archive]") {
  HeldArchive held;
  held.archive->read(
      [&](node::Archive& archive) {
        while (!archive.is_over()) std::this_thread::yield();
        held.ran.emplace_back("cut short");
      },
      held.note_busy("page"));
  held.archive->read(held.note("next"), held.note_busy("next"));
  CHECK(held.archive->post(held.note("peer")));
  held.release();
  held.archive->read([](node::Archive&) {}, held.note_busy("last"));
  CHECK(held.archive->post_urgent(held.note("checkpoint")));
  held.archive.reset();
  CHECK(std::count(held.ran.begin(), held.ran.end(), "checkpoint") == 1);
  CHECK(std::count(held.ran.begin(), held.ran.end(), "next") == 0);
  CHECK(held.ran.back() == "busy last");
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
