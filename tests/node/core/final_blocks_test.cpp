#include "node/final_blocks.h"

#include <catch2/catch.hpp>

/// The final chain, picked out of logs as validators write them and as none of ours does.
namespace {

using namespace hansatsu;  // NOLINT: a test
using node::FinalBlocks;
using node::FinalFault;

constexpr std::size_t kBodyBytes = 100;

consensus::Block child_of(const chain::Header& parent, std::uint64_t views_later = 1,
                          bool is_empty = false) {
  consensus::Block block{{}, std::make_shared<const Bytes>(kBodyBytes)};
  block.header.view = View{parent.view.raw + views_later};
  block.header.height = next(parent.height);
  block.header.parent_view = parent.view;
  block.header.parent_id = chain::block_id(parent);
  if (is_empty) block.header.flags = chain::kFlagEmpty;
  return block;
}

/// Genesis is not one of them.
std::vector<consensus::Block> chain_of(std::size_t count) {
  std::vector<consensus::Block> blocks;
  chain::Header parent;
  while (blocks.size() < count) {
    blocks.push_back(child_of(parent));
    parent = blocks.back().header;
  }
  return blocks;
}

chain::Certificate finalization_of(const chain::Header& header) {
  chain::Certificate made;
  made.ballot = {chain::VoteKind::finalize, header.view, chain::block_id(header)};
  return made;
}

std::size_t take_all(FinalBlocks& final) {
  std::size_t count = 0;
  for (;;) {
    const auto taken = final.take();
    REQUIRE(taken);
    if (taken->empty()) return count;
    count += taken->size();
  }
}

}  // namespace

TEST_CASE("final blocks: what is known of the top first is taken step by step",
          "[node][final_blocks]") {
  const auto blocks = chain_of(20'000);
  FinalBlocks final{chain::Header{}};
  final.add(finalization_of(blocks.back().header));
  std::size_t taken = 0;
  for (const consensus::Block& block : blocks) {
    final.add(block, {});
    if (block.header.height.raw % 11 != 0 && &block != &blocks.back()) continue;
    final.add(finalization_of(block.header));
    taken += take_all(final);
    CHECK(final.last().height == block.header.height);
    CHECK(final.waiting_bytes() == 0);
  }
  CHECK(taken == blocks.size());
}

TEST_CASE("final blocks: bodies may come in any order, and before what makes them final",
          "[node][final_blocks]") {
  const auto blocks = chain_of(1'000);
  FinalBlocks final{chain::Header{}};
  for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
    CHECK(take_all(final) == 0);
    final.add(*block, {});
  }
  CHECK(final.waiting_bytes() == blocks.size() * (chain::Header::kEncodedBytes + kBodyBytes));
  // Their certificates too: until the lowest is there, none proves its way down.
  for (std::size_t i = blocks.size(); i > 0; i -= 10) {
    CHECK(final.last().height == Height{});
    final.add(finalization_of(blocks[i - 1].header));
    if (i > 10) CHECK(take_all(final) == 0);
  }
  CHECK(take_all(final) == blocks.size());
}

TEST_CASE("final blocks: proofs are as the engine makes them", "[node][final_blocks]") {
  const consensus::Block first = child_of(chain::Header{});
  const consensus::Block rival = child_of(first.header);
  const consensus::Block second = child_of(first.header, 3, true);
  const consensus::Block third = child_of(second.header);
  FinalBlocks final{chain::Header{}};
  for (const consensus::Block& block : {first, rival, second, third}) final.add(block, {});
  final.add(finalization_of(third.header));
  const auto taken = final.take();
  REQUIRE(taken);
  REQUIRE(taken->size() == 3);
  REQUIRE((*taken)[0].block.block.proof);
  CHECK((*taken)[0].block.block.proof->descendants.size() == 1);
  CHECK_FALSE((*taken)[1].block.block.proof);
  REQUIRE((*taken)[2].block.block.proof);
  CHECK((*taken)[2].block.block.proof->descendants.empty());
  CHECK(final.waiting_bytes() == 0);
}

TEST_CASE("final blocks: a log that does not prove its blocks is not held whole",
          "[node][final_blocks]") {
  const auto blocks = chain_of(2 * FinalBlocks::kUnprovenMax);
  FinalBlocks final{chain::Header{}};
  std::size_t held = 0;
  for (const consensus::Block& block : blocks) {
    // As a validator once wrote it that caught up by ranges: the last of each was proved.
    final.add(block, {});
    if (block.header.height.raw % 32 == 0) final.add(finalization_of(block.header));
    held = std::max(held, final.waiting_bytes());
    const auto taken = final.take();
    if (taken) {
      REQUIRE(taken->empty());
      continue;
    }
    CHECK(taken.error().kind == FinalFault::Kind::unproven);
    CHECK(taken.error().height == Height{1});
    CHECK(taken.error().view == View{32});
    break;
  }
  const std::size_t block_bytes = chain::Header::kEncodedBytes + kBodyBytes;
  CHECK(held <= (FinalBlocks::kUnprovenMax + 1) * block_bytes);
}

TEST_CASE("final blocks: proofs that a validator had to ask for come later in its log",
          "[node][final_blocks]") {
  const auto blocks = chain_of(40);
  FinalBlocks final{chain::Header{}};
  for (const consensus::Block& block : blocks) final.add(block, {});
  final.add(finalization_of(blocks.back().header));
  CHECK(take_all(final) == 0);
  for (const consensus::Block& block : blocks) {
    final.add(finalization_of(block.header));
    (void)take_all(final);
    CHECK(final.last().height >= block.header.height);
  }
  CHECK(final.last() == blocks.back().header);
}

TEST_CASE("final blocks: what nothing makes final is not held without end",
          "[node][final_blocks]") {
  FinalBlocks final{chain::Header{}};
  const auto body = std::make_shared<const Bytes>(std::size_t{1} << 20U);
  chain::Header parent;
  for (std::size_t i = 0; i < 100; ++i) {
    consensus::Block block = child_of(parent);
    block.body = body;
    final.add(block, {});
    parent = block.header;
    const auto taken = final.take();
    if (taken) continue;
    CHECK(taken.error().kind == FinalFault::Kind::too_much);
    CHECK(taken.error().height == Height{1});
    CHECK(i >= 60);
    return;
  }
  FAIL("100 MiB wait");
}

TEST_CASE("final blocks: a FINALIZATION off the final chain is found out", "[node][final_blocks]") {
  const consensus::Block first = child_of(chain::Header{});
  const consensus::Block rival = child_of(chain::Header{}, 5);
  const consensus::Block above = child_of(rival.header);
  FinalBlocks final{chain::Header{}};
  for (const consensus::Block& block : {first, rival, above}) final.add(block, {});
  final.add(finalization_of(first.header));
  CHECK(take_all(final) == 1);
  final.add(finalization_of(above.header));
  const auto taken = final.take();
  REQUIRE_FALSE(taken);
  CHECK(taken.error().kind == FinalFault::Kind::off_chain);
}
