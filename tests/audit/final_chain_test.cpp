#include "wallet/audit/final_chain.h"

#include <catch2/catch.hpp>

#include "tests/audit/story.h"

using namespace hansatsu;  // NOLINT: a test
using namespace test_audit;
using audit::Fault;

namespace {

/// Headers one above the other from genesis, and who sorts them out.
struct Long {
  explicit Long(std::size_t length)
      : genesis{block::genesis_header(charter, state::genesis_state(charter).root())},
        chain{block::trust_of(charter), genesis} {
    chain::Header parent = genesis;
    for (std::size_t i = 0; i < length; ++i) {
      chain::Header header = parent;
      header.view = next(parent.view);
      header.height = next(parent.height);
      header.parent_view = parent.view;
      header.parent_id = chain::block_id(parent);
      headers.push_back(header);
      ids.push_back(chain::block_id(header));
      parent = header;
    }
  }
  std::optional<audit::Finding> add_block(std::size_t at) {
    audit::ReadBlock block;
    block.id = ids[at];
    block.header = headers[at];
    return chain.add({1, 512, 0}, std::move(block));
  }
  std::optional<audit::Finding> finalize(View view, const Hash& id) {
    chain::Certificate certificate;
    certificate.ballot = {chain::VoteKind::finalize, view, id};
    return chain.add({1, 512, 0}, certificate);
  }
  /// Takes all that is final; how many blocks that were.
  std::size_t advance() {
    for (std::size_t count = 0;; ++count) {
      const auto next = chain.next();
      REQUIRE(next.has_value());
      if (!*next) return count;
      REQUIRE_FALSE(chain.advance((*next)->block->header).has_value());
    }
  }

  state::Charter charter = test_town::charter();
  chain::Header genesis;
  audit::FinalChain chain;
  std::vector<chain::Header> headers;
  std::vector<Hash> ids;
};

}  // namespace

TEST_CASE("final chain: the order that makes the most walks takes no longer for it", "[audit]") {
  constexpr std::size_t kLength = 40'000;
  Long log{kLength};
  // The newest FINALIZATION, then all blocks but the lowest from the newest down: each is one that
  // it waited for. Then the other FINALIZATIONs from the newest down: each has to be tried anew.
  REQUIRE_FALSE(log.finalize(log.headers[kLength - 1].view, log.ids[kLength - 1]).has_value());
  for (std::size_t i = kLength - 1; i > 0; --i) {
    REQUIRE_FALSE(log.add_block(i).has_value());
    REQUIRE(log.advance() == 0);
  }
  for (std::size_t i = kLength - 2; i > 0; --i) {
    REQUIRE_FALSE(log.finalize(log.headers[i].view, log.ids[i]).has_value());
    REQUIRE(log.advance() == 0);
  }
  REQUIRE_FALSE(log.add_block(0).has_value());
  CHECK(log.advance() == kLength);
  CHECK(log.chain.last().height == Height{kLength});
  CHECK(log.chain.not_final_yet() == 0);
  CHECK(log.chain.awaited() == 0);
}

TEST_CASE("final chain: a certificate against an old block is told, however old it is", "[audit]") {
  constexpr std::size_t kLength = 1'200;
  Long log{kLength};
  for (std::size_t i = 0; i < kLength; ++i) {
    REQUIRE_FALSE(log.add_block(i).has_value());
    REQUIRE_FALSE(log.finalize(log.headers[i].view, log.ids[i]).has_value());
    REQUIRE(log.advance() == 1);
  }
  const Hash other = hash(HashTag::demo, as_bytes("another block"));
  CHECK_FALSE(log.finalize(View{1'100}, log.ids[1'099]).has_value());
  CHECK(log.finalize(View{1'100}, other)->fault == Fault::conflicting_final);
  CHECK(log.finalize(View{5}, other)->fault == Fault::late_certificate);
}

TEST_CASE("final chain: heights and views that do not follow are told", "[audit]") {
  Long log{4};
  auto& third = log.headers[2];
  std::string field;
  SECTION("a height left out") {
    ++third.height.raw;
    field = "height";
  }
  SECTION("a view that does not rise") {
    third.view = View{1};
    field = "parent_view";
  }
  log.ids[2] = chain::block_id(third);
  for (std::size_t i = 1; i < 3; ++i) REQUIRE_FALSE(log.add_block(i).has_value());
  REQUIRE_FALSE(log.finalize(third.view, log.ids[2]).has_value());
  const auto next = log.chain.next();
  REQUIRE_FALSE(next.has_value());
  CHECK(next.error().fault == Fault::bad_header);
  CHECK(next.error().detail == field);
}

TEST_CASE("final chain: two blocks of one leader are no alteration by who voted for the wrong one",
          "[audit]") {
  Long log{2};
  REQUIRE_FALSE(log.add_block(0).has_value());
  // In view 1 the others made another block final, and the log ends before it came here.
  const Hash other = hash(HashTag::demo, as_bytes("the leader's other block"));
  using enum chain::VoteKind;
  const auto votes = GENERATE(std::vector<chain::VoteKind>{}, std::vector{notarize},
                              std::vector{notarize, finalize});
  CAPTURE(votes.size());
  for (const chain::VoteKind kind : votes) {
    const chain::Ballot vote{kind, log.headers[0].view, log.ids[0]};
    REQUIRE_FALSE(log.chain.check_vote({1, 512, 1}, vote).has_value());
  }
  // Who finalized it had seen a quorum for it: that can't stand beside the other's.
  const bool is_honest = votes.size() == 1;
  const bool has_third = GENERATE(false, true);
  if (has_third) {
    log.headers[1].view = log.headers[0].view;
    log.ids[1] = chain::block_id(log.headers[1]);
    REQUIRE_FALSE(log.add_block(1).has_value());
  }
  REQUIRE_FALSE(log.finalize(log.headers[0].view, other).has_value());
  REQUIRE(log.advance() == 0);
  const auto finding = log.chain.judge_end();
  CHECK(finding.has_value() == (!is_honest || has_third));
  if (finding) CHECK(finding->fault == Fault::block_altered);
}

TEST_CASE("final chain: what a million blocks wait for is told with its place", "[audit]") {
  Long log{1};
  REQUIRE_FALSE(log.add_block(0).has_value());
  const Hash missing = hash(HashTag::demo, as_bytes("the block before it was altered"));
  REQUIRE_FALSE(log.finalize(log.headers[0].view, missing).has_value());
  audit::ReadBlock block;
  block.header = log.headers[0];
  std::optional<audit::Finding> finding;
  for (std::uint64_t i = 0; i < audit::FinalChain::kWaitingMax && !finding; ++i) {
    block.header.view = View{2 + i};
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&i), sizeof i, block.id.bytes.begin());
    audit::ReadBlock next = block;
    finding = log.chain.add({1, 512, 0}, std::move(next));
  }
  REQUIRE(finding.has_value());
  CHECK(finding->fault == Fault::block_altered);
  CHECK(finding->height == Height{1});
}
