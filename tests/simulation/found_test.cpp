#include "tests/simulation/scenario.h"

/// What seeds of the swarm have found, built on purpose.
namespace hansatsu::simulation {
namespace {

using consensus::Message;

bool is_of_proposal(const Message& message, std::uint64_t view) {
  const auto* proposal = std::get_if<consensus::Proposal>(&message);
  const auto* block = std::get_if<consensus::Block>(&message);
  return (proposal != nullptr && proposal->header.view.raw == view) ||
         (block != nullptr && block->header.view.raw == view);
}

}  // namespace

TEST_CASE("a proposal that only one node saw keeps nobody at work for ever") {
  Settings settings = lan();
  settings.parameters.heartbeat = consensus::Duration{0};
  World world{1, settings};
  settle(world);
  const std::uint64_t view = world.node(0).snapshot().view.raw;
  const std::uint32_t leader = world.leader(View{view}).raw;
  const std::uint32_t seer = (leader + 1) % 4;
  bool has_voted = false;
  world.set_filter([&](std::uint32_t from, std::uint32_t to, const Message& message) {
    if (from == seer && is_vote(message, chain::VoteKind::notarize, view)) has_voted = true;
    return from != leader || to == seer || !is_of_proposal(message, view);
  });
  // Only the leader knows the payment, and it dies with it.
  world.submit(leader, 1, false);
  REQUIRE(world.run_until([&] { return has_voted; }, kSecond));
  world.crash(leader);
  world.run_for(20 * kSecond);
  const Activity before = activity(world);
  world.run_for(60 * kSecond);
  CHECK(activity(world) == before);
  CHECK_FALSE(world.node(seer).snapshot().working);
  // The view that was left open costs the next payment one timeout.
  pay(world, 2, 2, kSecond);
  require_clean(world);
}

TEST_CASE("a node's questions of one life can't be answered by answers to another's") {
  World world{2, lan()};
  settle(world);
  // Node 3 is pushed no block, so it has to ask for each.
  std::set<std::uint64_t> asked;
  std::set<std::uint64_t> asked_before;
  world.set_filter([&](std::uint32_t from, std::uint32_t to, const Message& message) {
    const auto* request = std::get_if<consensus::Request>(&message);
    if (from == 3 && request != nullptr) asked.insert(request->id);
    return to != 3 || !std::holds_alternative<consensus::Block>(message);
  });
  pay(world, 1, 6);
  REQUIRE_FALSE(asked.empty());
  world.crash(3, false);
  asked_before.swap(asked);
  world.run_for(kSecond);
  world.start(3);
  world.run_for(kSecond);
  pay(world, 7, 12);
  REQUIRE_FALSE(asked.empty());
  for (const std::uint64_t id : asked) CHECK_FALSE(asked_before.contains(id));
  require_clean(world);
}

}  // namespace hansatsu::simulation
