#include <catch2/catch.hpp>

#include "tests/ledger/scenario.h"

namespace hansatsu::scenario {

TEST_CASE("check_books: tells each counter that the records do not bear out", "[ledger][rules]") {
  Scenario s;
  const ProgramId charge = s.program(charge_terms());
  const AccountId resident = s.person(1);
  const AccountId shop = s.shop();
  s.charge(resident, charge, 10'000);
  s.pay(resident, shop, 3'000);
  s.must(shop, Redeem{kCoin, {{charge, yen(1'000)}}});
  const auto books_after = [&](const auto& change) {
    Scenario broken = s;
    change(broken);
    std::vector<Book> books;
    for (const Discrepancy& found : check_books(broken.state())) books.push_back(found.book);
    return books;
  };
  CHECK(books_after([&](Scenario& b) {
          b.alter(charge, [](state::Program& row) { row.counters.issued.add(yen(1)); });
        }) == std::vector<Book>{Book::conservation});
  CHECK(books_after([&](Scenario& b) {
          b.alter(charge, [](state::Program& row) { row.terms.budget = yen(9'999); });
        }) == std::vector<Book>{Book::budget});
  CHECK(books_after([&](Scenario& b) {
          b.alter(resident, [](state::Account& row) { row.value[0].lots[0].amount = yen(7'001); });
        }) == std::vector<Book>{Book::held});
  CHECK(books_after([&](Scenario& b) {
          b.alter(shop, [](state::Account& row) { row.value[0].takings[0].amount = yen(1); });
        }) == std::vector<Book>{Book::takings});
  CHECK(books_after([&](Scenario& b) {
          b.alter(RedemptionId{0},
                  [](state::Redemption& row) { row.state = state::RedemptionState::paid; });
        }) == std::vector<Book>{Book::pending, Book::settled});
  CHECK(books_after([&](Scenario& b) {
          b.alter(resident,
                  [](state::Account& row) { row.value[0].received[0].amount = yen(10'001); });
        }) == std::vector<Book>{Book::received});
  CHECK(books_after([&](Scenario& b) {
          b.alter(shop, [](state::Account& row) { row.value[0].takings[0].program.raw = 8; });
        }) == std::vector<Book>{Book::takings, Book::misplaced});
}

}  // namespace hansatsu::scenario
