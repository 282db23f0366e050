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
Payment pay_with_first_key(World& world, AccountId account) {
  block::UnsignedTransaction transaction = unsigned_by(world, account, 0, 2);
  rules::Pay pay{world.town().shop(0), CoinId{0}, Amount::of(1), {}};
  pay.order.bytes[0] = static_cast<std::uint8_t>(account.raw);
  transaction.operation.value = pay;
  return world.add(world.town().sign(transaction, world.town().key_of(account)));
}

}  // namespace

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
