#include "tests/simulation/scenario.h"

/// S48: a validator is put back to an older copy of its disks. It has forgotten votes; others hold
/// them within their certificates, also when all of them restarted meanwhile.
namespace hansatsu::simulation {
namespace {

constexpr std::uint32_t kOlder = 3;

/// Payments one after the other, so that each has a block of its own.
void pay_slowly(World& world, Payment first, Payment last) {
  for (Payment payment = first; payment <= last; ++payment) pay(world, payment, payment);
}

enum class Restarted : std::uint8_t { all, only_older };

/// Whether it was told, once it is back among the others.
bool is_told(std::uint64_t seed, Restarted restarted) {
  World world{seed, lan(), Cast{{}, {kOlder}}};
  settle(world);
  pay_slowly(world, 1, 5);
  const Node::Image older = world.node(kOlder).image();
  pay_slowly(world, 6, 25);
  world.run_for(2 * kSecond);  // nothing is under way any more
  if (restarted == Restarted::all) {
    world.crash_all();
  } else {
    world.crash(kOlder, false);
  }
  world.node(kOlder).restore(older);
  world.start_all();
  world.run_for(kSecond);
  const bool told = world.node(kOlder).snapshot().voting_stopped;
  for (std::uint32_t node = 0; node < kOlder; ++node)
    CHECK_FALSE(world.node(node).snapshot().voting_stopped);
  // The others go on, it follows; and once what it forgot is history, it takes part again.
  pay_slowly(world, 26, 30);
  require_clean(world);
  world.run_for(2 * kSecond);  // what it fetched is in its log
  world.crash(kOlder, false);
  world.start(kOlder);
  world.run_for(kSecond);
  CHECK_FALSE(world.node(kOlder).snapshot().voting_stopped);
  pay_slowly(world, 31, 33);
  require_clean(world);
  return told;
}

}  // namespace

TEST_CASE("S48 a validator put back to an older copy is told, by peers that restarted with it") {
  const Restarted restarted = GENERATE(Restarted::all, Restarted::only_older);
  std::uint32_t told = 0;
  for (std::uint64_t seed = 480; seed < 490; ++seed) told += is_told(seed, restarted) ? 1 : 0;
  // Each certificate has three of four signers; who is in none that is left is not told, and has
  // then cast nothing that still counts.
  CHECK(told >= 9);
}

}  // namespace hansatsu::simulation
