#include <rapidcheck.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <latch>

#include "ledger/block/genesis.h"
#include "node/block_tree.h"
#include "node/message_checker.h"
#include "node/store/store.h"
#include "node/verify_pool.h"
#include "tests/property/child.h"
#include "tests/property/town_life.h"

namespace hansatsu::property {

/// How a node is laid out, and how it lives.
struct Layout {
  std::uint32_t workers = 1;
  std::size_t piece = 1;   ///< transactions in one of the workers' jobs
  std::size_t seen = 2;    ///< of so many transactions it sees one before the block comes
  std::size_t blocks = 5;  ///< between checkpoints; after every second one it starts anew
};

std::ostream& operator<<(std::ostream& out, const Layout& layout) {
  return out << layout.workers << " workers, pieces of " << layout.piece << ", sees every "
             << layout.seen << "th, a checkpoint every " << layout.blocks << " blocks";
}

namespace {

/// A validator's ledger without the agreement: workers verify, one thread executes, checkpoints go
/// to LevelDB, and now and then it starts anew from there.
class Validator {
 public:
  Validator(const Crowd& crowd, const Layout& layout, const std::filesystem::path& folder)
      : layout_{layout},
        folder_{folder.string()},
        trust_{block::trust_of(crowd.town().charter())},
        chain_{std::make_unique<node::Chain>(crowd.town(), first_header(crowd))},
        pool_{layout.workers} {
    changed_.add_all(crowd.town());
    open_store();
  }

  Hash follow(const LivedBlock& lived, Story& story) {
    node::StageTimes times;
    const node::MessageChecker checker{trust_.context, trust_.validators, *chain_, signatures_,
                                       times};
    verify_ahead(lived, checker);
    consensus::Block block{next_header(lived), lived.body};
    block.header.transactions_root = root_of(lived, story);
    // As if it came from a peer: a worker parses and verifies what is in it.
    const auto checked = checker.check(consensus::Message{block});
    story.expect(checked.has_value(), "the block's message is refused");
    auto body = checker.take_body(chain::block_id(block.header));
    story.expect(body.has_value(), "the block's body is not kept");
    node::CachedSignatureChecker cached{signatures_};
    auto execution = block::execute_block(std::make_shared<state::Overlay>(chain_->base()),
                                          lived.time, *body, cached);
    story.expect(execution.has_value(), "a built block is found invalid");
    block.header.state_root = execution->state_root;
    commit(*execution->overlay, block);
    if (++followed_ % layout_.blocks == 0) checkpoint(story);
    return chain_->base().root();
  }

 private:
  static chain::Header first_header(const Crowd& crowd) {
    return block::genesis_header(crowd.town().charter(), crowd.town().root());
  }
  static Hash root_of(const LivedBlock& lived, Story& story) {
    block::Body body;
    body.transactions = lived.transactions;
    story.expect(block::encode_body(body) == *lived.body, "a body has two encodings");
    return block::transactions_root(body);
  }
  void open_store() {
    store_.reset();
    auto store = store::Store::open(folder_, trust_.context.chain_id);
    ASSERT(store.has_value());
    store_ = *std::move(store);
  }
  [[nodiscard]] chain::Header next_header(const LivedBlock& lived) const {
    chain::Header header = chain_->tip();
    header.parent_id = header.content_parent_id = chain::block_id(header);
    header.parent_view = header.view;
    header.height = next(header.height);
    header.view = next(header.view);
    header.time = lived.time;
    header.flags = 0;
    return header;
  }
  void verify_ahead(const LivedBlock& lived, const node::MessageChecker& checker) {
    std::vector<std::vector<block::TransactionPointer>> pieces(1);
    for (std::size_t i = 0; i < lived.transactions.size(); i += layout_.seen) {
      if (pieces.back().size() == layout_.piece) pieces.emplace_back();
      pieces.back().push_back(lived.transactions[i]);
    }
    std::latch done{static_cast<std::ptrdiff_t>(pieces.size())};
    for (const auto& piece : pieces) {
      const bool queued = pool_.submit_payments([&piece, &checker, &done] {
        for (const auto& transaction : piece) (void)checker.verify_signatures(*transaction);
        done.count_down();
      });
      ASSERT(queued);
    }
    done.wait();
  }
  void commit(state::Overlay& overlay, const consensus::Block& block) {
    changed_.add(overlay);
    chain_->commit(overlay, block.header);
    store::CommittedBlock committed;
    committed.header = block.header;
    committed.id = chain::block_id(block.header);
    committed.body = block.body;
    store_->add(std::move(committed), log::RecordPlace{});
  }
  void checkpoint(Story& story) {
    store::CheckpointRecord record;
    record.chain_id = trust_.context.chain_id;
    record.header = chain_->tip();
    const auto made = store::make_checkpoint(chain_->base(), changed_, std::move(record));
    story.expect(store_->write(made).has_value(), "a checkpoint can't be written");
    if (++checkpoints_ % 2 == 1) return;
    open_store();
    auto loaded = store_->load();
    story.expect(loaded && *loaded, "a checkpoint can't be loaded");
    chain_ = std::make_unique<node::Chain>(std::move((*loaded)->state), (*loaded)->record.header);
    story.count(kReloads);
  }

 public:
  static constexpr std::size_t kReloads = 2;

 private:
  Layout layout_;
  std::string folder_;
  block::Trust trust_;
  std::unique_ptr<node::Chain> chain_;
  node::SignatureCache signatures_;
  std::unique_ptr<store::Store> store_;
  store::ChangedRows changed_;
  node::VerifyPool pool_;
  std::size_t followed_ = 0;
  std::size_t checkpoints_ = 0;
};

rc::Gen<Layout> some_layout() {
  using rc::gen::inRange;
  using rc::gen::set;
  return rc::gen::build<Layout>(set(&Layout::workers, inRange<std::uint32_t>(1, 6)),
                                set(&Layout::piece, inRange<std::size_t>(1, 6)),
                                set(&Layout::seen, inRange<std::size_t>(1, 4)),
                                set(&Layout::blocks, inRange<std::size_t>(3, 12)));
}

}  // namespace

TEST_CASE("however many workers verify, and however often a node starts anew, the root is the same",
          "[node][property]") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("hansatsu-property-" + std::to_string(::getpid()));
  Crowd crowd;
  Child child;
  CHECK(holds("every layout of a node has the leader's state", 60, [&] {
    const auto steps = *some_steps();
    const auto layout = *some_layout();
    std::filesystem::remove_all(folder);
    const std::string story = child.run([&](Story& one) {
      Leader leader{crowd, one};
      Validator validator{crowd, layout, folder};
      leader.live(steps, [&](const LivedBlock& block) {
        one.expect(validator.follow(block, one) == leader.state().root(), "another state root");
      });
    });
    RC_LOG() << story;
    RC_ASSERT(story.empty());
  }));
  std::filesystem::remove_all(folder);
  CHECK(child.count(Validator::kReloads) > 50);
}

}  // namespace hansatsu::property
