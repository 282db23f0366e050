#include "wallet/town/day_books.h"

namespace hansatsu::town {

Attempt<Books> read_books(Desk& desk, CoinId coin) {
  const auto auditor = desk.staff("auditor");
  if (!auditor) return Err{auditor.error()};
  const auto programs = desk.client().programs((*auditor)->signer());
  if (!programs) return Err{std::string{"the programs can't be read"}};
  Books books;
  for (const rpc::ProgramRecord& record : *programs) {
    if (record.program.terms.coin != coin) continue;
    const state::ProgramCounters& counters = record.program.counters;
    books.issued += counters.issued.units();
    books.held += state::held_total(counters).units();
    books.takings += counters.takings.units();
    books.pending += counters.pending.units();
    books.settled += counters.settled.units();
    books.expired += counters.expired.units();
    books.conserved = books.conserved && state::is_conserved(counters);
  }
  return books;
}

std::vector<std::string> compare_books(const Books& before, const DayTally& tally,
                                       const Books& after) {
  std::vector<std::string> faults;
  const auto expect = [&faults](const char* what, std::uint64_t before_units, std::uint64_t in,
                                std::uint64_t out, std::uint64_t after_units) {
    if (before_units + in == after_units + out) return;
    faults.push_back(std::string{what} + ": " + std::to_string(before_units) + " + " +
                     std::to_string(in) + " - " + std::to_string(out) + " is not " +
                     std::to_string(after_units));
  };
  if (!after.conserved) faults.emplace_back("a program's counters do not add up");
  const std::uint64_t expired = after.expired - before.expired;
  expect("issued", before.issued, tally.charged + tally.premium + tally.granted, 0, after.issued);
  expect("held by people", before.held,
         tally.charged + tally.premium + tally.granted + tally.refunded, tally.paid + expired,
         after.held);
  expect("shops' takings", before.takings, tally.paid, tally.refunded + tally.redeemed,
         after.takings);
  expect("redemptions pending", before.pending, tally.redeemed, tally.settled, after.pending);
  expect("settled", before.settled, tally.settled, 0, after.settled);
  return faults;
}

}  // namespace hansatsu::town
