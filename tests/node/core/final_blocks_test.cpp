#include "node/final_blocks.h"

#include <catch2/catch.hpp>

/// The final chain, picked out of logs as validators write them and as none of ours does.
namespace {

using namespace hansatsu;  // NOLINT: a test
using node::FinalBlocks;
using node::FinalFault;

chain::Header child_of(const chain::Header& parent, std::uint64_t views_later = 1,
                       bool is_empty = false) {
  chain::Header header;
  header.view = View{parent.view.raw + views_later};
  header.height = next(parent.height);
  header.parent_view = parent.view;
  header.parent_id = chain::block_id(parent);
  if (is_empty) header.flags = chain::kFlagEmpty;
  return header;
}

/// Genesis is not one of them.
std::vector<chain::Header> chain_of(std::size_t count) {
  std::vector<chain::Header> blocks;
  chain::Header parent;
  while (blocks.size() < count) {
    blocks.push_back(child_of(parent));
    parent = blocks.back();
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
  final.add(finalization_of(blocks.back()));
  std::size_t taken = 0;
  for (const chain::Header& block : blocks) {
    final.add(block, {});
    if (block.height.raw % 11 != 0 && &block != &blocks.back()) continue;
    final.add(finalization_of(block));
    taken += take_all(final);
    CHECK(final.last().height == block.height);
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
  CHECK(final.waiting_bytes() >= blocks.size() * sizeof(chain::Header));
  // Their certificates too: until the lowest is there, none proves its way down.
  for (std::size_t i = blocks.size(); i > 0; i -= 10) {
    CHECK(final.last().height == Height{});
    final.add(finalization_of(blocks[i - 1]));
    if (i > 10) CHECK(take_all(final) == 0);
  }
  CHECK(take_all(final) == blocks.size());
}

TEST_CASE("final blocks: proofs are as the engine makes them", "[node][final_blocks]") {
  const chain::Header first = child_of(chain::Header{});
  const chain::Header rival = child_of(first);
  const chain::Header second = child_of(first, 3, true);
  const chain::Header third = child_of(second);
  FinalBlocks final{chain::Header{}};
  for (const chain::Header& block : {first, rival, second, third}) final.add(block, {});
  final.add(finalization_of(third));
  const auto taken = final.take();
  REQUIRE(taken);
  REQUIRE(taken->size() == 3);
  REQUIRE((*taken)[0].proof);
  CHECK((*taken)[0].proof->descendants.size() == 1);
  CHECK_FALSE((*taken)[1].proof);
  REQUIRE((*taken)[2].proof);
  CHECK((*taken)[2].proof->descendants.empty());
  CHECK(final.waiting_bytes() == 0);
}

TEST_CASE("final blocks: a log that does not prove its blocks is not held whole",
          "[node][final_blocks]") {
  const auto blocks = chain_of(2 * FinalBlocks::kUnprovenMax);
  FinalBlocks final{chain::Header{}};
  std::size_t held = 0;
  for (const chain::Header& block : blocks) {
    // As a validator once wrote it that caught up by ranges: the last of each was proved.
    final.add(block, {});
    if (block.height.raw % 32 == 0) final.add(finalization_of(block));
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
  CHECK(held <= (FinalBlocks::kUnprovenMax + 1) * 2 * chain::Header::kEncodedBytes);
}

TEST_CASE("final blocks: proofs that a validator had to ask for come later in its log",
          "[node][final_blocks]") {
  const auto blocks = chain_of(40);
  FinalBlocks final{chain::Header{}};
  for (const chain::Header& block : blocks) final.add(block, {});
  final.add(finalization_of(blocks.back()));
  CHECK(take_all(final) == 0);
  for (const chain::Header& block : blocks) {
    final.add(finalization_of(block));
    (void)take_all(final);
    CHECK(final.last().height >= block.height);
  }
  CHECK(final.last() == blocks.back());
}

TEST_CASE("final blocks: what nothing makes final is not held without end",
          "[node][final_blocks]") {
  FinalBlocks final{chain::Header{}};
  // Views that were noted and nullified, one after the other.
  for (std::size_t i = 1; i <= FinalBlocks::kWaitingMax; ++i) {
    final.add(child_of(chain::Header{}, i), {});
  }
  CHECK(take_all(final) == 0);
  CHECK(final.waiting_bytes() <= std::size_t{128} << 20U);
  final.add(child_of(chain::Header{}, FinalBlocks::kWaitingMax + 1), {});
  const auto taken = final.take();
  REQUIRE_FALSE(taken);
  CHECK(taken.error().kind == FinalFault::Kind::too_much);
  CHECK(taken.error().height == Height{1});
}

TEST_CASE("final blocks: a FINALIZATION off the final chain is found out", "[node][final_blocks]") {
  const chain::Header first = child_of(chain::Header{});
  const chain::Header rival = child_of(chain::Header{}, 5);
  const chain::Header above = child_of(rival);
  FinalBlocks final{chain::Header{}};
  for (const chain::Header& block : {first, rival, above}) final.add(block, {});
  final.add(finalization_of(first));
  CHECK(take_all(final) == 1);
  final.add(finalization_of(above));
  const auto taken = final.take();
  REQUIRE_FALSE(taken);
  CHECK(taken.error().kind == FinalFault::Kind::off_chain);
}
