#include <catch2/catch.hpp>

#include "node/block_tree.h"
#include "tests/ledger/town.h"
#include "tests/node/draft.h"

/// A payment that can enter a block must get into one, whatever else waits.
namespace {

using namespace hansatsu;  // NOLINT: a test
using node::BlockTree;
using node::Mempool;

struct Ledger {
  explicit Ledger(const state::Charter& charter)
      : chain{state::genesis_state(charter),
              block::genesis_header(charter, state::genesis_state(charter).root())},
        tree{chain, signatures} {}

  consensus::Build build() const {
    const chain::Header parent = chain.tip();
    const chain::Header draft = test_node::draft_on(parent, next(parent.view));
    return {draft.view, draft, true};
  }
  Timestamp time() const { return build().draft.time; }
  Hash tip() const { return chain::block_id(chain.tip()); }

  node::SignatureCache signatures;
  node::Chain chain;
  BlockTree tree;
  Mempool mempool{1'000};
};

rules::OpenAccount account(std::uint8_t number) {
  rules::OpenAccount open;
  open.salt.bytes.fill(number);
  open.keys.push_back(test_town::grant_all(test_town::key_of(100U + number).public_key()));
  return open;
}

block::TransactionPointer with_sequence(test_town::Town& town, AccountId signer,
                                        std::uint64_t sequence, std::uint8_t number) {
  auto transaction = town.unsigned_from(signer, account(number));
  transaction.sequence = sequence;
  return town.sign(transaction, {signer.raw});
}

}  // namespace

TEST_CASE("what can't enter a block never stands before what can", "[node][blocks]") {
  state::Charter charter = test_town::charter();
  charter.limits.block_transactions = 2;
  test_town::Town town{charter};
  Ledger ledger{charter};
  // More than a leader looks at in one go, all too far ahead of their key.
  for (std::uint8_t i = 0; i < 20; ++i) {
    REQUIRE(ledger.mempool.add(with_sequence(town, test_town::kTreasurer, 1'000U + i, i)) ==
            Mempool::Added::yes);
  }
  CHECK_FALSE(ledger.tree.build(ledger.build(), ledger.mempool));

  const auto good = town.from(test_town::kStaff, account(50));
  REQUIRE(ledger.mempool.add(good) == Mempool::Added::yes);
  REQUIRE(ledger.tree.is_pending_on(ledger.tip(), ledger.mempool, ledger.time()));
  const auto built = ledger.tree.build(ledger.build(), ledger.mempool);
  REQUIRE(built);
  CHECK(ledger.tree.is_in_chain(chain::block_id(built->header), good->id()));
}

TEST_CASE("of one sequence of a key one transaction waits", "[node][mempool]") {
  test_town::Town town;
  Mempool mempool{10};
  const auto first = with_sequence(town, test_town::kStaff, 1, 1);
  const auto rival = with_sequence(town, test_town::kStaff, 1, 2);
  const auto another = with_sequence(town, test_town::kTreasurer, 1, 3);
  CHECK(mempool.add(first) == Mempool::Added::yes);
  CHECK(mempool.add(rival) == Mempool::Added::rival);
  CHECK(mempool.add(first) == Mempool::Added::known);
  CHECK(mempool.add(another) == Mempool::Added::yes);

  // The rival became final elsewhere: what waits here goes.
  CHECK(mempool.remove_used(rival->unsigned_part()) == first);
  CHECK(mempool.remove_used(rival->unsigned_part()) == nullptr);
  CHECK(mempool.size() == 1);
  CHECK(mempool.add(rival) == Mempool::Added::yes);
}

TEST_CASE("what the final state can never take any more is found out", "[node][blocks]") {
  test_town::Town town;
  Ledger ledger{town.charter};
  const auto winner = with_sequence(town, test_town::kStaff, 1, 1);
  REQUIRE(ledger.mempool.add(winner) == Mempool::Added::yes);
  const auto built = ledger.tree.build(ledger.build(), ledger.mempool);
  REQUIRE(built);
  const Hash id = chain::block_id(built->header);
  ledger.mempool.remove_used(winner->unsigned_part());

  const auto loser = with_sequence(town, test_town::kStaff, 1, 2);
  const auto early = with_sequence(town, test_town::kStaff, 500, 3);
  const auto fits = with_sequence(town, test_town::kStaff, 2, 4);
  for (const auto& one : {loser, early, fits}) {
    REQUIRE(ledger.mempool.add(one) == Mempool::Added::yes);
  }
  // The block may yet be given up, and the loser win.
  auto pending = ledger.tree.find_pending(id, ledger.mempool, ledger.time());
  CHECK(pending.transaction == fits);
  CHECK(pending.dead.empty());

  auto finished = ledger.tree.finish({id, {*built, {}}});
  ledger.chain.commit(*finished.overlay, finished.block.header);
  pending = ledger.tree.find_pending(id, ledger.mempool, ledger.time());
  CHECK(pending.transaction == fits);
  REQUIRE(pending.dead.size() == 1);
  CHECK(pending.dead[0].first == loser);
  CHECK(pending.dead[0].second == rules::Refusal::sequence_used);
}
