#include <catch2/catch.hpp>
#include <functional>

#include "ledger/block/begin_block.h"
#include "tests/ledger/town.h"

using namespace hansatsu;
using namespace hansatsu::block;
using namespace test_town;
using rules::Refusal;
using state::Overlay;

namespace {

std::shared_ptr<Overlay> above(const state::State& state) {
  return std::make_shared<Overlay>(state);
}

/// What a block of just this transaction is refused for.
Refusal inadmissible(Town& town, const TransactionPointer& transaction) {
  Body body;
  body.transactions.push_back(transaction);
  const auto execution =
      execute_block(above(town.state), plus_ms(town.now, 1'000), body, town.checker);
  REQUIRE_FALSE(execution.has_value());
  REQUIRE(execution.error().error == BlockError::inadmissible);
  REQUIRE(execution.error().refusal.has_value());
  return *execution.error().refusal;
}

const rules::SetReceive kHarmless{true};

/// The refusal of a harmless transaction that was spoiled before it was signed.
template <class Spoil>
Refusal spoiled(Town& town, AccountId signer, const Spoil& spoil,
                std::vector<std::uint32_t> signers) {
  UnsignedTransaction transaction = town.unsigned_from(signer, kHarmless);
  spoil(transaction);
  return inadmissible(town, town.sign(transaction, signers));
}

void edit_and_merge(Town& town, AccountId account, const std::function<void(state::Account&)>& f) {
  Overlay overlay{town.state};
  f(overlay.edit(account));
  overlay.seal();
  town.state.merge(overlay);
}

}  // namespace

TEST_CASE("admission: bytes that are no transaction, or too many, are refused") {
  const Town town;
  CHECK(ParsedTransaction::parse(town.chain_id, Bytes{1, 2, 3}).error() ==
        Refusal::malformed_transaction);
  CHECK(ParsedTransaction::parse(town.chain_id, Bytes(kTransactionBytesMax + 1)).error() ==
        Refusal::transaction_too_large);
  Town other;
  const TransactionPointer good = other.from(kStaff, kHarmless);
  Bytes bytes{good->bytes().begin(), good->bytes().end()};
  bytes.push_back(0);
  CHECK(ParsedTransaction::parse(town.chain_id, bytes).error() == Refusal::malformed_transaction);
}

TEST_CASE("admission: every fault of key, time and sequence has its code") {
  Town town;
  const AccountId person = town.open_person();
  const std::uint32_t key = person.raw;
  const auto spoil = [&](auto&& f) { return spoiled(town, person, f, {key}); };

  CHECK(spoil([](auto& t) { t.signer.account = AccountId{99}; }) == Refusal::unknown_signer);
  CHECK(spoil([](auto& t) { t.signer.slot = 3; }) == Refusal::unknown_key);
  CHECK(spoil([](auto& t) { t.signer.generation = 2; }) == Refusal::wrong_generation);
  CHECK(spoil([&](auto& t) { t.valid_until = town.now; }) == Refusal::transaction_lapsed);
  CHECK(spoil([&](auto& t) { t.valid_until = plus_ms(town.now, 601'001); }) ==
        Refusal::valid_too_long);
  CHECK(spoil([](auto& t) { t.sequence = 1'000; }) == Refusal::sequence_too_far);
  CHECK(spoil([](auto& t) { t.sequence = 0; }) == Refusal::sequence_too_old);
  CHECK(spoiled(town, person, [](auto&) {}, {key + 1}) == Refusal::bad_signature);

  UnsignedTransaction staff = town.unsigned_from(kStaff, rules::Freeze{person});
  staff.valid_until = plus_ms(town.now, 604'801'001);
  CHECK(inadmissible(town, town.sign(staff, {kStaff.raw})) == Refusal::valid_too_long);

  const TransactionPointer used = town.from(person, kHarmless);
  town.run({used});
  CHECK(inadmissible(town, used) == Refusal::sequence_used);
}

TEST_CASE("admission: what a key may do follows its slot at that point of the block") {
  Town town;
  const AccountId person = town.open_person();
  const auto plain = [&] { return inadmissible(town, town.from(person, kHarmless)); };

  edit_and_merge(town, person, [](auto& a) { a.keys[0].grant.rights = state::kRightPay; });
  CHECK(plain() == Refusal::key_without_right);
  edit_and_merge(town, person, [&](auto& a) {
    a.keys[0].grant.rights = state::kRightsAll;
    a.keys[0].effective_from = plus_ms(town.now, 1'001);
  });
  CHECK(plain() == Refusal::key_not_yet_effective);
  edit_and_merge(town, person, [&](auto& a) {
    a.keys[0].effective_from = {};
    a.keys[0].grant.last_day = Date{local_date(town.now, town.charter.utc_offset).raw - 1};
  });
  CHECK(plain() == Refusal::key_lapsed);
  edit_and_merge(town, person, [](auto& a) { a.keys[0].filled = false; });
  CHECK(plain() == Refusal::unknown_key);
  edit_and_merge(town, person, [](auto& a) { a.identity.status = state::AccountStatus::closed; });
  CHECK(plain() == Refusal::signer_closed);
}

TEST_CASE("admission: work above a block's is too large") {
  state::Charter charter = test_town::charter();
  charter.limits.block_records = 10;
  Town town{charter};
  rules::Grant grant;
  grant.entries.resize(50);
  const Overlay overlay{town.state};
  const auto admitted = admit(overlay, block_time(town.charter, plus_ms(town.now, 1)),
                              *town.from(kStaff, grant), town.checker);
  CHECK(admitted.error() == Refusal::transaction_too_large);
}

TEST_CASE("admission: co-signers are other people's living keys, and sign") {
  Town town;
  const auto with = [&](KeyReference cosigner, std::vector<std::uint32_t> signers) {
    return spoiled(
        town, kAgent, [&](auto& t) { t.cosigners.push_back(cosigner); }, std::move(signers));
  };
  CHECK(with({AccountId{99}, 0, 1}, {1, 2}) == Refusal::bad_cosigner);
  CHECK(with({kTreasurer, 0, 7}, {1, 2}) == Refusal::bad_cosigner);
  CHECK(with({kAgent, 0, 1}, {1, 1}) == Refusal::bad_cosigner);
  CHECK(with({kTreasurer, 0, 1}, {1, 0}) == Refusal::bad_signature);
  edit_and_merge(town, kTreasurer,
                 [](auto& a) { a.keys[0].grant.key = key_of(kAgent.raw).public_key(); });
  CHECK(with({kTreasurer, 0, 1}, {1, 1}) == Refusal::bad_cosigner);
}

TEST_CASE("admission: quotas of transactions and refusals last until local midnight") {
  state::Charter charter = test_town::charter();
  charter.limits.quotas[0].transactions = 3;
  charter.limits.quotas[0].refusals = 2;
  Town town{charter};
  const AccountId person = town.open_person();
  for (int i = 0; i < 3; ++i) town.must(person, kHarmless);
  CHECK(inadmissible(town, town.from(person, kHarmless)) == Refusal::quota_of_transactions);
  town.now = plus_ms(town.now, kDayMs);
  // A person is no agent: refused, and counted.
  for (int i = 0; i < 2; ++i) {
    CHECK(town.run({town.from(person, rules::HandIn{Amount::of(1)})})[0].public_part.code != 0);
  }
  CHECK(inadmissible(town, town.from(person, kHarmless)) == Refusal::quota_of_refusals);
  town.now = plus_ms(town.now, kDayMs);
  town.must(person, kHarmless);
}

TEST_CASE("execution: a refused operation uses its sequence and changes nothing else") {
  Town town;
  const AccountId person = town.open_person();
  const AccountId shop = town.open_shop();
  const TransactionPointer pay =
      town.from(person, rules::Pay{shop, CoinId{0}, Amount::of(100), {}});
  Body body;
  body.transactions.push_back(pay);
  const Timestamp time = plus_ms(town.now, 1'000);
  auto execution = execute_block(above(town.state), time, body, town.checker);
  REQUIRE(execution.has_value());
  CHECK(execution->outcomes[0].public_part.code == 705);
  CHECK(execution->outcomes[0].private_part == rules::PrivateOutcome{});

  // The same by hand: time's own work, the key's sequence and its counts.
  Overlay expected{town.state};
  begin_block(expected, block_time(town.charter, time));
  state::KeySlot& key = expected.edit(person).keys[0];
  key.day = local_date(time, town.charter.utc_offset);
  state::use_sequence(key.window, 1);
  key.transactions = 1;
  key.refusals = 1;
  expected.seal();
  CHECK(execution->state_root == expected.root());
}

TEST_CASE("execution: an empty body changes nothing, whatever the time") {
  Town town;
  const auto execution =
      execute_block(above(town.state), plus_ms(town.now, 40 * kDayMs), Body{}, town.checker);
  REQUIRE(execution.has_value());
  CHECK(execution->state_root == town.state.root());
  CHECK(execution->outcomes_root.is_zero());
  CHECK(execution->transactions_root.is_zero());
  const auto late = execute_block(above(town.state), town.now, Body{}, town.checker);
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().error == BlockError::time_not_after_parent);
}

TEST_CASE("execution: a body above the charter's limits is invalid") {
  state::Charter charter = test_town::charter();
  charter.limits.block_transactions = 1;
  Town town{charter};
  Body body;
  for (int i = 0; i < 2; ++i) body.transactions.push_back(town.from(kStaff, kHarmless));
  const Timestamp time = plus_ms(town.now, 1'000);
  CHECK(execute_block(above(town.state), time, body, town.checker).error().error ==
        BlockError::too_large);

  charter = test_town::charter();
  charter.limits.block_records = rules::work_of(body.transactions[0]->operation());
  Town small{charter};
  CHECK(execute_block(above(small.state), time, body, small.checker).error().error ==
        BlockError::too_much_work);
}

TEST_CASE("execution: a block's work counts the records that were changed") {
  // Payer, shop, payment, and each program that a lot is of: more than a payment declares.
  constexpr std::uint32_t kPrograms = 8;
  constexpr std::uint32_t kFirst = 4;
  constexpr std::uint32_t kSecond = 3 + kPrograms;
  for (const std::uint32_t records : {kFirst + kSecond, kFirst + kSecond - 1, kFirst - 1}) {
    state::Charter charter = test_town::charter();
    charter.limits.block_records = std::max(records, kSecond);
    Town town{charter};
    const AccountId person = town.open_person();
    const AccountId shop = town.open_shop();
    for (std::uint32_t i = 0; i < kPrograms; ++i) {
      town.must(kAgent, rules::Charge{person, town.open_charge_program(), Amount::of(10), {}});
    }
    Body body;
    for (const std::uint32_t units : {5U, 10 * kPrograms - 5}) {
      const OrderReference order{{static_cast<std::uint8_t>(units)}};
      body.transactions.push_back(
          town.from(person, rules::Pay{shop, CoinId{0}, Amount::of(units), order}));
    }
    const Timestamp time = plus_ms(town.now, 1'000);
    BuildLimits limits = build_limits(charter.limits);
    limits.records = records;
    const BuiltBlock built =
        build_block(above(town.state), time, body.transactions, {}, limits, town.checker);
    const auto whole = execute_block(above(town.state), time, body, town.checker);
    CAPTURE(records);
    if (records == kFirst + kSecond) {
      CHECK(built.included.size() == 2);
      CHECK(built.execution.work == records);
      CHECK(whole.has_value());
      continue;
    }
    REQUIRE_FALSE(whole.has_value());
    CHECK(whole.error().error == BlockError::too_much_work);
    CHECK(whole.error().transaction == 1);
    // One that fits no block at all is dropped, one that does not fit this one waits.
    limits.records = kSecond - 1;
    const auto alone = std::span{body.transactions}.subspan(1);
    CHECK(build_block(above(town.state), time, alone, {}, limits, town.checker).dropped.size() ==
          1);
    const bool none = records < kFirst;
    CHECK(built.included.size() == (none ? 0 : 1));
    CHECK(built.dropped.size() == (none ? 2 : 0));
    const auto again = execute_block(above(town.state), time, built.body, town.checker);
    REQUIRE(again.has_value());
    CHECK(again->state_root == built.execution.state_root);
  }
}

TEST_CASE("build: what a leader builds re-executes to the same roots") {
  Town town;
  const ProgramId program = town.open_charge_program();
  const AccountId shop = town.open_shop();
  std::vector<AccountId> people;
  for (int i = 0; i < 5; ++i) people.push_back(town.open_person());
  std::vector<TransactionPointer> candidates;
  for (const AccountId person : people) {
    candidates.push_back(
        town.from(kAgent, rules::Charge{person, program, Amount::of(1'000), Amount{}}));
  }
  for (const AccountId person : people) {
    candidates.push_back(town.from(person, rules::Pay{shop, CoinId{0}, Amount::of(300), {}}));
    candidates.push_back(town.from(person, rules::Pay{shop, CoinId{0}, Amount::of(900), {}}));
  }
  candidates.push_back(candidates.front());  // a second time: inadmissible
  UnsignedTransaction stranger = town.unsigned_from(people[0], kHarmless);
  candidates.push_back(town.sign(stranger, {0}));

  const Timestamp time = plus_ms(town.now, 1'000);
  const BuiltBlock built = build_block(above(town.state), time, candidates, {},
                                       build_limits(town.charter.limits), town.checker);
  CHECK(built.included.size() == 15);
  CHECK(built.considered == candidates.size());
  REQUIRE(built.dropped.size() == 2);
  CHECK(built.dropped[0].candidate == 15);
  CHECK(built.dropped[0].refusal == Refusal::sequence_used);
  CHECK(built.dropped[1].refusal == Refusal::bad_signature);

  auto bytes = std::make_shared<const Bytes>(encode_body(built.body));
  const auto body = decode_body(town.chain_id, town.charter.limits, bytes);
  REQUIRE(body.has_value());
  const auto again = execute_block(above(town.state), time, *body, town.checker);
  REQUIRE(again.has_value());
  CHECK(again->state_root == built.execution.state_root);
  CHECK(again->outcomes_root == built.execution.outcomes_root);
  CHECK(again->transactions_root == built.execution.transactions_root);
  CHECK(again->outcomes == built.execution.outcomes);
  CHECK(again->work == built.execution.work);
  CHECK(again->state_root != town.state.root());
}

TEST_CASE("build: stops when the block is full, and drops what no block could hold") {
  Town town;
  std::vector<TransactionPointer> candidates;
  rules::Grant large;
  large.entries.resize(30);
  candidates.push_back(town.from(kStaff, large));
  for (int i = 0; i < 4; ++i) candidates.push_back(town.from(kTreasurer, kHarmless));
  BuildLimits limits = build_limits(town.charter.limits);
  limits.records = 10;
  limits.transactions = 2;
  const BuiltBlock built =
      build_block(above(town.state), plus_ms(town.now, 1), candidates, {}, limits, town.checker);
  CHECK(built.included == std::vector<std::size_t>{1, 2});
  REQUIRE(built.dropped.size() == 1);
  CHECK(built.dropped[0].refusal == Refusal::transaction_too_large);
  CHECK(built.considered == 3);
}

TEST_CASE("build: a block of nothing but inadmissible candidates is empty and changes nothing") {
  Town town;
  UnsignedTransaction transaction = town.unsigned_from(kStaff, kHarmless);
  const std::vector<TransactionPointer> candidates{town.sign(transaction, {1})};
  const BuiltBlock built = build_block(above(town.state), plus_ms(town.now, 5 * kDayMs), candidates,
                                       {}, build_limits(town.charter.limits), town.checker);
  CHECK(built.body.is_empty());
  CHECK(built.execution.state_root == town.state.root());
}

TEST_CASE("begin: when the date passes an expiry, the program counts it expired") {
  Town town;
  const ProgramId program = town.open_charge_program();
  const AccountId person = town.open_person();
  town.must(kAgent, rules::Charge{person, program, Amount::of(500), Amount{}});
  CHECK(state::held_total(town.state.find(program)->counters) == Amount::of(500));
  CHECK(town.state.next<state::Charge>().raw == 1);

  town.now = plus_ms(town.now, 40 * kDayMs);
  town.must(kStaff, rules::Freeze{person});
  CHECK(town.state.find(program)->counters.expired.is_zero());  // the last day is whole
  CHECK(town.state.first<state::Charge>().raw == 1);            // charges go at midnight
  town.now = plus_ms(town.now, kDayMs);
  town.must(kStaff, rules::Unfreeze{person});
  CHECK(town.state.find(program)->counters.expired == Amount::of(500));
  CHECK(state::is_conserved(town.state.find(program)->counters));
}

TEST_CASE("begin: payments are pruned after the refund window, at most a thousand rows a block") {
  Town town;
  Overlay overlay{town.state};
  state::Payment payment;
  payment.time = town.now;
  payment.order.bytes.fill(1);
  for (int i = 0; i < 1'500; ++i) overlay.append(payment);
  overlay.append(state::Refunded{PaymentId{0}, Amount::of(1)});
  overlay.seal();
  town.state.merge(overlay);
  town.now = plus_ms(town.now, 90 * kDayMs);
  town.run({town.from(kTreasurer, rules::SetReceive{true})});
  CHECK(town.state.first<state::Payment>().raw == 0);
  town.now = plus_ms(town.now, kDayMs);
  town.run({town.from(kTreasurer, rules::SetReceive{true})});
  CHECK(town.state.first<state::Payment>().raw == 1'000);
  CHECK(town.state.first<state::Refunded>().raw == 0);
  town.run({town.from(kTreasurer, rules::SetReceive{true})});
  CHECK(town.state.first<state::Payment>().raw == 1'500);
  CHECK(town.state.first<state::Refunded>().raw == 1);
  CHECK(town.state.indexes().payments.empty());
  CHECK(town.state.indexes().refunded.empty());
}

TEST_CASE("end: a block that does much prunes half as many rows as it may have changed") {
  Town town;
  Overlay overlay{town.state};
  state::Payment payment;
  payment.time = town.now;
  for (int i = 0; i < 5'000; ++i) overlay.append(payment);
  overlay.seal();
  town.state.merge(overlay);
  town.now = plus_ms(town.now, 91 * kDayMs);
  rules::Grant grant;  // refused, but a thousand entries to look at
  grant.entries.resize(1'000);
  const TransactionPointer transaction = town.from(kStaff, grant);
  const BuiltBlock built = build_block(above(town.state), plus_ms(town.now, 1'000), {{transaction}},
                                       {}, build_limits(town.charter.limits), town.checker);
  REQUIRE(built.included.size() == 1);
  CHECK(built.execution.work == 4'002);
  CHECK(built.execution.overlay->first<state::Payment>().raw == 2'001);
  town.run({transaction});
  CHECK(town.state.root() == built.execution.state_root);
  CHECK(town.state.first<state::Payment>().raw == 2'001);
}

TEST_CASE("preview: tells what would happen, without a signature and without a trace") {
  Town town;
  const ProgramId program = town.open_charge_program();
  const AccountId person = town.open_person();
  const AccountId shop = town.open_shop();
  town.must(kAgent, rules::Charge{person, program, Amount::of(500), Amount{}});
  const Hash root = town.state.root();
  UnsignedTransaction pay =
      town.unsigned_from(person, rules::Pay{shop, CoinId{0}, Amount::of(200), {}});
  const auto outcome = preview(town.state, plus_ms(town.now, 1), pay);
  REQUIRE(outcome.has_value());
  CHECK(outcome->public_part.amount == Amount::of(200));
  CHECK(outcome->private_part.lots.size() == 1);
  pay.operation.value = rules::Pay{shop, CoinId{0}, Amount::of(501), {}};
  CHECK(preview(town.state, plus_ms(town.now, 1), pay).error() == Refusal::not_enough_value);
  pay.valid_until = town.now;
  CHECK(preview(town.state, plus_ms(town.now, 1), pay).error() == Refusal::transaction_lapsed);
  CHECK(town.state.root() == root);
}

TEST_CASE("preview: a clock read before the newest block does not bring back what has expired") {
  Town town;
  const ProgramId program = town.open_charge_program();
  const AccountId person = town.open_person();
  const AccountId shop = town.open_shop();
  town.must(kAgent, rules::Charge{person, program, Amount::of(500), Amount{}});
  const UtcOffset offset = town.charter.utc_offset;
  const Date last_day = town.state.find(person)->value[0].lots[0].expiry;
  town.now = day_start(plus_days(last_day, 1), offset);
  town.must(person, rules::SetReceive{true});
  const UnsignedTransaction pay =
      town.unsigned_from(person, rules::Pay{shop, CoinId{0}, Amount::of(200), {}});
  const Timestamp evening{day_start(plus_days(last_day, 1), offset).raw - 1};
  CHECK(preview(town.state, evening, pay).error() == Refusal::not_enough_value);
}

TEST_CASE("preview: does not tell a sender what the receiver holds") {
  state::Charter charter = test_town::charter();
  charter.coins[0].limits.balance_unverified = Amount::of(1'000);
  Town town{charter};
  const ProgramId program = town.open_charge_program();
  const AccountId sender = town.open_person();
  const AccountId receiver = town.open_person();
  town.must(kAgent, rules::Charge{sender, program, Amount::of(600), Amount{}});
  town.must(kAgent, rules::Charge{receiver, program, Amount::of(900), Amount{}});
  const rules::Send send{receiver, CoinId{0}, Amount::of(200)};
  const auto would_be = [&] {
    return preview(town.state, plus_ms(town.now, 1), town.unsigned_from(sender, send));
  };
  CHECK(would_be().has_value());
  const auto really = town.run({town.from(sender, send)});
  CHECK(really[0].public_part.code == static_cast<std::uint16_t>(Refusal::cannot_receive));
  town.must(receiver, rules::SetReceive{false});
  CHECK(would_be().error() == Refusal::cannot_receive);
}

TEST_CASE("body: refuses what is over the charter's limits or not canonical") {
  Town town;
  Body body;
  body.transactions.push_back(town.from(kStaff, kHarmless));
  body.evidence.push_back(Evidence{1, 2, 3});
  const Bytes good = encode_body(body);
  const auto decode_bytes = [&](Bytes bytes, state::ChainLimits limits) {
    return decode_body(town.chain_id, limits, std::make_shared<const Bytes>(std::move(bytes)));
  };
  const state::ChainLimits limits = town.charter.limits;
  const auto decoded = decode_bytes(good, limits);
  REQUIRE(decoded.has_value());
  CHECK(encode_body(*decoded) == good);
  CHECK(transactions_root(*decoded) == transactions_root(body));
  CHECK(evidence_root(*decoded) == evidence_root(body));
  CHECK_FALSE(evidence_root(body).is_zero());
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(decode_bytes(Bytes{good.begin(), good.begin() + static_cast<long>(size)}, limits));
  }
  Bytes longer = good;
  longer.push_back(0);
  CHECK(decode_bytes(longer, limits).error() == BodyError::malformed);
  state::ChainLimits small = limits;
  small.block_bytes = static_cast<std::uint32_t>(good.size() - 1);
  CHECK(decode_bytes(good, small).error() == BodyError::too_large);
  small = limits;
  small.block_transactions = 0;
  CHECK(decode_bytes(good, small).error() == BodyError::too_large);
}
