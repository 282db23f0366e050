#include "tests/simulation/scenario.h"

namespace hansatsu::simulation {
namespace {

block::UnsignedTransaction unsigned_by(const World& world, AccountId account, std::uint8_t slot,
                                       std::uint64_t sequence) {
  block::UnsignedTransaction transaction;
  transaction.signer = {account, slot, 1};
  transaction.sequence = sequence;
  transaction.valid_until = plus_ms(world.utc(), 600'000);
  return transaction;
}

/// A second key, the same for every account, which may do what the first may.
Payment add_second_key(World& world, AccountId account, const PublicKey& key) {
  block::UnsignedTransaction transaction = unsigned_by(world, account, 0, 1);
  rules::AddKey add;
  add.grant = world.town().state().find(account)->keys[0].grant;
  add.grant.key = key;
  transaction.operation.value = add;
  return world.add(world.town().sign(transaction, world.town().key_of(account)));
}
Payment remove_first_key(World& world, AccountId account, const PublicKey& key) {
  block::UnsignedTransaction transaction = unsigned_by(world, account, 1, 1);
  transaction.operation.value = rules::RemoveKey{0, 1};
  return world.add(world.town().sign(transaction, key));
}
Payment pay_with_first_key(World& world, AccountId account, std::uint64_t sequence = 2,
                           std::uint64_t units = 1) {
  block::UnsignedTransaction transaction = unsigned_by(world, account, 0, sequence);
  rules::Pay pay{world.town().shop(0), CoinId{0}, Amount::of(units), {}};
  pay.order.bytes[0] = static_cast<std::uint8_t>(account.raw);
  transaction.operation.value = pay;
  return world.add(world.town().sign(transaction, world.town().key_of(account)));
}

/// A town at rest in which one node that does not lead, and nobody else, has a payment waiting when
/// the leader's block with `rival` comes; so long it has had no reason to lose patience.
struct Overtaken {
  explicit Overtaken(std::uint64_t seed) : world{seed, settings()} {
    settle(world);
    added = add_second_key(world, account, second);
    world.submit(0, added);
    REQUIRE(world.run_until([this] { return world.all_paid({added}); }, 10 * kSecond));
    world.run_for(10 * kSecond);
    view = world.node(0).snapshot().view;
    knows = (world.leader(view).raw + 1) % 4;
  }
  static Settings settings() {
    Settings settings = lan();
    settings.parameters.heartbeat = consensus::Duration{0};
    return settings;
  }
  void overtake(Payment waiting, Payment rival) {
    world.submit(knows, waiting, false);
    CHECK(world.node(knows).snapshot().working);
    world.submit(world.leader(view).raw, rival, false);
    CHECK(world.run_until([&] { return world.all_paid({rival}); }, 100 * kMillisecond));
  }
  /// Nothing goes on any more, and no view was given up.
  void require_quiet(std::uint64_t blocks) {
    world.run_for(10 * kSecond);
    CHECK_FALSE(world.node(knows).snapshot().working);
    const Activity before = activity(world);
    world.run_for(3'600 * kSecond);
    CHECK(activity(world) == before);
    CHECK(world.node(0).snapshot().view.raw == view.raw + blocks);
    require_clean(world);
  }

  World world;
  AccountId account = world.town().person(2);
  PublicKey second = world.town().key_of(world.town().shop(0));
  Payment added = 0;
  View view;
  std::uint32_t knows = 0;
};

std::uint64_t units_of(const World& world, AccountId account) {
  const auto* found = world.node(0).application().state().find(account);
  std::uint64_t units = 0;
  for (const auto& lot : found->value[0].lots) units += lot.amount.units();
  return units;
}

}  // namespace

TEST_CASE("S18 another block takes what a waiting payment needs: no view is burnt for it") {
  Overtaken town{180};
  World& world = town.world;
  SECTION("its sequence") {
    const Payment waiting = pay_with_first_key(world, town.account);
    town.overtake(waiting, pay_with_first_key(world, town.account, 2, 5));
    town.require_quiet(1);
    CHECK_FALSE(world.is_final(waiting));
  }
  SECTION("its key") {
    const Payment waiting = pay_with_first_key(world, town.account);
    town.overtake(waiting, remove_first_key(world, town.account, town.second));
    town.require_quiet(1);
    CHECK_FALSE(world.is_final(waiting));
  }
  SECTION("its lots, which is for a block to say") {
    const Payment waiting = pay_with_first_key(world, town.account, 3, 200'000);
    town.overtake(waiting, pay_with_first_key(world, town.account, 2, 200'000));
    town.require_quiet(2);
    CHECK(world.is_final(waiting));
    CHECK(units_of(world, town.account) == 100'000);
  }
}

TEST_CASE("S38 one node after the other restarted every five seconds, for an hour", "[long]") {
  World world{38, lan()};
  settle(world);
  std::set<Payment> payments;
  for (std::uint32_t round = 0; round < 720; ++round) {
    const std::uint32_t node = round % 4;
    world.crash(node, world.random().chance(500));
    world.run_for(kSecond);
    const Payment payment = round + 1;
    payments.insert(payment);
    world.submit((node + 1) % 4, payment);
    world.run_for(kSecond);
    world.start(node);
    world.run_for(3 * kSecond);
  }
  CHECK(world.run_until([&] { return world.all_paid(payments); }, 10 * kSecond));
  require_clean(world);
}

TEST_CASE("S47 a key is replaced while payments with it are under way, and nodes lose power") {
  std::uint32_t in_time = 0;
  std::uint32_t too_late = 0;
  for (std::uint64_t seed = 470; seed < 474; ++seed) {
    World world{seed, lan()};
    settle(world);
    const PublicKey second = world.town().key_of(world.town().shop(0));
    std::set<Payment> added;
    for (std::uint32_t i = 0; i < Town::kPersons; ++i) {
      added.insert(add_second_key(world, world.town().person(i), second));
    }
    for (const Payment payment : added) world.submit(0, payment);
    REQUIRE(world.run_until([&] { return world.all_paid(added); }, 10 * kSecond));
    std::set<Payment> removed;
    std::set<Payment> paid;
    for (std::uint32_t i = 0; i < Town::kPersons; ++i) {
      // To different nodes at once: which of the two comes into a block first is open.
      const AccountId account = world.town().person(i);
      removed.insert(remove_first_key(world, account, second));
      paid.insert(pay_with_first_key(world, account));
      world.submit(i % 4, *std::prev(removed.end()));
      world.run_for(static_cast<std::int64_t>(world.random().below(4)) * kMillisecond);
      world.submit((i + 1) % 4, *std::prev(paid.end()));
      world.run_for(static_cast<std::int64_t>(world.random().below(20)) * kMillisecond);
      if (i % 8 != 7) continue;
      world.crash(i / 8, i % 16 == 7);
      world.run_for(20 * kMillisecond);
      world.start(i / 8);
      world.run_for(300 * kMillisecond);
    }
    for (const Payment payment : removed) world.submit(0, payment);
    CHECK(world.run_until([&] { return world.all_paid(removed); }, 10 * kSecond));
    for (const Payment payment : paid) world.is_final(payment) ? ++in_time : ++too_late;
    require_clean(world);
  }
  CHECK(in_time >= 4);
  CHECK(too_late >= 4);
}

}  // namespace hansatsu::simulation
