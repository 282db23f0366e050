#include "node/waiters.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

/// Whoever waits is told, and nobody makes a node remember without bound.
namespace {

using namespace hansatsu;  // NOLINT: a test
using node::Waiters;

Hash numbered(std::uint8_t number) {
  Hash id;
  id.bytes.fill(number);
  return id;
}

/// What each waiter was told, by its number.
struct ToldWaiters {
  std::map<int, rpc::SubmitAnswer> answers;

  node::SubmitAnswerer waiter(int number) {
    return [this, number](rpc::SubmitAnswer answer) {
      CHECK(answers.emplace(number, std::move(answer)).second);
    };
  }
};

}  // namespace

TEST_CASE("of one transaction the newest wait, and the oldest is told at once", "[node][waiters]") {
  Waiters waiters;
  ToldWaiters told;
  constexpr int kMax = Waiters::kOfOneMax;
  constexpr int kCopies = 1'000;  // as one body may hold
  for (int i = 0; i < kCopies; ++i) {
    waiters.add(numbered(1), told.waiter(i));
    REQUIRE(told.answers.size() == static_cast<std::size_t>(std::max(0, i + 1 - kMax)));
  }
  for (const auto& [number, answer] : told.answers) {
    REQUIRE(number < kCopies - kMax);
    REQUIRE(answer.state == rpc::SubmitState::accepted);
    REQUIRE(answer.id == numbered(1));
  }
  // The newest hear the end of it, in their order.
  rpc::SubmitAnswer final_answer;
  final_answer.state = rpc::SubmitState::final;
  const auto newest = waiters.take(numbered(1));
  REQUIRE(newest.size() == Waiters::kOfOneMax);
  for (const auto& one : newest) one(final_answer);
  for (int i = kCopies - kMax; i < kCopies; ++i) {
    CHECK(told.answers.at(i).state == rpc::SubmitState::final);
  }
  CHECK(waiters.take(numbered(1)).empty());
}

TEST_CASE("those of another transaction take nobody's place", "[node][waiters]") {
  Waiters waiters;
  ToldWaiters told;
  waiters.add(numbered(1), told.waiter(0));
  for (int i = 1; i <= 40; ++i) waiters.add(numbered(2), told.waiter(i));
  CHECK_FALSE(told.answers.contains(0));
  CHECK(waiters.take(numbered(1)).size() == 1);
  CHECK(waiters.take(numbered(3)).empty());
  CHECK(waiters.take(numbered(2)).size() == Waiters::kOfOneMax);
}
