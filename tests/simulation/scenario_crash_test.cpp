#include "tests/simulation/scenario.h"

namespace hansatsu::simulation {
namespace {

using chain::VoteKind;
using consensus::Message;
using consensus::Proposal;

std::uint32_t count_running(World& world) {
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < world.size(); ++i) {
    if (world.node(i).is_running()) ++count;
  }
  return count;
}

/// The first leader's view and the peers in the order of their indices.
std::uint32_t leader_of(World& world, std::uint64_t view) { return world.leader(View{view}).raw; }
std::uint64_t view_of(World& world) { return world.node(0).snapshot().view.raw; }

}  // namespace

TEST_CASE("S3 the whole town loses power again and again until 100 commits", "[long]") {
  World world{3, lan()};
  settle(world);
  Payment next_payment = 1;
  std::set<Payment> payments;
  for (int round = 0; round < 3'000 && world.checkers().final_height().raw < 100; ++round) {
    for (int i = 0; i < 3; ++i) {
      const auto node = static_cast<std::uint32_t>(world.random().below(4));
      if (world.node(node).is_running()) payments.insert(next_payment);
      world.submit(node, next_payment++);
    }
    world.run_for(static_cast<std::int64_t>(world.random().between(100, 2'000)) * kMillisecond);
    world.crash_all();
    world.run_for(50 * kMillisecond);
    world.start_all();
  }
  CHECK(world.checkers().final_height().raw >= 100);
  world.run_for(kSecond);
  for (const Payment payment : payments) world.submit(0, payment);
  CHECK(world.run_until([&] { return world.all_paid(payments); }, 60 * kSecond));
  require_clean(world);
}

TEST_CASE("S4 all lose power right after NULLIFY is sent, and exactly a quorum comes back") {
  World world{4, lan()};
  settle(world);
  const View view = world.node(0).snapshot().view;
  const std::uint32_t leader = leader_of(world, view.raw);
  world.crash(leader);
  // The first NULLIFY on the wire is the last thing anybody hears of the others.
  std::set<std::uint32_t> nullified;
  world.set_filter([&](std::uint32_t from, std::uint32_t, const Message& message) {
    if (!is_vote(message, VoteKind::nullify)) return true;
    nullified.insert(from);
    return false;
  });
  for (std::uint32_t i = 0; i < 4; ++i) world.submit(i, 1, false);
  REQUIRE(world.run_until([&] { return nullified.size() == 3; }, 20 * kSecond));
  world.crash_all();
  world.set_filter({});
  for (std::uint32_t i = 0; i < 4; ++i) {
    if (i != leader) world.start(i);
  }
  world.run_for(kSecond);
  world.submit(leader == 0 ? 1 : 0, 1);
  CHECK(world.run_until([&] { return world.all_paid({1}); }, 30 * kSecond));
  require_clean(world);
}

TEST_CASE("S6 a node that finalized and lost power does not nullify when it is back") {
  World world{6, lan()};
  settle(world);
  for (Payment payment = 100; leader_of(world, view_of(world)) == 2; ++payment) {
    pay(world, payment, payment);
    world.run_for(kSecond);
  }
  const std::uint64_t view = view_of(world);
  bool finalized = false;
  bool nullified = false;
  bool is_back = false;
  bool is_cut = true;
  std::set<std::uint32_t> gave_up;
  std::set<std::uint32_t> heard;
  world.set_filter([&](std::uint32_t from, std::uint32_t to, const Message& message) {
    if (from == 2 && is_vote(message, VoteKind::finalize, view)) finalized = true;
    if (from == 2 && is_vote(message, VoteKind::nullify, view)) nullified = true;
    if (!is_cut) return true;
    // Node 2 alone learns that the block is notarized, and all that the others give the view up.
    if (is_vote(message, VoteKind::nullify, view)) {
      gave_up.insert(from);
      if (to == 2 && is_back) heard.insert(from);
      return to == 2;
    }
    if (from == 2) return is_back && std::holds_alternative<consensus::Status>(message);
    return to == 2 || !(is_vote(message, VoteKind::notarize, view) ||
                        is_certificate(message, VoteKind::notarize, view));
  });
  world.submit(0, 1);
  REQUIRE(world.run_until([&] { return finalized; }, 10 * kSecond));
  REQUIRE(gave_up.empty());
  world.crash(2);
  REQUIRE(world.run_until([&] { return gave_up.size() == 3; }, 10 * kSecond));
  is_back = true;
  world.start(2);
  world.run_for(2 * kSecond);
  REQUIRE(heard.size() >= 2);  // f+1 of them would move anybody who had not promised otherwise
  is_cut = false;
  CHECK(world.run_until([&] { return world.all_paid({1}); }, 30 * kSecond));
  CHECK_FALSE(nullified);
  require_clean(world);
}

TEST_CASE("S7 a node that nullified and lost power does not finalize a late NOTARIZATION") {
  World world{7, lan()};
  settle(world);
  const std::uint64_t view = world.node(2).snapshot().view.raw;
  if (leader_of(world, view) == 2) {
    pay(world, 100, 100);
    world.run_for(kSecond);
  }
  const std::uint64_t at = world.node(2).snapshot().view.raw;
  bool nullified = false;
  bool finalized = false;
  bool is_cut = true;
  bool is_undecided = true;
  world.set_filter([&](std::uint32_t from, std::uint32_t to, const Message& message) {
    if (from == 2 && is_vote(message, VoteKind::nullify, at)) nullified = true;
    if (from == 2 && is_vote(message, VoteKind::finalize, at)) finalized = true;
    // The others notarize the view's block and cannot finalize it until node 2 has seen that.
    const bool finalizes =
        is_vote(message, VoteKind::finalize) || is_certificate(message, VoteKind::finalize);
    if (finalizes && is_undecided) return false;
    const bool is_status = std::holds_alternative<consensus::Status>(message);
    return !is_cut || is_status || (from != 2 && to != 2);
  });
  for (std::uint32_t i = 0; i < 4; ++i) world.submit(i, 1, false);
  REQUIRE(world.run_until([&] { return nullified; }, 20 * kSecond));
  world.crash(2);
  is_cut = false;
  world.start(2);
  world.run_for(2 * kSecond);
  is_undecided = false;
  CHECK(world.run_until([&] { return world.all_paid({1}); }, 30 * kSecond));
  CHECK_FALSE(finalized);
  require_clean(world);
}

TEST_CASE("S8 a leader that lost power after proposing to some does not propose anew") {
  const std::uint32_t reached = GENERATE(1U, 2U, 3U);
  World world{80 + reached, lan()};
  settle(world);
  const std::uint64_t view = world.node(0).snapshot().view.raw;
  const std::uint32_t leader = leader_of(world, view);
  std::set<std::uint32_t> told;
  std::set<Hash> proposed;
  world.set_filter([&](std::uint32_t from, std::uint32_t to, const Message& message) {
    const auto* proposal = std::get_if<Proposal>(&message);
    if (proposal != nullptr && from == leader && proposal->header.view.raw == view) {
      proposed.insert(proposal->vote.ballot.block_id);
    }
    const bool is_block = std::holds_alternative<consensus::Block>(message);
    if (from != leader || (proposal == nullptr && !is_block)) return true;
    if (told.size() < reached) told.insert(to);
    return told.contains(to);
  });
  for (std::uint32_t i = 0; i < 4; ++i) world.submit(i, 1, false);
  REQUIRE(world.run_until([&] { return told.size() == reached; }, 10 * kSecond));
  world.crash(leader);
  world.set_filter([&](std::uint32_t from, std::uint32_t, const Message& message) {
    const auto* proposal = std::get_if<Proposal>(&message);
    if (proposal != nullptr && from == leader && proposal->header.view.raw == view) {
      proposed.insert(proposal->vote.ballot.block_id);
    }
    return true;
  });
  world.run_for(10 * kMillisecond);
  world.start(leader);
  world.run_for(kSecond);
  world.submit(leader, 2);
  CHECK(world.run_until([&] { return world.all_paid({1, 2}); }, 30 * kSecond));
  CHECK(proposed.size() == 1);
  require_clean(world);
}

TEST_CASE("S9 a leader signs two blocks, and a holder of each loses power") {
  std::uint32_t split = 0;
  for (std::uint64_t seed = 90; seed < 100; ++seed) {
    World world{seed, lan(), Attack::equivocate, 1};
    settle(world);
    Payment payment = 1;
    // On to a view that the villain leads.
    while (leader_of(world, view_of(world)) != 1 && payment < 50) {
      pay(world, payment, payment);
      ++payment;
    }
    const std::uint64_t view = view_of(world);
    REQUIRE(leader_of(world, view) == 1);
    std::map<std::uint32_t, Hash> shown;  // to each peer
    std::set<Hash> noted;                 // by honest nodes
    world.set_filter([&](std::uint32_t from, std::uint32_t to, const Message& message) {
      const auto* proposal = std::get_if<Proposal>(&message);
      if (proposal != nullptr && from == 1 && proposal->header.view.raw == view) {
        shown[to] = proposal->vote.ballot.block_id;
      }
      if (from != 1 && is_vote(message, VoteKind::notarize, view)) {
        noted.insert(std::get<chain::Vote>(message).ballot.block_id);
      }
      return true;
    });
    for (std::uint32_t i = 0; i < 4; ++i) world.submit(i, payment, false);
    REQUIRE(world.run_until([&] { return shown.size() == 3; }, 10 * kSecond));
    // One to node 3 alone, the other to nodes 0 and 2.
    REQUIRE(shown[0] == shown[2]);
    REQUIRE(shown[0] != shown[3]);
    world.run_for(static_cast<std::int64_t>(world.random().below(10'000)) * 1'000);
    if (noted.size() == 2) ++split;
    world.crash(0);
    world.crash(3);
    CHECK(count_running(world) == 2);
    world.run_for(200 * kMillisecond);
    world.start(0);
    world.start(3);
    world.run_for(kSecond);
    pay(world, payment, payment, 30 * kSecond);
    require_clean(world);
  }
  CHECK(split >= 3);
}

}  // namespace hansatsu::simulation
