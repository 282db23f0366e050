#include <catch2/catch.hpp>

#include "tests/audit/story.h"
#include "wallet/audit/final_chain.h"
#include "wallet/audit/running_books.h"

using namespace hansatsu;  // NOLINT: a test
using namespace test_audit;
using rules::Book;
using state::Overlay;

namespace {

/// What the books say of a block that does this and nothing else.
std::optional<rules::Discrepancy> judged(const std::function<void(Overlay&)>& change) {
  const Story story;
  audit::RunningBooks books{story.town.state};
  Overlay overlay{story.town.state};
  change(overlay);
  overlay.seal();
  return books.take(story.town.state, overlay);
}

Book book_of(const std::function<void(Overlay&)>& change) {
  const auto found = judged(change);
  REQUIRE(found.has_value());
  return found->book;
}

state::Lot& lot(Overlay& overlay) { return overlay.edit(Story::kPayer).value[0].lots[0]; }
state::ProgramCounters& counters(Overlay& overlay) { return overlay.edit(ProgramId{0}).counters; }

}  // namespace

TEST_CASE("audit books: a record that says more than its program's counters", "[audit]") {
  CHECK_FALSE(judged([](Overlay&) {}).has_value());
  CHECK(book_of([](Overlay& o) { lot(o).amount.add(Amount::of(1)); }) == Book::held);
  CHECK(book_of([](Overlay& o) { ++lot(o).expiry.raw; }) == Book::held);
  CHECK(book_of([](Overlay& o) { o.edit(Story::kPayer).value[0].lots.clear(); }) == Book::held);
  CHECK(book_of([](Overlay& o) { o.edit(Story::kShop).value[0].takings[0].amount = Amount{}; }) ==
        Book::takings);
  CHECK(book_of([](Overlay& o) { lot(o).program = ProgramId{7}; }) == Book::held);
}

TEST_CASE("audit books: counters that no record bears out", "[audit]") {
  CHECK(book_of([](Overlay& o) { counters(o).issued.add(Amount::of(1)); }) == Book::conservation);
  CHECK(book_of([](Overlay& o) {
          counters(o).issued.add(Amount::of(1));
          counters(o).settled.add(Amount::of(1));
        }) == Book::settled);
  CHECK(book_of([](Overlay& o) {
          counters(o).issued.add(Amount::of(1));
          counters(o).takings.add(Amount::of(1));
        }) == Book::takings);
  CHECK(book_of([](Overlay& o) {
          counters(o).issued.add(Amount::of(5'000'000));
          counters(o).voided.add(Amount::of(5'000'000));
        }) == Book::budget);
}

TEST_CASE("audit books: block by block they say what a count of everything says", "[audit]") {
  Story story{0};
  audit::RunningBooks books{story.town.state};
  const auto follow = [&](std::vector<block::TransactionPointer> transactions, std::uint64_t ms) {
    story.town.now = plus_ms(story.town.now, ms);
    block::Body body;
    body.transactions = std::move(transactions);
    auto execution = block::execute_block(std::make_shared<Overlay>(story.town.state),
                                          story.town.now, body, story.town.checker);
    REQUIRE(execution.has_value());
    CHECK_FALSE(books.take(story.town.state, *execution->overlay).has_value());
    story.town.state.merge(*execution->overlay);
    CHECK(rules::check_books(story.town.state).empty());
  };
  const auto later = [&](AccountId signer, rules::OperationVariant operation, std::uint64_t ms) {
    // Signed when the block is made, not before.
    const Timestamp now = story.town.now;
    story.town.now = plus_ms(now, ms);
    auto transaction = story.town.from(signer, std::move(operation));
    story.town.now = now;
    follow({std::move(transaction)}, ms);
  };
  const rules::Pay pay{Story::kShop, CoinId{0}, Amount::of(100), {}};
  later(Story::kPayer, pay, 1'000);
  later(AccountId{4}, rules::Send{Story::kPayer, CoinId{0}, Amount::of(50)}, 1'000);
  later(Story::kShop, rules::Redeem{}, 1'000);
  // The lots expire: the counters move in the first block past the day, the records when touched.
  later(Story::kPayer, rules::SetReceive{true}, 41 * test_town::kDayMs);
  CHECK(story.town.state.find(ProgramId{0})->counters.held.empty());
  later(AccountId{4}, pay, 1'000);  // refused: nothing is left
  later(test_town::kAgent, rules::Charge{Story::kPayer, ProgramId{0}, Amount::of(500), Amount{}},
        1'000);
}
