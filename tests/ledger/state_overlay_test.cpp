#include <catch2/catch.hpp>
#include <random>

#include "ledger/state/genesis.h"
#include "ledger/state/snapshot_io.h"

using namespace hansatsu;
using namespace hansatsu::state;

namespace {

Charter small_charter() {
  Charter charter;
  charter.chain_name.text = "test";
  charter.founded = Timestamp{1'700'000'000'000};
  charter.coins.resize(1);
  charter.coins[0].name.text = "coin";
  charter.accounts.resize(2);
  return charter;
}

/// The same tables kept naively: what the overlay and the state must agree with.
struct Model {
  std::vector<Account> accounts;
  std::vector<Payment> payments;
  std::uint64_t first_payment = 0;
  Charter charter;
  Chronicle chronicle;

  template <class Row>
  static TableCommitment commit(const std::vector<Row>& rows, std::uint64_t first) {
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      leaves.push_back(i < first ? Hash{} : record_hash(rows[i]));
    }
    return {first, rows.size(), merkle_root(leaves)};
  }
  [[nodiscard]] Hash root() const {
    Commitments commitments{};
    commitments[kTablePosition<Charter>] = commit(std::vector<Charter>{charter}, 0);
    commitments[kTablePosition<Account>] = commit(accounts, 0);
    commitments[kTablePosition<Payment>] = commit(payments, first_payment);
    commitments[kTablePosition<Chronicle>] = commit(std::vector<Chronicle>{chronicle}, 0);
    return state_root(commitments);
  }
};

struct Walk {
  std::mt19937_64 random{7};
  std::uint64_t pick(std::uint64_t below) { return random() % below; }

  void change(Overlay& overlay, Model& model) {
    switch (pick(6)) {
      case 0: {
        Account account;
        account.salt.bytes[0] = static_cast<std::uint8_t>(random());
        account.keys.resize(1);
        CHECK(overlay.append(account).raw == model.accounts.size());
        model.accounts.push_back(account);
        return;
      }
      case 1:
      case 2: {
        const auto at = pick(model.accounts.size());
        const AccountId id{static_cast<std::uint32_t>(at)};
        Account& mine = overlay.edit(id);
        mine.identity.tags = random();
        if (!mine.keys.empty() && pick(2) == 0) mine.keys[0].window.highest = random();
        if (pick(2) == 0) mine.value.resize(pick(3));
        model.accounts[at] = mine;
        return;
      }
      case 3:
      case 4: {
        Payment payment;
        payment.payer = AccountId{static_cast<std::uint32_t>(pick(5))};
        payment.order.bytes[0] = static_cast<std::uint8_t>(1 + pick(8));
        payment.time = Timestamp{random()};
        CHECK(overlay.append(payment).raw == model.payments.size());
        model.payments.push_back(payment);
        return;
      }
      default: {
        const std::uint64_t live = model.payments.size() - model.first_payment;
        model.first_payment += pick(3) == 0 ? live : live / 3;
        overlay.prune_below(PaymentId{model.first_payment});
      }
    }
  }
};

std::optional<PaymentId> newest(const Model& model, AccountId payer, const OrderReference& order) {
  for (std::uint64_t i = model.payments.size(); i > model.first_payment; --i) {
    const Payment& payment = model.payments[i - 1];
    if (payment.payer == payer && payment.order == order) return PaymentId{i - 1};
  }
  return std::nullopt;
}

void check_lookups(const Overlay& overlay, const Model& model) {
  for (std::uint32_t payer = 0; payer < 5; ++payer) {
    for (std::uint8_t order = 1; order <= 8; ++order) {
      OrderReference reference;
      reference.bytes[0] = order;
      CHECK(overlay.newest_payment(AccountId{payer}, AccountId{0}, reference) ==
            newest(model, AccountId{payer}, reference));
    }
  }
  for (std::size_t i = 0; i < model.accounts.size(); ++i) {
    CHECK(*overlay.find(AccountId{static_cast<std::uint32_t>(i)}) == model.accounts[i]);
  }
}

Result<State, RestoreError> rebuild(const State& state) {
  const Bounds bounds = bounds_of(state);
  StateBuilder builder{bounds};
  for (std::size_t t = 0; t < kTableCount; ++t) {
    for (std::uint64_t i = bounds[t].first; i < bounds[t].next; ++i) {
      const RowKey key{static_cast<TableId>(t + 1), i};
      const auto added = builder.add(key, encode_row(state, key));
      REQUIRE(added.has_value());
    }
  }
  return builder.finish();
}

Model model_of(const Charter& charter, const State& state) {
  Model model;
  model.charter = charter;
  for (std::uint32_t i = 0; i < charter.accounts.size(); ++i) {
    model.accounts.push_back(*state.find(AccountId{i}));
  }
  model.chronicle = state.chronicle();
  return model;
}

}  // namespace

