#include "node/rebuild.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "node/block_tree.h"
#include "node/final_blocks.h"
#include "node/log/records.h"
#include "node/recovery.h"
#include "tests/ledger/town.h"
#include "tests/log/memory_disk.h"
#include "tests/node/draft.h"

using namespace hansatsu;  // NOLINT: a test

namespace {

constexpr log::Options kSegments{.segment_bytes = 64U << 10U};
constexpr std::size_t kBlocks = 60;
constexpr std::size_t kPaymentsABlock = 2;

/// A folder for one database, gone with the test.
class StoreFolder {
 public:
  explicit StoreFolder(const std::string& name)
      : path_{std::filesystem::temp_directory_path() /
              ("hansatsu-" + name + std::to_string(::getpid()))} {}
  StoreFolder(const StoreFolder&) = delete;
  StoreFolder& operator=(const StoreFolder&) = delete;
  ~StoreFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// A validator's log of a chain whose every third block is final only through the next, with a
/// block that was left behind beside each fifth.
class WrittenLog {
 public:
  explicit WrittenLog(std::size_t blocks, const log::Options& segments = kSegments)
      : chain_{state::genesis_state(town.charter),
               block::genesis_header(town.charter, state::genesis_state(town.charter).root())},
        tree_{chain_, signatures_},
        log_{make_log(segments)} {
    for (std::size_t i = 0; i < blocks; ++i) {
      if (i == blocks / 2) halfway = disk;
      write_block(i % 5 == 4, i % 3 != 2 || i + 1 == blocks);
    }
  }

