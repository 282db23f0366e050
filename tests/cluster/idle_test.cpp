#include <catch2/catch.hpp>
#include <map>

#include "tests/cluster/network.h"

using namespace test_cluster;  // NOLINT: a test
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kSettleMax{30'000};
constexpr milliseconds kQuiet{6'000};  // longer than until the next checkpoint
constexpr milliseconds kWindow{10'000};
constexpr milliseconds kFoundedWindow{4'000};

using Files = std::map<std::string, std::string>;

/// Every file of the folders in which a validator writes.
Files written(const Network& network) {
  Files files;
  for (std::size_t node = 0; node < network.size(); ++node) {
    for (const char* folder : {"log", "state"}) {
      for (const auto& file : std::filesystem::directory_iterator{network.data(node) / folder}) {
        files[file.path().string()] = read_text(file.path());
      }
    }
  }
  return files;
}

/// Names of files that differ.
std::string changed(const Files& before, const Files& after) {
  std::string names;
  for (const auto& [name, content] : after) {
    const auto found = before.find(name);
    if (found == before.end() || found->second != content) names += name + " ";
  }
  return before.size() > after.size() ? names + "(fewer)" : names;
}

/// Time goes by; nobody asks the validators anything.
void let_pass(Network& network, milliseconds time) {
  REQUIRE_FALSE(wait_until(time, [&] {
    for (std::size_t node = 0; node < network.size(); ++node) {
      if (network.process(node).wait(milliseconds{0})) return true;
    }
    return false;
  }));
}

}  // namespace

TEST_CASE("an idle town writes nothing and hardly uses the processor", "[cluster]") {
  RunningTown town{4, 1};
  const auto before = town.network.agree();
  // The last payments' checkpoint comes seconds after them.
  auto files = written(town.network);
  REQUIRE(wait_until(kSettleMax, [&] {
    let_pass(town.network, kQuiet);
    auto now = written(town.network);
    const bool quiet = changed(files, now).empty() && before.height == town.network.agree().height;
    files = std::move(now);
    return quiet;
  }));

  std::vector<milliseconds> used;
  for (std::size_t node = 0; node < 4; ++node) {
    used.push_back(town.network.process(node).processor_time());
  }
  let_pass(town.network, kWindow);
  for (std::size_t node = 0; node < 4; ++node) {
    CAPTURE(node);
    const milliseconds spent = town.network.process(node).processor_time() - used[node];
    CAPTURE(spent.count());
    CHECK(spent * 100 < kWindow);
  }
  CHECK(changed(files, written(town.network)) == "");
  CHECK(town.network.agree().height == before.height);
}

TEST_CASE("a town that was founded and never used is as idle", "[cluster]") {
  // A checkpoint is due all the time, and there is nothing yet to make it of.
  Network network{4, "checkpoint_interval_ms = 100\n"};
  network.start_all();
  network.agree();
  let_pass(network, milliseconds{1'000});
  const milliseconds before = network.process(0).processor_time();
  let_pass(network, kFoundedWindow);
  const milliseconds spent = network.process(0).processor_time() - before;
  CAPTURE(spent.count());
  CHECK(spent * 20 < kFoundedWindow);
}