TEST_CASE("overlay: chains of random changes have the roots of tables built from scratch") {
  const Charter charter = small_charter();
  State state = genesis_state(charter);
  Model model = model_of(charter, state);
  REQUIRE(state.root() == model.root());

  Walk walk;
  std::vector<std::shared_ptr<Overlay>> chain;
  for (int block = 0; block < 120; ++block) {
    auto overlay =
        chain.empty() ? std::make_shared<Overlay>(state) : std::make_shared<Overlay>(chain.back());
    const std::uint64_t changes = walk.pick(12);
    for (std::uint64_t i = 0; i < changes; ++i) {
      // Half of the changes come by trials, some of which are dropped.
      if (walk.pick(2) == 0) {
        walk.change(*overlay, model);
        continue;
      }
      Model changed = model;
      Overlay trial = Overlay::trial_on(*overlay);
      walk.change(trial, changed);
      walk.change(trial, changed);
      if (walk.pick(3) == 0) continue;
      overlay->absorb(trial);
      model = changed;
    }
    check_lookups(*overlay, model);
    overlay->seal();
    REQUIRE(overlay->root() == model.root());
    chain.push_back(overlay);
    if (chain.size() > 8 || walk.pick(4) == 0) {
      const Hash root = chain.front()->root();
      state.merge(*chain.front());
      chain.erase(chain.begin());
      REQUIRE(state.root() == root);
    }
  }
  while (!chain.empty()) {
    state.merge(*chain.front());
    chain.erase(chain.begin());
  }
  REQUIRE(state.root() == model.root());

  const auto again = rebuild(state);
  REQUIRE(again.has_value());
  CHECK(again->root() == state.root());
  CHECK(again->indexes().payments == state.indexes().payments);
  for (std::uint32_t i = 0; i < model.accounts.size(); ++i) {
    const MerklePath path = state.table<Account>().tree().path(i);
    CHECK(merkle_root_from(path, record_hash(model.accounts[i])) ==
          state.commitments()[kTablePosition<Account>].root);
  }
}

TEST_CASE("overlay: a block built on one that was merged meanwhile reads through it") {
  State state = genesis_state(small_charter());
  auto below = std::make_shared<Overlay>(state);
  below->edit(AccountId{0}).identity.tags = 5;
  below->seal();
  auto above = std::make_shared<Overlay>(below);
  state.merge(*below);
  CHECK(above->find(AccountId{0})->identity.tags == 5);
  above->edit(AccountId{0}).identity.tags = 6;
  above->seal();
  state.merge(*above);
  CHECK(state.find(AccountId{0})->identity.tags == 6);
}

TEST_CASE("overlay: changed rows name what a checkpoint must write, and nothing else") {
  State state = genesis_state(small_charter());
  Overlay overlay{state};
  overlay.edit(AccountId{1}).identity.tags = 1;
  overlay.append(Payment{});
  overlay.append(Payment{});
  overlay.prune_below(PaymentId{1});
  overlay.seal();
  const std::vector<RowKey> expected{{TableId::accounts, 1}, {TableId::payments, 1}};
  CHECK(changed_rows(overlay) == expected);
  CHECK(bounds_of(overlay)[kTablePosition<Payment>] == TableBounds{1, 2});
  state.merge(overlay);
  CHECK(bounds_of(state)[kTablePosition<Payment>] == TableBounds{1, 2});
  CHECK(encode_row(state, {TableId::payments, 0}).empty());
}

TEST_CASE("state: keys are found in every account that holds them") {
  Charter charter = small_charter();
  KeyGrant shared;
  shared.key.bytes[0] = 1;
  for (FoundingAccount& account : charter.accounts) account.keys.push_back(shared);
  State state = genesis_state(charter);
  CHECK(state.accounts_with_key(shared.key) == std::vector<AccountId>{AccountId{0}, AccountId{1}});
  Overlay overlay{state};
  overlay.edit(AccountId{0}).keys[0].filled = false;
  overlay.seal();
  state.merge(overlay);
  CHECK(state.accounts_with_key(shared.key) == std::vector<AccountId>{AccountId{1}});
  CHECK(state.accounts_with_key(PublicKey{}).empty());
}

TEST_CASE("state builder: refuses rows out of place, malformed or missing") {
  const State state = genesis_state(small_charter());
  const Bounds bounds = bounds_of(state);
  StateBuilder builder{bounds};
  const Bytes account = encode_row(state, {TableId::accounts, 0});
  CHECK(builder.add({TableId::accounts, 1}, account).error() == RestoreError::out_of_order);
  CHECK(builder.add({TableId::payments, 0}, account).error() == RestoreError::out_of_order);
  CHECK(builder.add({TableId::accounts, 0}, ByteView{account}.first(9)).error() ==
        RestoreError::malformed_row);
  CHECK(builder.add({TableId::accounts, 0}, account).has_value());
  const auto unfinished = builder.finish();
  REQUIRE_FALSE(unfinished.has_value());
  CHECK(unfinished.error() == RestoreError::incomplete);
}