  [[nodiscard]] const PublicKey& validator() const { return town.charter.validators[0].key; }
  [[nodiscard]] const chain::Header& tip() const { return headers.back(); }
  /// One group more, as it is.
  void append(const std::vector<consensus::Record>& records) {
    std::vector<log::Record> encoded;
    for (const auto& record : records) encoded.push_back(log::to_record(record));
    REQUIRE(log_.append(encoded));
  }
  /// The next block as a leader would build it.
  consensus::Block build() {
    const chain::Header& parent = chain_.tip();
    chain::Header header = test_node::draft_on(parent, View{parent.view.raw + 2});
    town.now = parent.time;
    node::Mempool mempool{100};
    for (std::size_t i = 0; i < kPaymentsABlock; ++i) {
      rules::OpenAccount open;
      const auto number = static_cast<std::uint32_t>(transactions.size() + i + 1'000);
      open.salt = Salt{hash_of(HashTag::demo, number).bytes};
      open.keys.push_back(test_town::grant_all(test_town::key_of(number).public_key()));
      (void)mempool.add(town.from(test_town::kStaff, open));
    }
    auto block = tree_.build({header.view, header, true}, mempool);
    REQUIRE(block);
    return *std::move(block);
  }
  [[nodiscard]] chain::Certificate certificate(chain::VoteKind kind,
                                               const chain::Header& header) const {
    chain::Certificate made;
    made.ballot = {kind, header.view, chain::block_id(header)};
    made.signers = 7;
    for (int i = 0; i < 3; ++i) made.signatures.push_back({});
    return made;
  }

  test_town::Town town;
  log::test::MemoryDisk disk;
  log::test::MemoryDisk halfway;  ///< as the disk was then
  std::vector<chain::Header> headers;
  std::vector<Hash> transactions;
  std::size_t body_bytes = 0;

 private:
  log::Log make_log(const log::Options& segments) {
    auto made = log::Log::create(
        disk, {town.chain_id, validator(), hash_of(HashTag::demo, 1U), Salt{}}, segments);
    REQUIRE(made);
    return *std::move(made);
  }
  [[nodiscard]] chain::Vote vote(chain::VoteKind kind, const chain::Header& header) const {
    chain::Vote made;
    made.ballot = {kind, header.view, chain::block_id(header)};
    return made;
  }
  void write_block(bool with_rival, bool is_final) {
    const consensus::Block block = build();
    if (with_rival) {
      consensus::Block rival = block;
      rival.header.view = View{block.header.view.raw - 1};
      append({rival, vote(chain::VoteKind::notarize, rival.header)});
    }
    append({block, vote(chain::VoteKind::notarize, block.header)});
    append({certificate(chain::VoteKind::notarize, block.header),
            vote(chain::VoteKind::finalize, block.header)});
    if (is_final) append({certificate(chain::VoteKind::finalize, block.header)});
    headers.push_back(block.header);
    body_bytes += block.body->size();
    auto finished = tree_.finish({chain::block_id(block.header), {block, {}}});
    chain_.commit(*finished.overlay, finished.block.header);
    for (const auto& transaction : finished.transactions) {
      transactions.push_back(transaction->id());
    }
  }

  node::SignatureCache signatures_;
  node::Chain chain_;
  node::BlockTree tree_;
  log::Log log_;
};

std::unique_ptr<store::Store> open_store(const StoreFolder& folder, const WrittenLog& written) {
  auto store = store::Store::open(folder.path(), written.town.chain_id);
  REQUIRE(store);
  return *std::move(store);
}

node::Rebuilt rebuild(store::Store& store, WrittenLog& written, log::Disk& disk,
                      const node::RebuildPace& pace) {
  auto checkpoint = store.load();
  REQUIRE(checkpoint);
  const auto rebuilt =
      node::rebuild_store(store, disk, written.town.charter, *std::move(checkpoint), pace);
  CAPTURE(rebuilt ? std::string{} : rebuilt.error());
  REQUIRE(rebuilt);
  return *rebuilt;
}

void require_whole(store::Store& store, WrittenLog& written) {
  const auto loaded = store.load();
  REQUIRE(loaded);
  REQUIRE(*loaded);
  CHECK((*loaded)->record.header == written.tip());
  CHECK((*loaded)->state.root() == written.tip().state_root);
  const block::Trust trust = block::trust_of(written.town.charter);
  auto reader = log::Reader::open(written.disk);
  REQUIRE(reader);
  for (const chain::Header& header : written.headers) {
    CAPTURE(header.height.raw);
    const auto proof = store.proof(header.height);
    REQUIRE(proof);
    REQUIRE(*proof);
    CHECK(chain::check_finality_links(trust.context, trust.validators, header, **proof));
    const auto place = store.place(header.height);
    REQUIRE(place);
    REQUIRE(*place);
    const auto record = reader->record_at(**place);
    REQUIRE(record);
    CHECK(std::get<consensus::Block>(*log::from_record(*record)).header == header);
  }
  for (const Hash& id : written.transactions) {
    const auto found = store.find_transaction(id);
    REQUIRE(found);
    REQUIRE(*found);
  }
}

}  // namespace

TEST_CASE("a lost store is made again from the log", "[node][rebuild]") {
  WrittenLog written{kBlocks};
  const StoreFolder folder{"rebuild-recover"};
  const auto recovery =
      node::recover(folder.path(), written.disk, written.town.charter, written.validator());
  CAPTURE(recovery ? std::string{} : recovery.error());
  REQUIRE(recovery);
  CHECK(recovery->chain->tip() == written.tip());
  CHECK(recovery->recovered.recovered.base == written.tip());
  CHECK(recovery->recovered.recovered.final_tip);
  // The state has all of it: nothing is left for the engine to go through but the last group.
  CHECK(recovery->recovered.recovered.records.size() <= 2);
  require_whole(*recovery->store, written);
}

TEST_CASE("what a rebuild holds in memory does not grow with the log", "[node][rebuild]") {
  const node::RebuildPace pace{.blocks = 10};
  std::size_t held = 0;
  for (const std::size_t blocks : {kBlocks / 3, kBlocks}) {
    WrittenLog written{blocks};
    const StoreFolder folder{"rebuild-memory"};
    const auto store = open_store(folder, written);
    const node::Rebuilt rebuilt = rebuild(*store, written, written.disk, pace);
    CHECK(rebuilt.height == written.tip().height);
    CHECK(rebuilt.checkpoints >= blocks / 12);
    CHECK(rebuilt.held_bytes > 0);
    // Ten blocks, those that wait for the next to be final, and a rival.
    CHECK(rebuilt.held_bytes <= written.body_bytes / blocks * 14);
    if (held == 0) held = rebuilt.held_bytes;
    CHECK(rebuilt.held_bytes <= held * 11 / 10);
    require_whole(*store, written);
  }
}

TEST_CASE("a rebuild that was broken off goes on from its last checkpoint", "[node][rebuild]") {
  WrittenLog written{kBlocks / 2};
  const StoreFolder folder{"rebuild-again"};
  const node::RebuildPace pace{.blocks = 7};
  {
    const auto store = open_store(folder, written);
    const node::Rebuilt half = rebuild(*store, written, written.halfway, pace);
    CHECK(half.height > Height{});
    CHECK(half.height < written.tip().height);
  }
  const auto store = open_store(folder, written);
  const node::Rebuilt rest = rebuild(*store, written, written.disk, pace);
  CHECK(rest.checkpoints < kBlocks / 2 / 7);
  require_whole(*store, written);
  CHECK(rebuild(*store, written, written.disk, pace).checkpoints == 0);
}

TEST_CASE("bodies of views that came to nothing are not held by a rebuild", "[node][rebuild]") {
  WrittenLog written{3, {.segment_bytes = 256U << 10U}};
  consensus::Block block = written.build();
  consensus::Block rival = block;
  rival.body = std::make_shared<const Bytes>(std::size_t{64} << 10U);
  for (std::size_t i = 0; i < 24; ++i) {
    rival.header.view = block.header.view;
    written.append({rival});
    block.header.view = next(block.header.view);
  }
  written.append({block, written.certificate(chain::VoteKind::notarize, block.header)});
  written.append({written.certificate(chain::VoteKind::finalize, block.header)});
  written.headers.push_back(block.header);
  const StoreFolder folder{"rebuild-rivals"};
  const auto store = open_store(folder, written);
  const node::Rebuilt rebuilt = rebuild(*store, written, written.disk, {});
  CHECK(rebuilt.height == block.header.height);
  CHECK(rebuilt.held_bytes < rival.body->size());
  require_whole(*store, written);
}

TEST_CASE("a rebuild takes no block whose state is not what it says", "[node][rebuild]") {
  WrittenLog written{3};
  consensus::Block block = written.build();
  block.header.state_root.bytes[0] ^= 1U;
  written.append({block, written.certificate(chain::VoteKind::finalize, block.header)});
  const StoreFolder folder{"rebuild-wrong"};
  const auto store = open_store(folder, written);
  const auto rebuilt = node::rebuild_store(*store, written.disk, written.town.charter, {});
  REQUIRE_FALSE(rebuilt);
  CHECK(rebuilt.error().find("block 4 ") != std::string::npos);
}

TEST_CASE("a rebuild says which block the log does not prove", "[node][rebuild]") {
  WrittenLog written{3};
  const consensus::Block unproven = written.build();
  chain::Header parent = written.tip();
  for (std::size_t i = 0; i <= node::FinalBlocks::kUnprovenMax; ++i) {
    consensus::Block block = unproven;
    block.header.view = next(parent.view);
    block.header.height = next(parent.height);
    block.header.parent_view = parent.view;
    block.header.parent_id = chain::block_id(parent);
    parent = block.header;
    written.append({block});
    if (i == 99) written.append({written.certificate(chain::VoteKind::finalize, parent)});
  }
  const StoreFolder folder{"rebuild-unproven"};
  const auto store = open_store(folder, written);
  const auto rebuilt = node::rebuild_store(*store, written.disk, written.town.charter, {});
  REQUIRE_FALSE(rebuilt);
  const View view{written.tip().view.raw + 100};
  CHECK(rebuilt.error().find("block 4:") != std::string::npos);
  CHECK(rebuilt.error().find("view " + std::to_string(view.raw)) != std::string::npos);
}
