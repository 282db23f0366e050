#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "ledger/rules/books.h"
#include "ledger/rules/issue.h"
#include "ledger/state/snapshot_io.h"
#include "tests/property/balances.h"
#include "tests/property/child.h"
#include "tests/property/town_life.h"

namespace hansatsu::property {
namespace {

/// Every row as storage keeps it, and a state made of those again.
state::State reloaded(const state::State& state) {
  const state::Bounds bounds = state::bounds_of(state);
  state::StateBuilder builder{bounds};
  for (std::size_t table = 0; table < bounds.size(); ++table) {
    for (std::uint64_t index = bounds[table].first; index < bounds[table].next; ++index) {
      const state::RowKey key{static_cast<state::TableId>(table + 1), index};
      ASSERT(builder.add(key, state::encode_row(state, key)).has_value());
    }
  }
  auto built = builder.finish();
  ASSERT(built.has_value());
  return *std::move(built);
}

/// No unit lives longer than one that is issued today would.
bool expiries_hold(const state::State& state, Date today) {
  for (ProgramId id{0}; id < state.next<state::Program>(); ++id.raw) {
    const state::Program& program = *state.find(id);
    const auto& held = program.counters.held;
    if (held.empty()) continue;
    const state::Coin& coin = state.charter().coins[program.terms.coin.raw];
    if (held.front().expiry < today) return false;
    if (held.back().expiry > rules::expiry_of(program.terms.expiry, today)) return false;
    if (held.back().expiry > rules::latest_expiry(coin, today)) return false;
  }
  return true;
}

/// Nobody, by whatever accounts, has received more of a program than it allows.
template <class Row>
bool received_within(const state::State& state, Amount state::ProgramTerms::* cap) {
  for (auto id = state.first<Row>(); id < state.next<Row>(); ++id.raw) {
    for (const state::ProgramAmount& one : state.find(id)->received) {
      if (one.amount > state.find(one.program)->terms.*cap) return false;
    }
  }
  return true;
}
bool caps_hold(const state::State& state) {
  for (AccountId id{0}; id < state.next<state::Account>(); ++id.raw) {
    for (const state::CoinValue& value : state.find(id)->value) {
      for (const state::ProgramAmount& one : value.received) {
        if (one.amount > state.find(one.program)->terms.cap_account) return false;
      }
    }
  }
  return received_within<state::Person>(state, &state::ProgramTerms::cap_person) &&
         received_within<state::Household>(state, &state::ProgramTerms::cap_household);
}

/// A validator that keeps up to `depth` blocks unmerged, is offered a rival of each, and starts
/// anew from what storage keeps after every `restart` blocks.
class Follower {
 public:
  Follower(const Crowd& crowd, std::size_t depth, std::size_t restart)
      : chain_id_{crowd.chain_id()}, state_{crowd.town()}, depth_{depth}, restart_{restart} {}

  Hash follow(const LivedBlock& block, Story& story) {
    const auto body = block::decode_body(chain_id_, state_.charter().limits, block.body);
    story.expect(body.has_value(), "a built body can't be read");
    reject_rival(*body, block.time, story);
    auto execution = block::execute_block(child(), block.time, *body, checker_);
    story.expect(execution.has_value(), "a built block is found invalid");
    story.expect(execution->outcomes == block.outcomes, "another outcome");
    blocks_.push_back(execution->overlay);
    while (blocks_.size() > depth_) merge_first();
    if (++followed_ % restart_ == 0) {
      while (!blocks_.empty()) merge_first();
      state_ = reloaded(state_);
    }
    return execution->state_root;
  }

 private:
  std::shared_ptr<state::Overlay> child() const {
    return blocks_.empty() ? std::make_shared<state::Overlay>(state_)
                           : std::make_shared<state::Overlay>(blocks_.back());
  }
  /// Half of the block at a later time, executed and given up.
  void reject_rival(const block::Body& body, Timestamp time, Story& story) {
    block::Body half;
    half.transactions.assign(
        body.transactions.begin(),
        body.transactions.begin() + static_cast<std::ptrdiff_t>(body.transactions.size() / 2));
    const auto rival = block::execute_block(child(), plus_ms(time, 1), half, checker_);
    story.expect(rival.has_value(), "half a block is found invalid");
  }
  void merge_first() {
    state_.merge(*blocks_.front());
    blocks_.erase(blocks_.begin());
  }

  Hash chain_id_;
  state::State state_;
  std::size_t depth_;
  std::size_t restart_;
  std::size_t followed_ = 0;
  std::vector<std::shared_ptr<state::Overlay>> blocks_;
  RememberingChecker checker_;
};

void live_and_follow(Crowd& crowd, const std::vector<Step>& steps, Story& story) {
  Leader leader{crowd, story};
  Balances balances{crowd.town()};
  Follower follower{crowd, steps.size() % 4, 1 + steps.size() % 7};
  leader.live(steps, [&](const LivedBlock& block) {
    const Date today = local_date(block.time, leader.state().charter().utc_offset);
    story.expect(rules::check_books(leader.state()).empty(), "the books do not balance");
    story.expect(expiries_hold(leader.state(), today), "value lives longer than it may");
    story.expect(caps_hold(leader.state()), "somebody received more than a program allows");
    balances.begin_day(today);
    for (std::size_t i = 0; i < block.outcomes.size(); ++i) {
      balances.add(block.transactions[i]->unsigned_part(), block.outcomes[i]);
    }
    const std::string differences = balances.differences(leader.state());
    story.expect(differences.empty(), "receipts and state differ: " + differences);
    story.expect(follower.follow(block, story) == leader.state().root(), "another state root");
  });
}

}  // namespace

TEST_CASE("whatever a town does, the books balance, receipts add up and everyone agrees",
          "[ledger][property]") {
  Crowd crowd;
  Child child;
  CHECK(holds("any sequence of operations keeps the books", 200, [&] {
    const auto steps = *some_steps();
    const std::string story = child.run([&](Story& one) { live_and_follow(crowd, steps, one); });
    RC_LOG() << story;
    RC_ASSERT(story.empty());
  }));
  for (const rules::OperationCode code : kAllOperations) {
    INFO("operation " << static_cast<int>(code));
    CHECK(child.count(accepted_count(code)) > 0);  // or the crowd would prove little
  }
  CHECK(child.count(kRefused) > 100);
  CHECK(child.count(kLeftOut) > 100);
}

}  // namespace hansatsu::property
