#include "tests/simulation/scenario.h"

namespace hansatsu::simulation {
namespace {

using chain::VoteKind;
using consensus::Block;
using consensus::Message;
using consensus::Proposal;
using consensus::Response;

Settings with_slow_disks(std::uint32_t validators, std::uint32_t count, std::int64_t sync_ns) {
  Settings settings = lan(validators);
  for (std::uint32_t i = 0; i < count; ++i) settings.sync_ns_of[i] = sync_ns;
  return settings;
}

bool have_paid(const World& world, const std::set<std::uint32_t>& nodes,
               const std::set<Payment>& payments) {
  for (const std::uint32_t node : nodes) {
    for (const Payment payment : payments) {
      if (!world.node(node).application().paid().contains(payment)) return false;
    }
  }
  return true;
}

/// Bytes of bodies in a message; 0 for what travels on the consensus lane.
std::size_t body_bytes(const Message& message) {
  if (const auto* block = std::get_if<Block>(&message)) return block->body->size();
  const auto* response = std::get_if<Response>(&message);
  if (response == nullptr) return 0;
  if (const auto* block = std::get_if<Block>(&response->answer)) return block->body->size();
  std::size_t bytes = 0;
  if (const auto* range = std::get_if<consensus::Range>(&response->answer)) {
    for (const consensus::FinalBlock& final : range->blocks) bytes += final.block.body->size();
  }
  return bytes;
}

}  // namespace

TEST_CASE("S21 heartbeats by clocks up to five per cent apart, and no view given up") {
  Settings settings = lan();
  settings.clocks = {{0, {0, -50}}, {1, {0, -17}}, {2, {0, 17}}, {3, {0, 50}}};
  settings.parameters.heartbeat = std::chrono::minutes{1};
  World world{21, settings};
  std::size_t nullifies = 0;
  world.set_filter([&](std::uint32_t, std::uint32_t, const Message& message) {
    if (is_vote(message, VoteKind::nullify)) ++nullifies;
    return true;
  });
  settle(world);
  world.run_for(30 * 60 * kSecond);
  CHECK(nullifies == 0);
  CHECK(world.checkers().final_height().raw >= 27);
  // The leader after may find its own heartbeat due before it hears that the first is final.
  CHECK(world.checkers().final_height().raw <= 2 * 33);
  require_clean(world);
}

TEST_CASE("S36 disks that take a second to sync, on one node, on f, on f+1") {
  const std::uint32_t slow = GENERATE(1U, 2U, 3U);
  World world{360 + slow, with_slow_disks(7, slow, kSecond)};
  settle(world);
  std::set<std::uint32_t> quick;
  for (std::uint32_t i = slow; i < 7; ++i) quick.insert(i);
  for (Payment payment = 1; payment <= 20; ++payment) {
    world.submit(6, payment);
    // Up to f slow ones are not waited for, but for the views they lead; with f+1 one always is.
    const std::int64_t bound = slow <= 2 ? 3 * kSecond : 30 * kSecond;
    REQUIRE(world.run_until([&] { return have_paid(world, quick, {payment}); }, bound));
  }
  require_clean(world);
}

/// That votes pass such a peer's bodies on the wire is tests/node/net_network_test.cpp's matter;
/// here they do, and the town must not wait for the bodies.
TEST_CASE("S37 blocks to all, and one peer reads ten kilobytes of them a second") {
  World world{37, lan()};
  settle(world);
  static constexpr std::uint32_t kSlow = 3;
  constexpr std::int64_t kNsAByte = kSecond / 10'000;
  std::int64_t free_at = 0;
  bool is_late = false;  // what comes now has waited already
  std::size_t waited = 0;
  world.set_filter([&](std::uint32_t from, std::uint32_t to, const Message& message) {
    const std::size_t bytes = body_bytes(message);
    if (to != kSlow || bytes == 0 || is_late) return true;
    free_at = std::max(free_at, world.now()) + static_cast<std::int64_t>(bytes) * kNsAByte;
    ++waited;
    world.after(free_at - world.now(), [&world, &is_late, from, parcel = pack(message)] {
      is_late = true;
      world.put_on_wire(from, kSlow, parcel);
      is_late = false;
    });
    return false;
  });
  std::set<Payment> payments;
  for (Payment payment = 1; payment <= 1'000; ++payment) {
    payments.insert(payment);
    world.submit(static_cast<std::uint32_t>(payment % 3), payment);
  }
  CHECK(world.run_until([&] { return have_paid(world, {0, 1, 2}, payments); }, 5 * kSecond));
  CHECK_FALSE(have_paid(world, {kSlow}, payments));
  CHECK(waited >= 10);
  CHECK(world.run_until([&] { return world.all_paid(payments); }, 120 * kSecond));
  require_clean(world);
}

TEST_CASE("S46 while who holds the certificates hangs, at most eight blocks wait for theirs",
          "[long]") {
  World world{46, lan()};
  settle(world);
  constexpr std::uint32_t kHolder = 2;
  bool hangs = true;
  std::uint64_t deepest = 0;
  std::set<View> views;
  world.set_filter([&](std::uint32_t, std::uint32_t to, const Message& message) {
    if (const auto* proposal = std::get_if<Proposal>(&message)) {
      const Height known = proposal->final_tip ? proposal->final_tip->header.height : Height{};
      views.insert(proposal->header.view);
      if (!proposal->header.is_empty()) {
        deepest = std::max(deepest, proposal->header.height.raw - known.raw);
      }
    }
    return !hangs || to == kHolder || !is_vote(message, VoteKind::finalize);
  });
  world.pause(kHolder, 10 * kSecond);
  std::set<Payment> payments;
  for (Payment payment = 1; payment <= 900; ++payment) {
    payments.insert(payment);
    world.submit(payment % 2 == 0 ? 0 : 1, payment);
    world.run_for(10 * kMillisecond);
  }
  CHECK(deepest == consensus::kDepthMax);
  CHECK(views.size() > 20);
  CHECK(world.checkers().final_height() == Height{});
  world.run_for(kSecond);
  hangs = false;
  CHECK(world.run_until([&] { return world.all_paid(payments); }, 30 * kSecond));
  CHECK(deepest == consensus::kDepthMax);
  require_clean(world);
}

TEST_CASE("S46 while only the disk of who holds the certificates hangs, they go out all the same") {
  World world{47, lan()};
  settle(world);
  constexpr std::uint32_t kHolder = 2;
  bool hangs = true;
  std::uint64_t deepest = 0;
  std::uint64_t told_by_others = 0;
  world.set_filter([&](std::uint32_t from, std::uint32_t to, const Message& message) {
    if (const auto* proposal = std::get_if<Proposal>(&message)) {
      const Height known = proposal->final_tip ? proposal->final_tip->header.height : Height{};
      if (!proposal->header.is_empty()) {
        deepest = std::max(deepest, proposal->header.height.raw - known.raw);
      }
    }
    if (hangs && from != kHolder && is_vote(message, VoteKind::finalize)) ++told_by_others;
    // Whoever wants to know what is final has to hear it from the one whose disk hangs.
    return !hangs || to == kHolder || !is_vote(message, VoteKind::finalize);
  });
  Settings settings = world.settings();
  settings.sync_ns_of[kHolder] = 10 * kSecond;
  world.set_settings(settings);
  std::set<Payment> payments;
  const std::uint64_t syncs_before = world.node(kHolder).disk().syncs();
  for (Payment payment = 1; payment <= 250; ++payment) {
    payments.insert(payment);
    world.submit(payment % 2 == 0 ? 0 : 1, payment);
    world.run_for(40 * kMillisecond);
  }
  // A few syncs in ten seconds, of the hundreds that others make: the disk did hang, and the engine
  // did not.
  REQUIRE(world.node(kHolder).is_syncing());
  REQUIRE(world.node(kHolder).disk().syncs() - syncs_before <= 10);
  REQUIRE(told_by_others > 0);
  // Each view that it leads is given up, and no other waits for it. That lengthens the timeouts
  // a few times only, as the others' views do well.
  for (const std::uint32_t told : {0U, 1U, 3U}) {
    INFO(world.node(told).snapshot().backoff);
    CHECK(world.node(told).application().header().height.raw >= 60);
    CHECK(world.node(told).snapshot().backoff <= 4);
  }
  CHECK(deepest <= consensus::kDepthMax);
  world.check_memory();
  hangs = false;
  world.set_settings(lan());
  CHECK(world.run_until([&] { return world.all_paid(payments); }, 120 * kSecond));
  CHECK(deepest <= consensus::kDepthMax);
  require_clean(world);
}

namespace {

/// Of two hundred blocks with a payment each, after some that its timeouts may learn from.
void require_steady(std::uint64_t seed, const Settings& settings) {
  World world{seed, settings};
  settle(world);
  for (Payment payment = 1; payment <= 50; ++payment) pay(world, payment, payment);
  const std::uint64_t skipped_before =
      world.node(3).snapshot().view.raw - world.checkers().final_height().raw;
  const std::uint64_t height = world.checkers().final_height().raw;
  for (Payment payment = 51; payment <= 250; ++payment) pay(world, payment, payment);
  const std::uint64_t skipped =
      world.node(3).snapshot().view.raw - world.checkers().final_height().raw - skipped_before;
  CHECK(skipped * 10 <= world.checkers().final_height().raw - height);
  require_clean(world);
}

}  // namespace

TEST_CASE("S50 syncs of thirty milliseconds on nodes of unequal speed give up few views") {
  const std::uint32_t slow = GENERATE(1U, 2U, 4U);
  require_steady(500 + slow, with_slow_disks(4, slow, 30 * kMillisecond));
}

TEST_CASE("S50 blocks of much work on nodes of unequal speed give up few views") {
  const std::uint32_t slow = GENERATE(1U, 2U, 4U);
  const std::int64_t work = GENERATE(30 * kMillisecond, 150 * kMillisecond);
  Settings settings = lan();
  for (std::uint32_t i = 0; i < 4; ++i) settings.work_ns_of[i] = i < slow ? work : work / 10;
  require_steady(510 + slow, settings);
}

}  // namespace hansatsu::simulation
