#pragma once

#include "ledger/state/state.h"

/// Recomputes what counters say from every record. Blocks keep the counters conserved one move at
/// a time; this shows that they are also true.
/// Source: docs/protocol/ledger.md, rule 11.
namespace hansatsu::rules {

/// What was found to differ.
enum class Book : std::uint8_t {
  conservation = 1,  ///< issued is not the sum of the other counters
  budget = 2,        ///< issued is above the budget
  held = 3,          ///< lots of one expiry date, over all accounts
  takings = 4,       ///< over all accounts
  pending = 5,       ///< redemptions asked for, held or filed
  settled = 6,       ///< redemptions paid
  received = 7,      ///< accounts have received more than was issued
  misplaced = 8,     ///< a lot or takings of a program that is not there, or of another coin
};
[[nodiscard]] std::string_view name(Book book);

struct Discrepancy {
  Book book = Book::conservation;
  ProgramId program;
  Date expiry;     ///< held: which date; otherwise zero
  Amount counter;  ///< what the program says
  Amount records;  ///< what the records add up to
  bool operator==(const Discrepancy&) const = default;
};

/// One program's value at one time, for reports: where its units are.
struct ProgramBook {
  ProgramId program;
  Amount issued;
  Amount held;
  Amount takings;
  Amount pending;
  Amount settled;
  Amount expired;
  Amount others;  ///< repaid, withdrawn, voided
};

/// Empty when the books balance; otherwise ascending by program. Cost: every account, program and
/// redemption once.
[[nodiscard]] std::vector<Discrepancy> check_books(const state::State& state);
/// All programs, ascending, by their counters.
[[nodiscard]] std::vector<ProgramBook> program_books(const state::State& state);

}  // namespace hansatsu::rules
