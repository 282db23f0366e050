#include <catch2/catch.hpp>

#include "tests/node/store/town.h"

using namespace hansatsu;
using namespace hansatsu::store;
using namespace hansatsu::store::test;

namespace {

std::vector<TransactionPlace> expected_history(const Town& town, const HistoryQuery& query) {
  std::vector<TransactionPlace> places;
  for (const CommittedBlock& block : town.blocks) {
    for (std::uint32_t i = 0; i < block.transactions.size(); ++i) {
      const TransactionPlace place{block.header.height, i};
      const auto& accounts = block.transactions[i].accounts;
      const bool touched =
          std::find(accounts.begin(), accounts.end(), query.account) != accounts.end();
      const bool inside =
          (!query.after || place > *query.after) && (!query.before || place < *query.before);
      if (touched && inside) places.push_back(place);
    }
  }
  if (query.newest_first) std::reverse(places.begin(), places.end());
  if (places.size() > query.count) places.resize(query.count);
  return places;
}

/// Every question the index answers, about every block so far.
void check_all(const Store& store, const Town& town) {
  for (const CommittedBlock& block : town.blocks) {
    const Height height = block.header.height;
    REQUIRE(*store.header(height) == block.header);
    REQUIRE(*store.height_of(block.id) == height);
    REQUIRE(*store.proof(height) == block.proof);
    REQUIRE(*store.outcomes(height) == block.outcomes);
    if (store.recent().at(height) == nullptr) REQUIRE(*store.place(height) == place_of(height));
    for (std::uint32_t i = 0; i < block.transactions.size(); ++i) {
      REQUIRE(*store.find_transaction(block.transactions[i].id) == TransactionPlace{height, i});
    }
  }
  for (std::uint32_t account = 0; account < 9; ++account) {
    for (const bool newest_first : {false, true}) {
      for (const std::uint32_t count : {0U, 1U, 5U, 1000U}) {
        HistoryQuery query{AccountId{account}, {}, {}, newest_first, count};
        REQUIRE(*store.history(query) == expected_history(town, query));
        query.after = {Height{5}, 2};
        REQUIRE(*store.history(query) == expected_history(town, query));
        query.before = {Height{town.header.height.raw - 3}, 1};
        REQUIRE(*store.history(query) == expected_history(town, query));
        query.after = {};
        REQUIRE(*store.history(query) == expected_history(town, query));
      }
    }
  }
}

}  // namespace

TEST_CASE("index: answers are the same from memory, from disk and across both", "[store]") {
  const TemporaryFolder folder;
  Town town;
  {
    const auto store = open_store(folder);
    REQUIRE(store->write(town.checkpoint()));
    for (int i = 0; i < 24; ++i) town.commit(store.get(), i % 6 == 5);
    check_all(*store, town);
    REQUIRE(store->write(town.checkpoint()));
    CHECK(store->recent().at(Height{24}) == nullptr);
    check_all(*store, town);
    for (int i = 0; i < 9; ++i) town.commit(store.get());
    check_all(*store, town);
    REQUIRE(store->write(town.checkpoint()));
  }
  const auto store = open_store(folder);
  REQUIRE(store->load());
  check_all(*store, town);
}

TEST_CASE("index: what is not final is absent", "[store]") {
  const TemporaryFolder folder;
  Town town;
  const auto store = open_store(folder);
  REQUIRE(store->write(town.checkpoint()));
  for (int i = 0; i < 3; ++i) town.commit(store.get());
  for (const Height height : {Height{0}, Height{4}, Height{~std::uint64_t{0}}}) {
    CHECK_FALSE(*store->header(height));
    CHECK_FALSE(*store->place(height));
    CHECK_FALSE(*store->proof(height));
    CHECK(store->outcomes(height)->empty());
  }
  CHECK_FALSE(*store->height_of(Hash{}));
  CHECK_FALSE(*store->find_transaction(Hash{}));
}

TEST_CASE("index: what must be there and is not is corrupt", "[store]") {
  const TemporaryFolder folder;
  Town town;
  {
    const auto store = open_store(folder);
    REQUIRE(store->write(town.checkpoint()));
    for (int i = 0; i < 3; ++i) town.commit(store.get());
    REQUIRE(store->write(town.checkpoint()));
  }
  {
    leveldb::DB* opened = nullptr;
    REQUIRE(leveldb::DB::Open({}, folder.store(), &opened).ok());
    const std::unique_ptr<leveldb::DB> db{opened};
    const Columns columns{*db};
    leveldb::WriteBatch batch;
    columns.blocks.erase(batch, Height{1});
    columns.proofs.erase(batch, Height{2});
    columns.outcomes.erase(batch, Height{3});
    REQUIRE(db->Write({}, &batch).ok());
  }
  const auto store = open_store(folder);
  REQUIRE(store->load());
  CHECK(store->header(Height{1}).error() == StoreError::corrupt);
  CHECK(store->place(Height{1}).error() == StoreError::corrupt);
  CHECK(store->proof(Height{2}).error() == StoreError::corrupt);
  CHECK(store->outcomes(Height{3}).error() == StoreError::corrupt);
}

TEST_CASE("index: a block waits for its place in the log", "[store]") {
  const TemporaryFolder folder;
  Town town;
  const auto store = open_store(folder);
  REQUIRE(store->write(town.checkpoint()));
  CHECK_FALSE(store->recent().placed_up_to());
  town.commit(store.get());
  town.commit(nullptr);
  store->add(town.blocks.back(), {});
  town.commit(store.get());
  CHECK(store->recent().placed_up_to() == Height{1});
  store->set_place(Hash{}, place_of(Height{2}));
  CHECK(store->recent().placed_up_to() == Height{1});
  store->set_place(town.blocks[1].id, place_of(Height{2}));
  CHECK(store->recent().placed_up_to() == Height{3});
  REQUIRE(store->write(town.checkpoint()));
  check_all(*store, town);
}
