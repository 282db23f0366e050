#include <catch2/catch.hpp>

#include "tests/consensus/solo.h"

/// When the state is new enough to answer from, and what a start keeps while it reads its log.
using namespace hansatsu;
using namespace hansatsu::consensus;
using namespace hansatsu::consensus::test;

namespace {
const Genesis kTown{4};
const std::uint8_t kSelf = kTown.leader(2).raw;
const std::uint8_t kLeader = kTown.leader(1).raw;
const std::uint8_t kThird = kTown.leader(3).raw;

std::vector<Block> blocks_of(std::uint64_t count) {
  std::vector<Block> blocks;
  Header parent = kTown.anchor;
  for (std::uint64_t view = 1; view <= count; ++view) {
    blocks.push_back(kTown.block(view, parent, "x"));
    parent = blocks.back().header;
  }
  return blocks;
}

Status status_at(const Solo& solo, std::uint8_t from, const Header& tip) {
  Status status = solo.status(from);
  status.final_tip =
      FinalTip{tip, kTown.certificate(VoteKind::finalize, tip.view.raw, chain::block_id(tip))};
  return solo.sign(status);
}

/// Gives every block that is asked for, until nothing is.
void give_blocks(Solo& solo, const std::vector<Block>& blocks, Effects effects) {
  while (!effects.empty()) {
    Effects more;
    for (const Send& send : all<Send>(effects)) {
      const auto* request = std::get_if<Request>(&send.message);
      if (request == nullptr || request->kind != RequestKind::block) continue;
      for (const Block& block : blocks) {
        if (chain::block_id(block.header) != request->block_id) continue;
        for (Effect& effect : solo.receive(send.to.raw, Response{request->id, block})) {
          more.push_back(std::move(effect));
        }
      }
    }
    effects = std::move(more);
  }
  (void)solo.execute();
}
}  // namespace

TEST_CASE("A11: reads are served when a quorum said how far it is, and all of that is here",
          "[consensus][A11]") {
  const std::vector<Block> blocks = blocks_of(5);
  const Header& tip = blocks.back().header;
  Solo solo{kTown, kSelf, Solo::fresh(kTown), false};
  CHECK_FALSE(solo.snapshot().serves_reads);
  (void)solo.receive(kThird, solo.status(kThird));
  CHECK_FALSE(solo.snapshot().serves_reads);
  const Effects effects = solo.receive(kLeader, status_at(solo, kLeader, tip));
  REQUIRE_FALSE(solo.snapshot().starting);
  REQUIRE_FALSE(solo.snapshot().syncing);
  CHECK_FALSE(solo.snapshot().serves_reads);
  give_blocks(solo, blocks, effects);
  REQUIRE(solo.snapshot().final_height == tip.height);
  CHECK(solo.snapshot().serves_reads);
  // From here on what comes is the ordinary course, and no reason to fall silent.
  const Block next = kTown.block(6, tip, "x");
  (void)solo.receive(kThird, status_at(solo, kThird, next.header));
  CHECK(solo.snapshot().serves_reads);
}

TEST_CASE("A11: payments wait with who is cut off; reads are served for a blip only",
          "[consensus][A11]") {
  Solo solo{kTown, kSelf};
  (void)solo.step(PeerDown{ValidatorIndex{kLeader}});
  (void)solo.step(PeerDown{ValidatorIndex{kThird}});
  const auto blip = static_cast<std::int64_t>(kSkip / std::chrono::milliseconds{1});
  (void)solo.tick_after(blip);
  CHECK(solo.snapshot().serves_reads);
  (void)solo.tick_after(1);
  CHECK_FALSE(solo.snapshot().serves_reads);
  CHECK(solo.snapshot().takes_payments);
  // Others may be far ahead: that a quorum is connected says nothing until they did.
  (void)solo.step(PeerUp{ValidatorIndex{kThird}});
  CHECK_FALSE(solo.snapshot().serves_reads);
  (void)solo.receive(kThird, solo.status(kThird));
  CHECK(solo.snapshot().serves_reads);
}

TEST_CASE("A11: who is all alone wakes up to stop serving reads", "[consensus][A11]") {
  Solo solo{kTown, kSelf};
  std::vector<WakeAt> wakes;
  for (std::uint8_t peer = 0; peer < 4; ++peer) {
    if (peer == kSelf) continue;
    for (const WakeAt& wake : all<WakeAt>(solo.step(PeerDown{ValidatorIndex{peer}})))
      wakes.push_back(wake);
  }
  REQUIRE_FALSE(wakes.empty());
  CHECK(wakes.back().at <= now_at(solo.ms()).monotonic + kSkip + Duration{1});
}

TEST_CASE("A11: who hears that it fell behind serves nothing", "[consensus][A11]") {
  Solo solo{kTown, kSelf};
  (void)solo.step(PeerDown{ValidatorIndex{kThird}});
  const std::vector<Block> blocks = blocks_of(20);
  (void)solo.step(PeerUp{ValidatorIndex{kThird}});
  CHECK(solo.snapshot().serves_reads);
  (void)solo.receive(kThird, status_at(solo, kThird, blocks.back().header));
  CHECK_FALSE(solo.snapshot().serves_reads);
  CHECK_FALSE(solo.snapshot().takes_payments);
}

TEST_CASE("A11: a town of one validator hears of nobody and serves", "[consensus][A11]") {
  const Genesis one{1};
  Solo solo{one, 0};
  CHECK(solo.snapshot().serves_reads);
}

TEST_CASE("A11: rivals that nothing in the log rests on are not kept while it is read",
          "[consensus][A11][A14]") {
  std::vector<Record> records;
  constexpr std::uint64_t kViews = 300;
  for (std::uint64_t view = 1; view <= kViews; ++view) {
    const Block rival = kTown.block(view, kTown.anchor, "x");
    records.emplace_back(rival);
    records.emplace_back(
        kTown.vote(kSelf, VoteKind::notarize, view, chain::block_id(rival.header)));
    records.emplace_back(kTown.certificate(VoteKind::nullify, view));
  }
  const FakeSigner signer{ValidatorIndex{kSelf}};
  Engine engine{kTown.setup(kSelf), signer};
  Effects effects = engine.step(now_at(0), Start{{kTown.anchor, {}, std::move(records)}, 77});
  std::size_t held = 0;
  while (!all<Validate>(effects).empty()) {
    Effects more;
    for (const Validate& validate : all<Validate>(effects)) {
      for (Effect& effect : engine.step(now_at(0), Validated{validate.block_id, true})) {
        more.push_back(std::move(effect));
      }
      held = std::max(held, engine.footprint().blocks);
    }
    effects = std::move(more);
  }
  CHECK(engine.snapshot().view == View{kViews + 1});
  CHECK(held < 40);
}
