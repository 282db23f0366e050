#include "node/block_tree.h"

#include <catch2/catch.hpp>

#include "tests/ledger/town.h"
#include "tests/node/draft.h"

using namespace hansatsu;  // NOLINT: a test
using node::BlockTree;
using node::Mempool;

namespace {

/// One validator's half of a town's ledger: chain, tree, mempool. All of a test share one town,
/// whose genesis has what a payment needs.
struct Half {
  explicit Half(const state::Charter& charter)
      : chain{state::genesis_state(charter),
              block::genesis_header(charter, state::genesis_state(charter).root())},
        tree{chain, signatures} {}

  node::SignatureCache signatures;
  node::Chain chain;
  BlockTree tree;
  Mempool mempool{1'000};
};

/// Work that genesis allows: staff opens accounts.
rules::OpenAccount account(std::uint8_t number) {
  rules::OpenAccount open;
  open.salt.bytes.fill(number);
  open.keys.push_back(test_town::grant_all(test_town::key_of(100U + number).public_key()));
  return open;
}

chain::Header draft(const chain::Header& parent) {
  return test_node::draft_on(parent, next(parent.view));
}

std::optional<consensus::Block> build_on(Half& half, const chain::Header& parent,
                                         bool with_content = true) {
  const chain::Header header = draft(parent);
  return half.tree.build({header.view, header, with_content}, half.mempool);
}

bool validate(Half& half, const consensus::Block& block) {
  return half.tree.validate({chain::block_id(block.header), block}, {});
}

bool pending(Half& half, const Hash& tip, Timestamp time) {
  return half.tree.find_pending(tip, half.mempool, time).transaction != nullptr;
}

void commit(Half& half, const consensus::Block& block) {
  auto finished = half.tree.finish({chain::block_id(block.header), {block, {}}});
  half.chain.commit(*finished.overlay, finished.block.header);
  for (const auto& transaction : finished.transactions) half.mempool.remove(transaction->id());
}

}  // namespace

TEST_CASE("what one validator builds, another finds the same", "[node][blocks]") {
  test_town::Town town;
  Half builder{town.charter};
  Half other{town.charter};
  for (std::uint8_t i = 1; i <= 3; ++i) {
    (void)builder.mempool.add(town.from(test_town::kStaff, account(i)));
  }
  const auto block = build_on(builder, builder.chain.tip());
  REQUIRE(block.has_value());
  CHECK_FALSE(block->header.is_empty());
  CHECK(block->header.state_root != builder.chain.tip().state_root);
  REQUIRE(validate(other, *block));
  commit(builder, *block);
  commit(other, *block);
  CHECK(builder.mempool.is_empty());
  for (const Half* half : {&builder, &other}) {
    CHECK(half->chain.base().root() == block->header.state_root);
    CHECK(half->chain.tip() == block->header);
    CHECK(half->chain.base().next<state::Account>() == AccountId{6});
  }
}

TEST_CASE("a block that claims anything else than it does is not valid", "[node][blocks]") {
  test_town::Town town;
  Half builder{town.charter};
  (void)builder.mempool.add(town.from(test_town::kStaff, account(1)));
  const auto block = build_on(builder, builder.chain.tip());
  REQUIRE(block.has_value());
  const auto refused = [&](const auto& change) {
    Half other{town.charter};
    consensus::Block changed = *block;
    change(changed);
    return !validate(other, changed);
  };
  CHECK(refused([](auto& b) { b.header.state_root.bytes[0] ^= 1U; }));
  CHECK(refused([](auto& b) { b.header.outcomes_root.bytes[0] ^= 1U; }));
  CHECK(refused([](auto& b) { b.header.transactions_root.bytes[0] ^= 1U; }));
  CHECK(refused([](auto& b) { b.header.evidence_root.bytes[0] ^= 1U; }));
  CHECK(refused([](auto& b) { b.header.flags = chain::kFlagEmpty; }));
  CHECK(refused([](auto& b) { b.header.parent_id.bytes[0] ^= 1U; }));
  CHECK(refused([](auto& b) { b.header.time = Timestamp{test_town::kFounded}; }));
  CHECK(refused([](auto& b) {
    Bytes body = *b.body;
    body.back() ^= 1U;  // the signature's last byte
    b.body = std::make_shared<const Bytes>(std::move(body));
  }));
  CHECK_FALSE(refused([](auto&) {}));
}

TEST_CASE("a mempool's transaction is pending until its chain holds it, and again when that goes",
          "[node][blocks]") {
  test_town::Town town;
  Half half{town.charter};
  const chain::Header anchor = half.chain.tip();
  const Hash anchor_id = chain::block_id(anchor);
  const Timestamp time = plus_ms(anchor.time, 500);
  CHECK_FALSE(pending(half, anchor_id, time));
  (void)half.mempool.add(town.from(test_town::kStaff, account(1)));
  CHECK(pending(half, anchor_id, time));

  const auto block = build_on(half, anchor);
  REQUIRE(block.has_value());
  const Hash id = chain::block_id(block->header);
  CHECK_FALSE(pending(half, id, time));
  CHECK(pending(half, anchor_id, time));
  // A child of it has nothing to hold.
  CHECK_FALSE(build_on(half, block->header).has_value());

  half.tree.discard(id);
  CHECK_FALSE(build_on(half, block->header).has_value());
  const auto again = build_on(half, anchor);
  REQUIRE(again.has_value());
  CHECK(*again == *block);
  commit(half, *again);
  CHECK_FALSE(pending(half, chain::block_id(again->header), time));
}

TEST_CASE("blocks stand on blocks that are not final yet, side by side", "[node][blocks]") {
  test_town::Town town;
  Half builder{town.charter};
  Half other{town.charter};
  (void)builder.mempool.add(town.from(test_town::kStaff, account(1)));
  const auto first = build_on(builder, builder.chain.tip());
  (void)builder.mempool.add(town.from(test_town::kStaff, account(2)));
  const auto second = build_on(builder, first->header);
  const auto empty = build_on(builder, first->header, false);
  REQUIRE(second.has_value());
  REQUIRE(empty.has_value());
  CHECK(empty->header.is_empty());
  CHECK(empty->header.state_root == first->header.state_root);

  CHECK_FALSE(validate(other, *second));  // its parent is not known yet
  REQUIRE(validate(other, *first));
  REQUIRE(validate(other, *second));
  REQUIRE(validate(other, *empty));
  commit(other, *first);
  commit(other, *second);
  CHECK(other.chain.base().root() == second->header.state_root);
}

TEST_CASE("what a block could not hold is told by its code", "[node][blocks]") {
  test_town::Town town;
  Half half{town.charter};
  const chain::Header anchor = half.chain.tip();
  const Hash tip = chain::block_id(anchor);
  const auto refusal = [&](const block::TransactionPointer& transaction) {
    return half.tree.inadmissible_on(tip, *transaction, plus_ms(anchor.time, 500));
  };
  const auto good = town.from(test_town::kStaff, account(1));
  CHECK_FALSE(refusal(good).has_value());
  auto changed = town.unsigned_from(test_town::kStaff, account(1));
  CHECK(refusal(town.sign(changed, {5})) == rules::Refusal::bad_signature);
  changed.sequence = 1'000;
  CHECK(refusal(town.sign(changed, {0})) == rules::Refusal::sequence_too_far);
  changed.sequence = 2;
  changed.valid_until = Timestamp{1};
  CHECK(refusal(town.sign(changed, {0})) == rules::Refusal::transaction_lapsed);

  (void)half.mempool.add(good);
  const auto block = build_on(half, anchor);
  const Hash id = chain::block_id(block->header);
  CHECK(half.tree.inadmissible_on(id, *good, plus_ms(anchor.time, 2'000)) ==
        rules::Refusal::sequence_used);
}

TEST_CASE("a key that a block opened counts at once, though this node's clock runs behind",
          "[node][blocks]") {
  test_town::Town town;
  Half half{town.charter};
  (void)half.mempool.add(town.from(test_town::kStaff, account(1)));
  const auto block = build_on(half, half.chain.tip());
  const Hash id = chain::block_id(block->header);
  const Timestamp behind = Timestamp{block->header.time.raw - 500};
  auto pay = town.unsigned_from(test_town::kStaff, rules::SetReceive{false});
  pay.signer = {AccountId{static_cast<std::uint32_t>(town.charter.accounts.size())}, 0, 1};
  pay.sequence = 1;
  CHECK_FALSE(half.tree.inadmissible_on(id, *town.sign(pay, {101}), behind).has_value());
}

TEST_CASE("what the final state can never take is told apart from what must wait",
          "[node][blocks]") {
  test_town::Town town;
  Half half{town.charter};
  Half other{town.charter};
  const Timestamp time = plus_ms(half.chain.tip().time, 2'000);
  const auto used = town.from(test_town::kStaff, account(1));
  auto rival_of_used = town.unsigned_from(test_town::kStaff, account(2));
  rival_of_used.sequence = used->unsigned_part().sequence;
  auto too_far = town.unsigned_from(test_town::kStaff, account(3));
  too_far.sequence = 500;
  (void)other.mempool.add(used);
  const auto block = build_on(other, other.chain.tip());
  REQUIRE(block.has_value());
  (void)half.mempool.add(town.sign(rival_of_used, {0}));
  (void)half.mempool.add(town.sign(too_far, {0}));
  REQUIRE(validate(half, *block));

  // Until the block that used the sequence is final, the other may still be the one.
  const Hash id = chain::block_id(block->header);
  CHECK(half.tree.find_pending(id, half.mempool, time).dead.empty());
  commit(half, *block);
  const auto found = half.tree.find_pending(id, half.mempool, time);
  CHECK(found.transaction == nullptr);
  REQUIRE(found.dead.size() == 1);
  for (const auto& [dead, refusal] : found.dead) {
    CHECK(dead->unsigned_part() == rival_of_used);
    CHECK(refusal == rules::Refusal::sequence_used);
  }
}

TEST_CASE("two contradicting votes go into the next block, once", "[node][blocks]") {
  test_town::Town town;
  Half half{town.charter};
  Half other{town.charter};
  const block::Trust trust = block::trust_of(town.charter);
  const auto vote = [&](std::uint8_t block_number) {
    chain::Vote one;
    one.ballot = {chain::VoteKind::notarize, View{3}, hash_of(HashTag::demo, block_number)};
    one.signer = ValidatorIndex{1};
    const KeyPair key = test_town::validator_key(1, town.charter);
    one.signature = key.sign(chain::vote_message(trust.context, one.ballot));
    return one;
  };
  const consensus::Evidence evidence{vote(1), vote(2)};
  half.tree.add_evidence(evidence);
  half.tree.add_evidence(evidence);
  const auto block = build_on(half, half.chain.tip());
  REQUIRE(block.has_value());
  CHECK_FALSE(block->header.evidence_root.is_zero());
  REQUIRE(validate(other, *block));
  commit(half, *block);
  CHECK_FALSE(build_on(half, block->header).has_value());

  // The same vote twice accuses nobody.
  Half accuser{town.charter};
  accuser.tree.add_evidence({vote(1), vote(1)});
  const auto slander = build_on(accuser, accuser.chain.tip());
  REQUIRE(slander.has_value());
  CHECK_FALSE(validate(other, *slander));
}
