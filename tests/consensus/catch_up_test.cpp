#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "tests/consensus/solo.h"

/// What catching up by ranges leaves in the log: whoever reads it alone must find every proof.
using namespace hansatsu;
using namespace hansatsu::consensus;
using namespace hansatsu::consensus::test;

namespace {
const Genesis kTown{4};
const std::uint8_t kSelf = kTown.leader(2).raw;
const std::uint8_t kThird = kTown.leader(3).raw;

/// Blocks of views 1 to `count`, but for one. Every `step`th is final by itself, the others through
/// the next of those.
std::vector<FinalBlock> chain_of(std::uint64_t count, std::uint64_t step,
                                 std::uint64_t skipped = 0) {
  std::vector<FinalBlock> blocks;
  Header parent = kTown.anchor;
  for (std::uint64_t view = 1; view <= count; ++view) {
    if (view == skipped) continue;
    blocks.push_back({kTown.block(view, parent, "x"), {}});
    parent = blocks.back().block.header;
  }
  FinalityProof proof;
  for (auto at = blocks.rbegin(); at != blocks.rend(); ++at) {
    FinalBlock& final = *at;
    const std::uint64_t view = final.block.header.view.raw;
    if (view % step == 0) {
      const Hash id = chain::block_id(final.block.header);
      proof = {kTown.certificate(VoteKind::finalize, view, id), {}};
    }
    final.proof = proof;
    if (!proof.descendants.is_full()) proof.descendants.push_back(final.block.header);
  }
  return blocks;
}

Range range_from(const std::vector<FinalBlock>& blocks, Height from) {
  Range range;
  for (std::size_t i = from.raw - 1; i < blocks.size() && !range.blocks.is_full(); ++i) {
    range.blocks.push_back(blocks[i]);
  }
  for (std::size_t i = from.raw - 1 + range.blocks.size();; ++i) {
    const FinalBlock& last = blocks[i - 1];
    if (last.proof->descendants.empty()) {
      range.finalization = last.proof->finalization;
      return range;
    }
    range.links.push_back(blocks[i].block.header);
  }
}

void append(Effects& effects, Effects more) {
  for (Effect& effect : more) effects.push_back(std::move(effect));
}

Effects hear_of(Solo& solo, const FinalBlock& newest) {
  Status ahead = solo.status(kThird);
  ahead.final_tip = FinalTip{newest.block.header, newest.proof->finalization};
  return solo.receive(kThird, solo.sign(ahead));
}

Effects answer_ranges(Solo& solo, const std::vector<FinalBlock>& blocks, const Effects& effects) {
  Effects more;
  for (const Send& send : all<Send>(effects)) {
    const auto* request = std::get_if<Request>(&send.message);
    if (request == nullptr || request->kind != RequestKind::range) continue;
    append(more, solo.receive(send.to.raw,
                              Response{request->id, range_from(blocks, request->from_height)}));
  }
  return more;
}

/// Hears of the newest block, and of all below it only by ranges.
void catch_up(Solo& solo, const std::vector<FinalBlock>& blocks) {
  const FinalBlock& newest = blocks.back();
  Effects effects = hear_of(solo, newest);
  REQUIRE(solo.snapshot().syncing);
  CHECK_FALSE(solo.snapshot().serves_reads);
  for (std::size_t turn = 0; turn < blocks.size(); ++turn) {
    Effects more = solo.tick_after(100);
    append(more, answer_ranges(solo, blocks, effects));
    append(more, solo.execute());
    append(more, solo.sync());
    effects = std::move(more);
  }
  (void)solo.tick_after(1'000);
  (void)solo.sync();
  REQUIRE(solo.snapshot().final_height == newest.block.header.height);
}

std::map<View, std::size_t> count_finalizations(const std::vector<Record>& log) {
  std::map<View, std::size_t> counts;
  for (const Record& record : log) {
    const auto* held = std::get_if<Certificate>(&record);
    if (held != nullptr && held->ballot.kind == VoteKind::finalize) ++counts[held->ballot.view];
  }
  return counts;
}
}  // namespace

TEST_CASE("A8: the log of a catch-up proves its blocks without anybody's help",
          "[consensus][A8][A12]") {
  const std::uint64_t step = GENERATE(1U, 3U, 11U);
  const std::vector<FinalBlock> blocks = chain_of(132, step);
  Solo solo{kTown, kSelf};
  catch_up(solo, blocks);
  // The newest was heard of first, and the last of each range with the range: none comes twice.
  const auto counts = count_finalizations(solo.log());
  CHECK(counts.size() == blocks.size() / step);
  for (const auto& [view, count] : counts) {
    CAPTURE(view.raw);
    CHECK(count == 1);
  }

  Solo again{kTown, kSelf, Recovered{kTown.anchor, {}, solo.log()}, false};
  CHECK(again.snapshot().final_height.raw == blocks.size());
}

TEST_CASE("A12: a long catch-up is now and then whole in the log", "[consensus][A12]") {
  const std::vector<FinalBlock> blocks = chain_of(1'500, 1);
  Solo solo{kTown, kSelf};
  std::size_t level = 0;
  Effects effects = hear_of(solo, blocks.back());
  for (std::size_t turn = 0; turn < blocks.size() && solo.snapshot().syncing; ++turn) {
    Effects more = solo.tick_after(1);
    append(more, answer_ranges(solo, blocks, effects));
    append(more, solo.execute());
    append(more, solo.sync());
    for (const Acknowledge& safe : all<Acknowledge>(more)) {
      if (safe.height == solo.snapshot().final_height) ++level;  // here a checkpoint can be made
    }
    effects = std::move(more);
  }
  CHECK(solo.snapshot().final_height.raw > 1'400);
  CHECK(level >= 4);
}

TEST_CASE("A12: a slow disk is not buried under what a fast network brings", "[consensus][A12]") {
  const std::vector<FinalBlock> blocks = chain_of(1'000, 1);
  Solo solo{kTown, kSelf};
  Effects effects = hear_of(solo, blocks.back());
  for (int turn = 0; turn < 40; ++turn) {
    Effects more = solo.tick_after(100);
    append(more, answer_ranges(solo, blocks, effects));
    append(more, solo.execute());
    effects = std::move(more);
  }
  const std::uint64_t stuck_at = solo.snapshot().final_height.raw;
  CHECK(stuck_at < 4 * kRangeBlocksMax);
  // It goes on as soon as the disk does.
  effects = solo.sync();
  append(effects, answer_ranges(solo, blocks, effects));
  append(effects, solo.execute());
  CHECK(solo.snapshot().final_height.raw > stuck_at);
}

TEST_CASE("A8: a crash in the middle of a catch-up costs none of the proofs so far",
          "[consensus][A8][A12]") {
  const std::vector<FinalBlock> blocks = chain_of(60, 1);
  Solo solo{kTown, kSelf};
  catch_up(solo, blocks);
  // Cut anywhere, it gives all blocks whose certificate it still holds.
  std::vector<Record> log = solo.log();
  while (!log.empty()) {
    log.pop_back();
    std::uint64_t proven = 0;
    std::set<View> bodies;
    const auto counts = count_finalizations(log);
    for (const Record& record : log) {
      if (const auto* block = std::get_if<Block>(&record)) bodies.insert(block->header.view);
    }
    for (std::uint64_t view = 1; view <= blocks.size() && bodies.contains(View{view}); ++view) {
      if (counts.contains(View{view})) proven = view;
    }
    const Solo again{kTown, kSelf, Recovered{kTown.anchor, {}, log}, false};
    CAPTURE(log.size());
    REQUIRE(again.snapshot().final_height.raw == proven);
  }
}

TEST_CASE("A8: a proof that a range brought is not written again when it comes by itself",
          "[consensus][A8][A12]") {
  const std::vector<FinalBlock> blocks = chain_of(22, 11);
  Solo solo{kTown, kSelf};
  const Effects effects = answer_ranges(solo, blocks, hear_of(solo, blocks.back()));
  const auto validates = all<Validate>(effects);
  REQUIRE(validates.size() == 1);
  (void)solo.step(Validated{validates[0].block_id, true});
  REQUIRE(solo.snapshot().final_height == Height{1});
  (void)solo.receive(kThird, blocks[10].proof->finalization);
  (void)solo.execute();
  (void)solo.tick_after(1'000);
  (void)solo.sync();
  REQUIRE(solo.snapshot().final_height == Height{22});
  const auto counts = count_finalizations(solo.log());
  CHECK(counts == std::map<View, std::size_t>{{View{11}, 1}, {View{22}, 1}});
}

TEST_CASE("A8: the FINALIZE of a rival acknowledges no block of a range", "[consensus][A8][A12]") {
  const Block rival = kTown.block(3, kTown.anchor, "rival");
  Solo solo{kTown, kSelf};
  (void)solo.propose(
      rival, {},
      {kTown.certificate(VoteKind::nullify, 1), kTown.certificate(VoteKind::nullify, 2)});
  (void)solo.sync();
  (void)solo.receive(kThird,
                     kTown.certificate(VoteKind::notarize, 3, chain::block_id(rival.header)));
  REQUIRE(sent_votes(solo.sync(), VoteKind::finalize).size() == 1);

  // It came to nothing. Blocks of views 1 and 2, notarized beside their NULLIFICATIONs, are final
  // through one of a later view, and not in the log yet.
  const std::vector<FinalBlock> blocks = chain_of(22, 11, 3);
  Effects effects = answer_ranges(solo, blocks, hear_of(solo, blocks.back()));
  append(effects, solo.execute());
  REQUIRE(solo.snapshot().final_height == Height{21});
  CHECK(all<Acknowledge>(effects).empty());
  (void)solo.tick_after(1'000);
  const auto acknowledged = all<Acknowledge>(solo.sync());
  REQUIRE(acknowledged.size() == 1);
  CHECK(acknowledged[0].height == Height{21});
}

TEST_CASE("A8: in the ordinary course a FINALIZATION is written once", "[consensus][A8]") {
  Solo solo{kTown, kSelf};
  Header parent = kTown.anchor;
  std::optional<Certificate> notarization;
  for (std::uint64_t view = 1; view <= 40; ++view) {
    const Block block = kTown.block(view, parent, "x");
    const Hash id = chain::block_id(block.header);
    // Blocks of views that this validator leads it has to be given, too.
    if (block.header.proposer.raw == kSelf) {
      for (const Send& send :
           all<Send>(solo.receive(kThird, kTown.certificate(VoteKind::notarize, view, id)))) {
        const auto* request = std::get_if<Request>(&send.message);
        if (request != nullptr) (void)solo.receive(send.to.raw, Response{request->id, block});
      }
      (void)solo.execute();
    } else {
      (void)solo.propose(block, notarization);
    }
    (void)solo.sync();
    notarization = kTown.certificate(VoteKind::notarize, view, id);
    (void)solo.receive(kThird, *notarization);
    (void)solo.sync();
    (void)solo.receive(kThird, kTown.certificate(VoteKind::finalize, view, id));
    REQUIRE(solo.snapshot().final_height == Height{view});
    parent = block.header;
  }
  (void)solo.tick_after(1'000);
  const auto counts = count_finalizations(solo.log());
  CHECK(counts.size() == 40);
  for (const auto& [view, count] : counts) CHECK(count == 1);
}
