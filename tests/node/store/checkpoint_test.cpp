#include <catch2/catch.hpp>
#include <fstream>

#include "tests/node/store/town.h"

using namespace hansatsu;
using namespace hansatsu::store;
using namespace hansatsu::store::test;

namespace {

/// The value of one key, written behind the store's back.
void overwrite(const TemporaryFolder& folder, const std::string& key, const std::string& value) {
  leveldb::DB* opened = nullptr;
  REQUIRE(leveldb::DB::Open({}, folder.store(), &opened).ok());
  const std::unique_ptr<leveldb::DB> db{opened};
  REQUIRE(db->Put({}, key, value).ok());
}

template <class K>
std::string key_of(std::uint8_t tag, const K& key) {
  Encoder encoder;
  encoder(tag, key);
  return std::string{as_text(encoder.view())};
}

void flip_byte(const std::filesystem::path& path, std::uintmax_t at) {
  std::fstream stream{path, std::ios::in | std::ios::out | std::ios::binary};
  stream.seekg(static_cast<std::streamoff>(at));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(at));
  stream.put(static_cast<char>(byte ^ 0x20));
}

Result<std::optional<LoadedCheckpoint>, StoreError> load(const TemporaryFolder& folder) {
  auto store = Store::open(folder.store(), chain_id());
  if (!store) return Err{store.error()};
  return (*store)->load();
}

/// A town of 30 blocks, checkpoints after genesis, the 12th and the 30th.
Town written_town(const TemporaryFolder& folder) {
  Town town;
  const auto store = open_store(folder);
  REQUIRE(store->write(town.checkpoint()));
  for (int i = 0; i < 30; ++i) {
    town.commit(store.get(), i % 7 == 3);
    if (i == 11 || i == 29) REQUIRE(store->write(town.checkpoint()));
  }
  return town;
}

}  // namespace

TEST_CASE("checkpoint: a new store has none", "[store]") {
  const TemporaryFolder folder;
  const auto loaded = load(folder);
  REQUIRE(loaded);
  CHECK_FALSE(*loaded);
}

TEST_CASE("checkpoint: the state loaded is the state written, after any number", "[store]") {
  const TemporaryFolder folder;
  Town town;
  {
    const auto store = open_store(folder);
    REQUIRE(store->write(town.checkpoint()));
  }
  for (int round = 0; round < 40; ++round) {
    const auto store = open_store(folder);
    auto loaded = store->load();
    REQUIRE(loaded);
    REQUIRE(*loaded);
    CHECK((*loaded)->state.root() == town.state.root());
    CHECK((*loaded)->record.header == town.header);
    CHECK(store->checkpoint_height() == town.header.height);
    for (int i = 0; i < round % 5; ++i) town.commit(store.get());
    REQUIRE(store->write(town.checkpoint()));
  }
  CHECK(town.state.first<state::Claim>().raw > 10);  // pruning was part of it
}

TEST_CASE("checkpoint: rows that are pruned leave the disk", "[store]") {
  const TemporaryFolder folder;
  const Town town = written_town(folder);
  const auto first = town.state.first<state::Claim>().raw;
  REQUIRE(first > 3);
  leveldb::DB* opened = nullptr;
  REQUIRE(leveldb::DB::Open({}, folder.store(), &opened).ok());
  const std::unique_ptr<leveldb::DB> db{opened};
  const Columns columns{*db};
  std::vector<std::uint64_t> rows;
  REQUIRE(columns.rows.ascend({state::TableId::claims, 0}, [&](const auto& key, const auto&) {
    if (key.table == state::TableId::claims) rows.push_back(key.index);
    return true;
  }));
  REQUIRE_FALSE(rows.empty());
  CHECK(rows.front() == first);
  CHECK(rows.size() == town.state.next<state::Claim>().raw - first);
}

TEST_CASE("checkpoint: what was not written leaves the one before", "[store]") {
  const TemporaryFolder folder;
  Town town;
  Hash root;
  {
    const auto store = open_store(folder);
    REQUIRE(store->write(town.checkpoint()));
    for (int i = 0; i < 5; ++i) town.commit(store.get());
    REQUIRE(store->write(town.checkpoint()));
    root = town.state.root();
    for (int i = 0; i < 5; ++i) town.commit(store.get());
    (void)town.checkpoint();  // made, and then the process ends
  }
  const auto store = open_store(folder);
  const auto loaded = store->load();
  REQUIRE(loaded);
  REQUIRE(*loaded);
  CHECK((*loaded)->record.header.height == Height{5});
  CHECK((*loaded)->state.root() == root);
  CHECK_FALSE(**store->header(Height{5}) == town.header);
  CHECK_FALSE(*store->header(Height{6}));
}

