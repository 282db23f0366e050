#include <catch2/catch.hpp>

#include "node/block_tree.h"
#include "node/message_checker.h"
#include "tests/ledger/town.h"
#include "tests/node/draft.h"

/// S47 of docs/simulator.md: a key is replaced while payments with it are under way. What a
/// validator's workers and caches happen to remember must not show in what it finds valid.
namespace {

using namespace hansatsu;  // NOLINT: a test
using block::TransactionPointer;
using Transactions = std::vector<TransactionPointer>;

constexpr std::uint32_t kManager = 200;  // these number keys of test_town
constexpr std::uint32_t kNext = 201;
constexpr std::uint32_t kRival = 202;

/// A person with money, whose first key pays and whose second manages.
struct Payer {
  Payer() {
    person = town.open_person();
    shop = town.open_shop();
    town.must(test_town::kAgent,
              rules::Charge{person, town.open_charge_program(), Amount::of(1'000), Amount{}});
    town.must(person, rules::AddKey{grant(kManager)});
    anchor = block::genesis_header(town.charter, town.state.root());
    anchor.time = town.now;
  }
  static state::KeyGrant grant(std::uint32_t key) {
    return test_town::grant_all(test_town::key_of(key).public_key());
  }
  TransactionPointer from(std::uint8_t slot, std::uint32_t generation, std::uint64_t sequence,
                          std::uint32_t key, rules::OperationVariant operation) {
    auto transaction = town.unsigned_from(person, std::move(operation));
    transaction.signer = {person, slot, generation};
    transaction.sequence = sequence;
    return town.sign(transaction, {key});
  }
  /// Says it is by this generation of the first slot's key; `key` is what it is really signed with.
  TransactionPointer pay(std::uint32_t generation, std::uint64_t sequence, std::uint32_t key) {
    return from(0, generation, sequence, key, rules::Pay{shop, CoinId{0}, Amount::of(10), {}});
  }
  Transactions replace_first_key(std::uint32_t key) {
    return {from(1, 1, 1, kManager, rules::RemoveKey{0, 1}),
            from(1, 1, 2, kManager, rules::AddKey{grant(key)})};
  }

  test_town::Town town;
  AccountId person;
  AccountId shop;
  chain::Header anchor;
};

/// What a validator judges blocks with: its workers' checker, their cache, the tree.
class Judge {
 public:
  explicit Judge(const Payer& payer)
      : trust_{block::trust_of(payer.town.charter)}, chain_{payer.town.state, payer.anchor} {
    restart();
  }
  /// The final state stays, caches and blocks that are not final go.
  void restart() {
    signatures_.emplace();
    checker_.emplace(trust_.context, trust_.validators, chain_, *signatures_, times_);
    tree_.emplace(chain_, *signatures_);
  }
  /// A transaction of a client or a peer, as the workers see it first.
  bool hears(const TransactionPointer& transaction) {
    return checker_->verify_signatures(*transaction);
  }
  /// A block of a peer's, from the wire to the tree.
  bool accepts(const consensus::Block& block) {
    REQUIRE(checker_->check(consensus::Message{block}).has_value());
    const Hash id = chain::block_id(block.header);
    auto body = checker_->take_body(id);
    REQUIRE(body.has_value());
    return tree_->validate({id, block}, std::move(body));
  }
  void commit(const consensus::Block& block) {
    auto finished = tree_->finish({chain::block_id(block.header), {block, {}}});
    chain_.commit(*finished.overlay, finished.block.header);
  }
  [[nodiscard]] bool remembers(const TransactionPointer& transaction, std::uint32_t key) const {
    return signatures_->remembers(transaction->id(), test_town::key_of(key).public_key(),
                                  transaction->transaction().signature);
  }
  [[nodiscard]] Hash root() const { return chain_.base().root(); }

 private:
  block::Trust trust_;
  node::Chain chain_;
  node::StageTimes times_;
  std::optional<node::SignatureCache> signatures_;
  std::optional<node::MessageChecker> checker_;
  std::optional<node::BlockTree> tree_;
};

class Credulous final : public block::SignatureChecker {
 public:
  bool valid(const Hash&, const Hash&, const PublicKey&, const Signature&) override { return true; }
};

/// A leader that takes every signature for good: its blocks' roots are right for who does so too.
class Leader {
 public:
  explicit Leader(const Payer& payer)
      : chain_{payer.town.state, payer.anchor},
        tree_{chain_, {std::make_unique<Credulous>(), [](const chain::Vote&) { return true; }}} {}

  consensus::Block block(std::uint64_t view, const chain::Header& parent,
                         const Transactions& transactions) {
    block::Body body;
    for (const TransactionPointer& one : transactions) body.transactions.push_back(one);
    chain::Header header = test_node::draft_on(parent, View{view});
    header.transactions_root = block::transactions_root(body);
    Credulous signatures;
    const auto execution =
        block::execute_block(tree_.overlay_on(header.parent_id), header.time, body, signatures);
    if (execution) {
      header.outcomes_root = execution->outcomes_root;
      header.state_root = execution->state_root;
    }
    consensus::Block made{header, std::make_shared<const Bytes>(block::encode_body(body))};
    CHECK(tree_.validate({chain::block_id(header), made}, {}) == execution.has_value());
    return made;
  }

 private:
  node::Chain chain_;
  node::BlockTree tree_;
};

Transactions joined(Transactions first, const Transactions& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

TEST_CASE("S47 a key is replaced in a block: payments with the old one, caches warm and cold",
          "[node][signatures][S47]") {
  Payer payer;
  Leader leader{payer};
  Judge warm{payer};
  Judge cold{payer};
  const auto both = [&](const consensus::Block& block) {
    const bool accepted = warm.accepts(block);
    CHECK(cold.accepts(block) == accepted);
    return accepted;
  };
  const std::uint32_t old = payer.person.raw;
  const Transactions replacement = payer.replace_first_key(kNext);
  const auto in_time = payer.pay(1, 2, old);
  const auto late = payer.pay(1, 3, old);
  for (const auto& one : {in_time, late, replacement[0], replacement[1]}) REQUIRE(warm.hears(one));
  REQUIRE(warm.remembers(late, old));
  REQUIRE_FALSE(cold.remembers(late, old));

  // In the block itself the order decides.
  CHECK_FALSE(both(leader.block(1, payer.anchor, joined(replacement, {late}))));
  const auto changed = leader.block(1, payer.anchor, joined({in_time}, replacement));
  REQUIRE(both(changed));

  // In the next one nothing helps, neither the old generation nor the old key under the new one's.
  // First while the state that the workers look keys up in still has the old key, then after.
  const auto disguised = payer.pay(2, 1, old);
  const auto lawful = leader.block(2, changed.header, {payer.pay(2, 1, kNext)});
  for (const bool is_final : {false, true}) {
    CAPTURE(is_final);
    if (is_final) {
      warm.commit(changed);
      cold.commit(changed);
      cold.restart();
      CHECK(warm.hears(late));
      CHECK_FALSE(warm.hears(disguised));
    }
    CHECK_FALSE(both(leader.block(2, changed.header, {late})));
    CHECK_FALSE(both(leader.block(2, changed.header, {disguised})));
    REQUIRE(both(lawful));
  }
  warm.commit(lawful);
  cold.commit(lawful);
  CHECK(warm.root() == lawful.header.state_root);
  CHECK(cold.root() == lawful.header.state_root);
}

TEST_CASE("S47 a key of a block that was left behind does not sign on its rival",
          "[node][signatures][S47]") {
  Payer payer;
  Leader leader{payer};
  Judge warm{payer};
  Judge cold{payer};
  // Slot and generation name this key on one block and another on its rival.
  const auto pay = payer.pay(2, 1, kNext);
  const auto left = leader.block(1, payer.anchor, payer.replace_first_key(kNext));
  REQUIRE(warm.accepts(left));
  REQUIRE(warm.accepts(leader.block(2, left.header, {pay})));
  REQUIRE(warm.remembers(pay, kNext));

  const auto rival = leader.block(3, payer.anchor, payer.replace_first_key(kRival));
  const auto forged = leader.block(4, rival.header, {pay});
  const auto lawful = leader.block(4, rival.header, {payer.pay(2, 1, kRival)});
  REQUIRE(warm.accepts(rival));
  REQUIRE(cold.accepts(rival));
  CHECK_FALSE(warm.accepts(forged));
  CHECK_FALSE(cold.accepts(forged));
  for (Judge* judge : {&warm, &cold}) {
    judge->commit(rival);
    CHECK_FALSE(judge->hears(pay));
    CHECK_FALSE(judge->accepts(forged));
    REQUIRE(judge->accepts(lawful));
    judge->commit(lawful);
    CHECK(judge->root() == lawful.header.state_root);
  }
}
