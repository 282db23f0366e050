#include <catch2/catch.hpp>

#include "ledger/crypto/keys.h"
#include "ledger/state/account_parts.h"
#include "ledger/state/charter.h"
#include "ledger/state/program.h"
#include "tests/ledger/town.h"

using namespace hansatsu;
using namespace hansatsu::state;

TEST_CASE("sequence window: each number within reach is used once, in any order") {
  SequenceWindow window;
  CHECK(check_sequence(window, 0) == SequenceUse::too_old);
  CHECK(check_sequence(window, 64) == SequenceUse::fresh);
  CHECK(check_sequence(window, 65) == SequenceUse::too_far);
  for (const std::uint64_t sequence : {3U, 1U, 2U, 66U, 40U, 130U}) {
    REQUIRE(check_sequence(window, sequence) == SequenceUse::fresh);
    use_sequence(window, sequence);
    CHECK(check_sequence(window, sequence) == SequenceUse::used);
  }
  CHECK(check_sequence(window, 66) == SequenceUse::used);  // the last bit of the map
  CHECK(check_sequence(window, 67) == SequenceUse::fresh);
  CHECK(check_sequence(window, 65) == SequenceUse::too_old);
  CHECK(check_sequence(window, 194) == SequenceUse::fresh);
  CHECK(check_sequence(window, 195) == SequenceUse::too_far);
}

TEST_CASE("sequence window: agrees with a set of used numbers") {
  SequenceWindow window;
  std::vector<bool> used(2'000);
  std::uint64_t random = 12'345;
  for (int i = 0; i < 5'000; ++i) {
    random = random * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    const std::uint64_t low = window.highest > 70 ? window.highest - 70 : 0;
    const std::uint64_t sequence = low + (random >> 33U) % 76;
    if (sequence >= used.size()) break;
    const SequenceUse use = check_sequence(window, sequence);
    if (sequence == 0 || sequence + 64 < window.highest) {
      REQUIRE(use == SequenceUse::too_old);
      continue;
    }
    if (sequence > window.highest + 64) {
      REQUIRE(use == SequenceUse::too_far);
      continue;
    }
    REQUIRE(use == (used[sequence] ? SequenceUse::used : SequenceUse::fresh));
    if (use == SequenceUse::fresh) use_sequence(window, sequence);
    used[sequence] = true;
  }
}

TEST_CASE("account parts: only what changed is another hash, and parts' salts differ") {
  Account account;
  account.salt.bytes[3] = 9;
  account.keys.resize(1);
  const AccountParts parts = parts_of(account);
  Account later = account;
  later.keys[0].window.highest = 1;
  const AccountParts later_parts = parts_of(later, account, parts);
  CHECK(later_parts == parts_of(later));
  CHECK(later_parts.identity == parts.identity);
  CHECK(later_parts.value == parts.value);
  CHECK(later_parts.keys != parts.keys);
  CHECK(record_hash(later) == account_leaf(later_parts));
  CHECK(part_salt(AccountPart::keys, account.salt) != part_salt(AccountPart::value, account.salt));
}

TEST_CASE("program counters: conserved only when every unit is somewhere") {
  ProgramCounters counters;
  counters.issued = Amount::of(100);
  counters.held = {{Date{1}, Amount::of(30)}, {Date{2}, Amount::of(20)}};
  counters.takings = Amount::of(25);
  counters.settled = Amount::of(25);
  CHECK(held_total(counters) == Amount::of(50));
  CHECK(is_conserved(counters));
  counters.expired = Amount::of(1);
  CHECK_FALSE(is_conserved(counters));
}

TEST_CASE("charter: each way its parts may not fit is told") {
  const Charter good = test_town::charter();
  CHECK(check_charter(good).has_value());
  const auto error_of = [&](auto&& spoil) {
    Charter charter = good;
    spoil(charter);
    return check_charter(charter).error();
  };
  CHECK(error_of([](Charter& c) { c.coins.clear(); }) == CharterError::no_coin);
  CHECK(error_of([](Charter& c) { c.coins[0].name.text = "Upper"; }) == CharterError::no_coin);
  CHECK(error_of([](Charter& c) { c.coins.push_back(c.coins[0]); }) == CharterError::no_coin);
  CHECK(error_of([](Charter& c) { c.validators.resize(3); }) == CharterError::bad_validators);
  CHECK(error_of([](Charter& c) { std::swap(c.validators[0], c.validators[1]); }) ==
        CharterError::bad_validators);
  CHECK(error_of([](Charter& c) { c.validators[1].name = c.validators[0].name; }) ==
        CharterError::bad_validators);
  CHECK(error_of([](Charter& c) { c.accounts[0].keys.clear(); }) == CharterError::bad_account);
  CHECK(error_of([](Charter& c) { c.accounts[0].home = CoinId{9}; }) == CharterError::bad_account);
  CHECK(error_of([](Charter& c) { c.accounts[0].keys[0].key.bytes.fill(0xff); }) ==
        CharterError::bad_account);
  CHECK(error_of([](Charter& c) { c.roles[0].account = AccountId{99}; }) == CharterError::bad_role);
  CHECK(error_of([](Charter& c) { c.policy[0].coin = CoinId{9}; }) == CharterError::bad_policy);
  CHECK(error_of([](Charter& c) { c.limits.quotas.pop_back(); }) == CharterError::bad_limits);
  CHECK(error_of([](Charter& c) { c.limits.block_bytes = 1'000; }) == CharterError::bad_limits);
  CHECK(chain_id(good) != chain_id(Charter{}));
}
