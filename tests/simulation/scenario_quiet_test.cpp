#include "tests/simulation/scenario.h"

namespace hansatsu::simulation {
namespace {

using consensus::Message;

constexpr std::int64_t kHour = 3'600 * kSecond;

Settings without_heartbeat(std::uint32_t validators = 4) {
  Settings settings = lan(validators);
  settings.parameters.heartbeat = consensus::Duration{0};
  return settings;
}

void see_blocks_of_one(std::uint64_t blocks) {
  World world{1, lan()};
  settle(world);
  const std::uint64_t before = world.syncs();
  for (Payment payment = 1; payment <= blocks; ++payment) pay(world, payment, payment);
  CHECK(world.checkers().final_height().raw == blocks);
  CHECK(world.node(0).snapshot().view.raw == blocks + 1);
  // C11: two syncs a block and node, and now and then one for what nothing else took along.
  CHECK((world.syncs() - before) <= blocks * 4 * 22 / 10);
  require_clean(world);
}

}  // namespace

TEST_CASE("S1 four nodes, payment after payment, a block each time") { see_blocks_of_one(2'000); }

TEST_CASE("S1 the same for ten thousand blocks", "[.long]") { see_blocks_of_one(10'000); }

TEST_CASE("S2 half of all messages lost, the others up to half a second late") {
  Settings settings = lan();
  settings.delay_ns = 200 * kMillisecond;
  settings.loss_per_mille = 500;
  World world{2, settings};
  settle(world);
  Payment payment = 0;
  while (world.node(0).snapshot().view.raw <= 50 && world.now() < kHour) {
    world.submit(static_cast<std::uint32_t>(payment % 4), payment + 1);
    ++payment;
    world.run_for(kSecond);
  }
  CHECK(world.node(0).snapshot().view.raw > 50);
  // A quorum comes through such a network in most views, not only now and then.
  CHECK(world.checkers().final_height().raw >= 15);
  world.set_settings(lan());
  pay(world, payment + 1, payment + 1, 90 * kSecond);
  require_clean(world);
}

TEST_CASE("S14 an idle night, a node restarted in it, and the first payment at once") {
  World world{14, without_heartbeat()};
  settle(world);
  pay(world, 1, 3);
  world.run_for(10 * kSecond);
  const Activity before = activity(world);
  world.run_for(6 * kHour);
  CHECK(activity(world) == before);
  world.crash(3);
  world.run_for(5 * kSecond);
  world.start(3);
  world.run_for(6 * kHour);
  const View view = world.node(0).snapshot().view;
  CHECK(activity(world).proposals == before.proposals);
  pay(world, 4, 4, 100 * kMillisecond);
  CHECK(world.node(0).snapshot().view == next(view));
  require_clean(world);
}

TEST_CASE("S15 the leader died in the idle night: the first payment skips at most its view") {
  World world{15, without_heartbeat()};
  settle(world);
  pay(world, 1, 1);
  world.run_for(10 * kSecond);
  const View view = world.node(0).snapshot().view;
  const std::uint32_t leader = world.leader(view).raw;
  world.crash(leader);
  world.run_for(6 * kHour);
  pay(world, 2, 2, kSecond);
  const std::uint32_t other = leader == 0 ? 1 : 0;
  CHECK(world.node(other).snapshot().view.raw <= view.raw + 2);
  require_clean(world);
}

TEST_CASE("S16 a payment known to one node, to f+1, to all but the leader") {
  for (std::uint32_t round = 0; round < 8; ++round) {
    World world{160 + round, without_heartbeat()};
    settle(world);
    // One node: it tells the others. Each world goes on with another leader.
    Payment payment = 0;
    for (; payment <= round; ++payment) pay(world, payment + 1, payment + 1, kSecond);
    // f+1 nodes that do not tell: they pull the rest along until one of them leads.
    ++payment;
    world.submit(round % 4, payment, false);
    world.submit((round + 1) % 4, payment, false);
    CHECK(world.run_until([&] { return world.all_paid({payment}); }, kSecond));
    // All but the leader.
    ++payment;
    const std::uint32_t leader = world.leader(world.node(0).snapshot().view).raw;
    for (std::uint32_t i = 0; i < 4; ++i) {
      if (i != leader) world.submit(i, payment, false);
    }
    CHECK(world.run_until([&] { return world.all_paid({payment}); }, kSecond));
    require_clean(world);
  }
}

TEST_CASE("S17 a notarized block that its view cannot finalize is final all the same") {
  World world{17, without_heartbeat()};
  settle(world);
  const std::uint64_t view = world.node(0).snapshot().view.raw;
  const std::uint32_t leader = world.leader(View{view}).raw;
  // Two hear nothing but the proposal until they have nullified: q FINALIZEs of this view cannot
  // come together, and there is no other payment.
  const std::uint32_t deaf = (leader + 1) % 4;
  const std::uint32_t other = (leader + 2) % 4;
  std::set<std::uint32_t> nullified;
  world.set_filter([&](std::uint32_t from, std::uint32_t to, const Message& message) {
    if (is_vote(message, chain::VoteKind::nullify, view)) {
      nullified.insert(from);
      return false;
    }
    if ((to != deaf && to != other) || nullified.size() == 2) return true;
    const auto* proposal = std::get_if<consensus::Proposal>(&message);
    const auto* block = std::get_if<consensus::Block>(&message);
    return (proposal != nullptr && proposal->header.view.raw == view) ||
           (block != nullptr && block->header.view.raw == view);
  });
  world.submit(leader, 1);
  const bool came = world.run_until([&] { return nullified.size() >= 2; }, 10 * kSecond);
  REQUIRE(came);
  CHECK(world.run_until([&] { return world.all_paid({1}); }, 10 * kSecond));
  CHECK(world.node(0).snapshot().final_view.raw > view);
  require_clean(world);
}

TEST_CASE("S18 a payment lapses while it waits: timers stop and no view is burnt") {
  World world{18, without_heartbeat()};
  settle(world);
  pay(world, 1, 1);
  world.run_for(10 * kSecond);
  const View view = world.node(0).snapshot().view;
  // One that does not lead knows it, and does not tell; it lapses before anybody loses patience.
  const std::uint32_t knows = (world.leader(view).raw + 1) % 4;
  world.submit(knows, 2, false, 25 * kMillisecond);
  world.run_for(20 * kMillisecond);
  CHECK(world.node(knows).snapshot().working);
  const Activity before = activity(world);
  world.run_for(kHour);
  CHECK_FALSE(world.node(knows).snapshot().working);
  CHECK(world.node(0).snapshot().view == view);
  CHECK(activity(world) == before);
  CHECK_FALSE(world.is_final(2));
  require_clean(world);
}

TEST_CASE("S19 a thousand payments that come one by one share blocks") {
  World world{19, lan()};
  settle(world);
  std::set<Payment> payments;
  for (Payment payment = 1; payment <= 1'000; ++payment) {
    payments.insert(payment);
    world.submit(static_cast<std::uint32_t>(payment % 4), payment);
    world.run_for(kMillisecond / 2);
  }
  CHECK(world.run_until([&] { return world.all_paid(payments); }, 5 * kSecond));
  CHECK(world.checkers().final_height().raw < 300);
  require_clean(world);
}

}  // namespace hansatsu::simulation
