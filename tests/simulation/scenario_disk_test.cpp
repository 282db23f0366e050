#include "tests/simulation/scenario.h"

namespace hansatsu::simulation {
namespace {

using chain::VoteKind;
using consensus::Message;

Settings losing_all_unsynced() {
  Settings settings = lan();
  settings.crash = {0, 0};
  return settings;
}

/// A commit's bytes are on their way to a disk in one group with a vote.
bool is_any_sharing(const World& world) {
  for (std::uint32_t i = 0; i < world.size(); ++i) {
    if (!world.node(i).is_running() || !world.node(i).is_syncing()) continue;
    const Node::UnderWay& group = world.node(i).under_way();
    if (group.finalization && group.vote) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("S30 a disk is full, or fails a sync: the node halts, and starts again clean") {
  const DiskFault fault = GENERATE(DiskFault::full, DiskFault::sync_failed);
  for (std::uint64_t seed = 300; seed < 306; ++seed) {
    World world{seed, lan()};
    settle(world);
    constexpr std::uint32_t kVictim = 2;
    pay(world, 1, 5);
    world.node(kVictim).disk().fail_next(fault, world.random());
    for (Payment payment = 6; payment <= 15; ++payment) pay(world, payment, payment);
    // The others went on; it said what it could not keep to nobody, or C6 would have seen it.
    REQUIRE_FALSE(world.node(kVictim).is_running());
    if (seed % 2 == 0) world.crash_all();
    world.start_all();
    world.run_for(kSecond);
    pay(world, 16, 25);
    CHECK(world.node(kVictim).is_running());
    require_clean(world);
  }
}

TEST_CASE("S49 the database loses its newest checkpoints with the power: the log has it all") {
  Settings settings = losing_all_unsynced();
  settings.checkpoint_ns = 200 * kMillisecond;
  settings.store_loss_per_mille = 1'000;
  World world{49, settings};
  settle(world);
  std::uint32_t lost = 0;
  for (Payment payment = 1; payment <= 60; ++payment) {
    pay(world, payment, payment);
    world.run_for(50 * kMillisecond);
    if (payment % 10 != 0) continue;
    const auto node = static_cast<std::uint32_t>(payment / 10 % 4);
    const auto before = world.node(node).store().checkpoint_height();
    world.crash(node);
    if (world.node(node).store().checkpoint_height() != before) ++lost;
    world.run_for(300 * kMillisecond);
    world.start(node);
    world.run_for(kSecond);
  }
  CHECK(lost >= 3);
  require_clean(world);
}

TEST_CASE("a node that fetched what it missed comes to its height again from its log alone") {
  Settings settings = lan();
  settings.checkpoint_ns = 1'000'000 * kSecond;
  World world{59, settings};
  settle(world);
  world.crash(3);
  for (Payment payment = 1; payment <= 120; ++payment) pay(world, payment, payment);
  world.start(3);
  require_clean(world);
  world.run_for(2 * kSecond);
  const Height height = world.node(3).application().header().height;
  REQUIRE(height >= Height{120});
  world.crash(3);
  world.partition({0, 0, 0, 1});
  world.start(3);
  world.run_for(kSecond);
  CHECK(world.node(3).application().header().height == height);
  world.partition({});
  require_clean(world);
}

TEST_CASE("S52 the power fails while a commit's bytes and the next group share a sync") {
  std::uint32_t shared = 0;
  for (std::uint64_t seed = 520; seed < 560; ++seed) {
    Settings settings = lan();
    settings.sync_ns = 2 * kMillisecond;
    if (seed % 2 == 0) settings.crash = {0, 0};
    World world{seed, settings};
    settle(world);
    world.submit(0, 1);
    const auto is_committed = [&] { return world.is_final(1); };
    REQUIRE(world.run_until(is_committed, kSecond));
    // The next payment's group takes the first one's certificate along.
    world.submit(1, 2);
    if (!world.run_until([&] { return is_any_sharing(world); }, kSecond)) continue;
    world.run_for(static_cast<std::int64_t>(world.random().below(2'000)) * 1'000);
    if (is_any_sharing(world)) ++shared;
    world.crash_all();
    world.run_for(10 * kMillisecond);
    world.start_all();
    world.run_for(kSecond);
    for (const Payment payment : {1U, 2U}) world.submit(2, payment);
    CHECK(world.run_until([&] { return world.all_paid({1, 2}); }, 30 * kSecond));
    require_clean(world);
  }
  CHECK(shared >= 10);
}

TEST_CASE("S53 killed while its log syncs, started, and then the power fails") {
  std::uint32_t caught = 0;
  for (std::uint64_t seed = 530; seed < 550; ++seed) {
    Settings settings = losing_all_unsynced();
    settings.sync_ns = 5 * kMillisecond;
    World world{seed, settings};
    settle(world);
    for (std::uint32_t i = 0; i < 4; ++i) world.submit(i, 1, false);
    const auto victim = static_cast<std::uint32_t>(seed % 4);
    if (!world.run_until([&] { return world.node(victim).is_syncing(); }, kSecond)) continue;
    ++caught;
    // What was written is still in the page cache, and the next life reads it there.
    world.crash(victim, false);
    world.run_for(kMillisecond);
    world.start(victim);
    world.run_for(static_cast<std::int64_t>(world.random().below(3)) * kMillisecond);
    world.crash(victim, true);
    world.run_for(kMillisecond);
    world.start(victim);
    world.run_for(kSecond);
    pay(world, 2, 4);
    require_clean(world);
  }
  CHECK(caught >= 15);
}

TEST_CASE("S58 final by the others' votes alone, the client answered, and the power fails") {
  for (const std::int64_t wait_ms : {0, 300, 900, 1'001, 1'500}) {
    World world{580 + static_cast<std::uint64_t>(wait_ms), losing_all_unsynced()};
    settle(world);
    constexpr std::uint32_t kFollower = 3;
    bool is_cut = true;
    bool finalizes = false;
    world.set_filter([&](std::uint32_t from, std::uint32_t to, const Message& message) {
      if (from == kFollower && is_vote(message, VoteKind::finalize)) finalizes = true;
      if (!is_cut || to != kFollower) return true;
      // It learns that a block is final, never that it is notarized.
      return !is_vote(message, VoteKind::notarize) && !is_vote(message, VoteKind::finalize) &&
             !is_certificate(message, VoteKind::notarize);
    });
    pay(world, 1, 1);
    world.run_for(wait_ms * kMillisecond);
    CHECK_FALSE(finalizes);
    world.crash_all();
    is_cut = false;
    world.run_for(10 * kMillisecond);
    world.start_all();
    world.run_for(kSecond);
    // Not handed in again: it was acknowledged, here or elsewhere.
    CHECK(world.run_until([&] { return world.all_paid({1}); }, 30 * kSecond));
    require_clean(world);
  }
}

}  // namespace hansatsu::simulation
