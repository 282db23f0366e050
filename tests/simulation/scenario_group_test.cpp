#include "tests/simulation/scenario.h"

/// S5: the power goes while votes' groups are on their way to the disks.
namespace hansatsu::simulation {
namespace {

using chain::VoteKind;
using consensus::Message;
using consensus::Proposal;

constexpr CrashRule kWhole{1'000, 0};
constexpr CrashRule kHalf{0, 1'000};  // some sectors of it, now and then all or none
constexpr CrashRule kGone{0, 0};

void lose_power(World& world, std::uint32_t node, const CrashRule& rule) {
  Settings settings = world.settings();
  settings.crash = rule;
  world.set_settings(settings);
  world.crash(node);
}

/// One node's group survives, all others' under way are lost.
void lose_power_but_for(World& world, std::uint32_t keeper, const CrashRule& rule) {
  for (std::uint32_t i = 0; i < world.size(); ++i) lose_power(world, i, i == keeper ? rule : kGone);
  world.set_settings(lan());
}

void slow_sync(World& world, std::uint32_t node) {
  Settings settings = world.settings();
  settings.sync_ns_of[node] = 100 * kMillisecond;
  world.set_settings(settings);
}

bool brings_body(const Message& message) {
  if (std::holds_alternative<consensus::Block>(message)) return true;
  const auto* response = std::get_if<consensus::Response>(&message);
  return response != nullptr && !std::holds_alternative<consensus::Certificate>(response->answer) &&
         !std::holds_alternative<consensus::Absent>(response->answer);
}

/// What the wire says of one view, and one node that hands no body to anybody.
struct Watch {
  Watch(World& world, std::uint64_t view, std::uint32_t keeper) {
    world.set_filter([this, view, keeper](std::uint32_t from, std::uint32_t, const Message& m) {
      const auto* proposal = std::get_if<Proposal>(&m);
      if (proposal != nullptr && proposal->header.view.raw == view) offered = true;
      if (is_vote(m, VoteKind::notarize, view)) notarized.insert(from);
      if (is_vote(m, VoteKind::nullify, view)) nullified.insert(from);
      return from != keeper || !brings_body(m);
    });
  }
  bool offered = false;
  std::set<std::uint32_t> notarized;
  std::set<std::uint32_t> nullified;
};

/// Without the dead one and without the block: the three have to give the view up, and do.
void require_left(World& world, Watch& watch, std::uint32_t dead, std::uint64_t view) {
  REQUIRE_FALSE(world.node(dead).is_running());
  world.submit(dead == 0 ? 1 : 0, 2);
  CHECK(world.run_until([&] { return world.all_paid({2}); }, 10 * kSecond));
  CHECK(watch.nullified.size() == 3);
  for (std::uint32_t i = 0; i < world.size(); ++i) {
    if (i != dead) CHECK(world.node(i).snapshot().view.raw > view);
  }
  require_clean(world);
}

}  // namespace

TEST_CASE("S5 all lose power while the first vote's group is being synced") {
  const CrashRule rule = GENERATE(kGone, kHalf, kWhole);
  for (std::uint64_t seed = 50; seed < 60; ++seed) {
    Settings settings = lan();
    settings.crash = rule;
    World world{seed, settings};
    settle(world);
    Settings slow = settings;
    slow.sync_ns = 20 * kMillisecond;
    world.set_settings(slow);
    world.submit(0, 1);
    const auto syncing = [&] {
      for (std::uint32_t i = 0; i < 4; ++i) {
        if (world.node(i).is_syncing()) return true;
      }
      return false;
    };
    REQUIRE(world.run_until(syncing, kSecond));
    world.run_for(static_cast<std::int64_t>(world.random().below(40)) * kMillisecond);
    world.crash_all();
    world.set_settings(settings);
    world.start_all();
    world.run_for(kSecond);
    world.submit(1, 1);
    CHECK(world.run_until([&] { return world.all_paid({1}); }, 30 * kSecond));
    require_clean(world);
  }
}

TEST_CASE("S5 of all groups the leader's survives: its block is offered, and nobody else has it") {
  const bool is_whole = GENERATE(true, false);
  std::uint32_t torn = 0;
  for (std::uint64_t seed = 500; seed < 510; ++seed) {
    World world{seed, lan()};
    settle(world);
    const View view = world.node(0).snapshot().view;
    const std::uint32_t leader = world.leader(view).raw;
    Watch watch{world, view.raw, leader};
    slow_sync(world, leader);
    world.submit(leader, 1, false);
    REQUIRE(world.run_until([&] { return world.node(leader).is_syncing(); }, kSecond));
    REQUIRE_FALSE(watch.offered);
    lose_power_but_for(world, leader, is_whole ? kWhole : kHalf);
    world.start_all();
    // Its header goes out again; then its machine dies, before it handed out the body.
    const bool is_back = world.run_until([&] { return watch.offered; }, kSecond);
    if (is_whole) REQUIRE(is_back);
    if (!is_back) ++torn;
    world.run_for(2 * kMillisecond);
    world.crash(leader);
    watch.notarized.erase(leader);
    REQUIRE(watch.notarized.empty());
    require_left(world, watch, leader, view.raw);
  }
  CHECK(is_whole == (torn == 0));
}

TEST_CASE("S5 of all groups one voter's survives, and the leader is gone for good") {
  const bool is_whole = GENERATE(true, false);
  std::uint32_t torn = 0;
  for (std::uint64_t seed = 510; seed < 520; ++seed) {
    World world{seed, lan()};
    settle(world);
    const View view = world.node(0).snapshot().view;
    const std::uint32_t leader = world.leader(view).raw;
    const std::uint32_t keeper = (leader + 1) % 4;
    Watch watch{world, view.raw, keeper};
    std::set<std::uint32_t> voters;
    for (std::uint32_t i = 0; i < 4; ++i) {
      if (i == leader) continue;
      voters.insert(i);
      slow_sync(world, i);
    }
    world.submit(leader, 1, false);
    const auto all_sync = [&] {
      return std::all_of(voters.begin(), voters.end(),
                         [&](std::uint32_t i) { return world.node(i).is_syncing(); });
    };
    REQUIRE(world.run_until(all_sync, kSecond));
    REQUIRE(watch.offered);
    REQUIRE(watch.notarized.empty());
    lose_power_but_for(world, keeper, is_whole ? kWhole : kHalf);
    for (const std::uint32_t i : voters) world.start(i);
    world.run_for(200 * kMillisecond);
    // The vote that nobody had heard is heard now; the block it is for stays where it is.
    if (is_whole) REQUIRE(watch.notarized == std::set{keeper});
    if (watch.notarized.empty()) ++torn;
    require_left(world, watch, leader, view.raw);
  }
  CHECK(is_whole == (torn == 0));
}

}  // namespace hansatsu::simulation
