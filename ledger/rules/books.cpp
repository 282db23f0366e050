#include "ledger/rules/books.h"

#include <algorithm>

#include "ledger/rules/lots.h"

namespace hansatsu::rules {
namespace {

using state::Program;
using state::RedemptionState;

/// Sums that no invariant bounds yet: a broken ledger must be told of, not die of it.
struct Sums {
  std::map<Date, std::uint64_t> held;
  std::uint64_t takings = 0;
  std::uint64_t pending = 0;
  std::uint64_t settled = 0;
  std::uint64_t received = 0;
};

Amount shown(std::uint64_t units) { return Amount::of(std::min(units, Amount::kMax)); }

class Audit {
 public:
  explicit Audit(const state::State& state) : state_{state}, sums_(state.next<Program>().raw) {}

  std::vector<Discrepancy> run() {
    for (AccountId id = state_.first<state::Account>(); id < state_.next<state::Account>();
         ++id.raw) {
      for (const state::CoinValue& value : state_.find(id)->value) add_value(value);
    }
    for (RedemptionId id = state_.first<state::Redemption>(); id < state_.next<state::Redemption>();
         ++id.raw) {
      add_redemption(*state_.find(id));
    }
    for (std::uint32_t id = 0; id < sums_.size(); ++id) compare(ProgramId{id});
    std::stable_sort(found_.begin(), found_.end(), [](const Discrepancy& a, const Discrepancy& b) {
      return a.program < b.program;
    });
    return std::move(found_);
  }

 private:
  /// Null, and told of, when the program is none of the coin.
  Sums* sums_of(ProgramId program, CoinId coin, Amount amount) {
    const Program* row = state_.find(program);
    if (row != nullptr && row->terms.coin == coin) return &sums_[program.raw];
    found_.push_back({Book::misplaced, program, Date{}, Amount{}, amount});
    return nullptr;
  }
  void add_value(const state::CoinValue& value) {
    for (const state::Lot& lot : value.lots) {
      Sums* sums = sums_of(lot.program, value.coin, lot.amount);
      if (sums == nullptr || lot.expiry < state_.chronicle().expired_until) continue;
      sums->held[lot.expiry] += lot.amount.units();
    }
    for (const state::ProgramAmount& taken : value.takings) {
      Sums* sums = sums_of(taken.program, value.coin, taken.amount);
      if (sums != nullptr) sums->takings += taken.amount.units();
    }
    for (const state::ProgramAmount& received : value.received) {
      Sums* sums = sums_of(received.program, value.coin, received.amount);
      if (sums != nullptr) sums->received += received.amount.units();
    }
  }
  void add_redemption(const state::Redemption& row) {
    for (const state::ProgramAmount& part : row.gross) {
      Sums* sums = sums_of(part.program, row.coin, part.amount);
      if (sums == nullptr) continue;
      switch (row.state) {
        case RedemptionState::requested:
        case RedemptionState::held:
        case RedemptionState::filed:
          sums->pending += part.amount.units();
          break;
        case RedemptionState::paid:
          sums->settled += part.amount.units();
          break;
        case RedemptionState::returned:
        case RedemptionState::rejected:
          break;  // its gross lies with the shop's takings again
      }
    }
  }
  void compare(ProgramId id) {
    const Program& program = *state_.find(id);
    const state::ProgramCounters& counters = program.counters;
    Sums& sums = sums_[id.raw];
    if (!is_conserved(counters)) tell(Book::conservation, id, counters.issued, 0);
    if (counters.issued > program.terms.budget) {
      tell(Book::budget, id, counters.issued, program.terms.budget.units());
    }
    expect(Book::takings, id, counters.takings, sums.takings);
    expect(Book::pending, id, counters.pending, sums.pending);
    expect(Book::settled, id, counters.settled, sums.settled);
    if (sums.received > counters.issued.units()) {
      tell(Book::received, id, counters.issued, sums.received);
    }
    for (const state::HeldUntil& held : counters.held) {
      const auto found = sums.held.find(held.expiry);
      const std::uint64_t records = found == sums.held.end() ? 0 : found->second;
      if (records != held.amount.units()) {
        tell(Book::held, id, held.amount, records, held.expiry);
      }
      sums.held.erase(held.expiry);
    }
    for (const auto& [expiry, records] : sums.held) tell(Book::held, id, Amount{}, records, expiry);
  }
  void expect(Book book, ProgramId program, Amount counter, std::uint64_t records) {
    if (counter.units() != records) tell(book, program, counter, records);
  }
  void tell(Book book, ProgramId program, Amount counter, std::uint64_t records, Date expiry = {}) {
    found_.push_back({book, program, expiry, counter, shown(records)});
  }

  const state::State& state_;
  std::vector<Sums> sums_;
  std::vector<Discrepancy> found_;
};

}  // namespace

std::string_view name(Book book) {
  switch (book) {
    case Book::conservation:
      return "conservation";
    case Book::budget:
      return "budget";
    case Book::held:
      return "held";
    case Book::takings:
      return "takings";
    case Book::pending:
      return "pending";
    case Book::settled:
      return "settled";
    case Book::received:
      return "received";
    case Book::misplaced:
      return "misplaced";
  }
  return "";
}

std::vector<Discrepancy> check_books(const state::State& state) { return Audit{state}.run(); }

std::vector<ProgramBook> program_books(const state::State& state) {
  std::vector<ProgramBook> books;
  for (ProgramId id = state.first<Program>(); id < state.next<Program>(); ++id.raw) {
    const state::ProgramCounters& counters = state.find(id)->counters;
    ProgramBook book;
    book.program = id;
    book.issued = counters.issued;
    book.held = held_total(counters);
    book.takings = counters.takings;
    book.pending = counters.pending;
    book.settled = counters.settled;
    book.expired = counters.expired;
    for (const Amount part : {counters.repaid, counters.withdrawn, counters.voided}) {
      book.others.add(part);
    }
    books.push_back(book);
  }
  return books;
}

}  // namespace hansatsu::rules