TEST_CASE("checkpoint: a store of another chain is refused", "[store]") {
  const TemporaryFolder folder;
  (void)written_town(folder);
  const auto store = Store::open(folder.store(), Hash{});
  REQUIRE(store);
  CHECK((*store)->load().error() == StoreError::foreign);
}

TEST_CASE("checkpoint: values that can't have been written are corrupt, never absent", "[store]") {
  const TemporaryFolder folder;
  const Town town = written_town(folder);
  SECTION("the checkpoint's record") { overwrite(folder, key_of(1, Nothing{}), "x"); }
  SECTION("a row in another than the canonical form") {
    overwrite(folder, key_of(2, state::RowKey{state::TableId::accounts, 3}), "x");
  }
  SECTION("a sound row with another content") {
    state::Account account = *town.state.find(AccountId{3});
    account.identity.tags ^= 1;
    RowBytes row;
    const Bytes bytes = encode(account);
    row.assign(bytes.begin(), bytes.end());
    overwrite(folder, key_of(2, state::RowKey{state::TableId::accounts, 3}),
              std::string{as_text(encode(row))});
  }
  SECTION("a row too many") {
    overwrite(folder, key_of(2, state::RowKey{state::TableId::accounts, 7}), "x");
  }
  SECTION("a key that is none") { overwrite(folder, "\x02z", "x"); }
  const auto loaded = load(folder);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error() == StoreError::corrupt);
}

TEST_CASE("checkpoint: a missing row is corrupt", "[store]") {
  const TemporaryFolder folder;
  (void)written_town(folder);
  {
    leveldb::DB* opened = nullptr;
    REQUIRE(leveldb::DB::Open({}, folder.store(), &opened).ok());
    const std::unique_ptr<leveldb::DB> db{opened};
    REQUIRE(db->Delete({}, key_of(2, state::RowKey{state::TableId::accounts, 6})).ok());
  }
  CHECK(load(folder).error() == StoreError::corrupt);
}

TEST_CASE("checkpoint: a flipped byte on disk is met or harmless, never believed", "[store]") {
  const TemporaryFolder folder;
  const Town town = written_town(folder);
  (void)load(folder);  // opening moves LevelDB's own log into a table
  int refused_loads = 0;
  int refused_reads = 0;
  for (const auto& entry : std::filesystem::directory_iterator{folder.store()}) {
    if (entry.path().extension() != ".ldb" && entry.path().extension() != ".log") continue;
    for (std::uintmax_t at = 0; at < entry.file_size(); at += entry.file_size() / 80 + 1) {
      const TemporaryFolder copy;
      std::filesystem::copy(folder.store(), copy.store());
      flip_byte(std::filesystem::path{copy.store()} / entry.path().filename(), at);
      const auto opened = Store::open(copy.store(), chain_id());
      const auto loaded =
          opened ? (*opened)->load()
                 : Result<std::optional<LoadedCheckpoint>, StoreError>{Err{opened.error()}};
      if (!loaded) {
        ++refused_loads;
        REQUIRE(loaded.error() == StoreError::corrupt);
        continue;
      }
      if (!*loaded || (*loaded)->record.header.height < Height{30}) continue;  // replay mends that
      REQUIRE((*loaded)->state.root() == town.state.root());
      for (const CommittedBlock& block : town.blocks) {
        const auto header = (*opened)->header(block.header.height);
        const auto outcomes = (*opened)->outcomes(block.header.height);
        if (header) REQUIRE(*header == block.header);
        if (outcomes) REQUIRE(*outcomes == block.outcomes);
        if (!header || !outcomes) ++refused_reads;
      }
    }
  }
  CHECK(refused_loads > 0);
  CHECK(refused_reads > 0);
}

TEST_CASE("checkpoint: a destroyed store is a new one", "[store]") {
  const TemporaryFolder folder;
  (void)written_town(folder);
  REQUIRE(destroy_store(folder.store()));
  const auto loaded = load(folder);
  REQUIRE(loaded);
  CHECK_FALSE(*loaded);
}
