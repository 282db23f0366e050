#include "wallet/audit/running_books.h"

#include <algorithm>

namespace hansatsu::audit {
namespace {

using rules::Book;
using rules::Discrepancy;
using state::RedemptionState;

constexpr std::uint64_t kAdd = 1;
constexpr std::uint64_t kTakeAway = ~std::uint64_t{0};

/// Programs beyond this are none: a lot that names one is misplaced, and no sum is kept for it.
constexpr std::uint32_t kProgramsMax = 1U << 20U;

Discrepancy differs(Book book, ProgramId program, Amount counter, std::uint64_t records,
                    Date expiry = {}) {
  return {book, program, expiry, counter, Amount::of(std::min(records, Amount::kMax))};
}

}  // namespace

RunningBooks::RunningBooks(const state::State& state) : today_{state.chronicle().expired_until} {
  for (AccountId id = state.first<state::Account>(); id < state.next<state::Account>(); ++id.raw) {
    add(*state.find(id), kAdd);
  }
  for (RedemptionId id = state.first<state::Redemption>(); id < state.next<state::Redemption>();
       ++id.raw) {
    add(*state.find(id), kAdd);
  }
}

RunningBooks::Sums& RunningBooks::touch(ProgramId program) {
  const std::uint32_t place = std::min(program.raw, kProgramsMax);
  if (place >= sums_.size()) sums_.resize(place + 1);
  touched_.push_back(ProgramId{place});
  return sums_[place];
}

void RunningBooks::add(const state::Account& account, std::uint64_t sign) {
  for (const state::CoinValue& value : account.value) {
    for (const state::Lot& lot : value.lots) {
      // A stale lot counts nowhere until it is dropped.
      if (lot.expiry >= today_) touch(lot.program).held[lot.expiry] += sign * lot.amount.units();
    }
    for (const state::ProgramAmount& taken : value.takings) {
      touch(taken.program).takings += sign * taken.amount.units();
    }
    for (const state::ProgramAmount& received : value.received) {
      touch(received.program).received += sign * received.amount.units();
    }
  }
}

void RunningBooks::add(const state::Redemption& row, std::uint64_t sign) {
  for (const state::ProgramAmount& part : row.gross) {
    Sums& sums = touch(part.program);
    switch (row.state) {
      case RedemptionState::requested:
      case RedemptionState::held:
      case RedemptionState::filed:
        sums.pending += sign * part.amount.units();
        break;
      case RedemptionState::paid:
        sums.settled += sign * part.amount.units();
        break;
      case RedemptionState::returned:
      case RedemptionState::rejected:
        break;  // its gross lies with the shop's takings again
    }
  }
}

void RunningBooks::expire(Date today) {
  if (today == today_) return;
  today_ = today;
  for (std::uint32_t id = 0; id < sums_.size(); ++id) {
    auto& held = sums_[id].held;
    held.erase(held.begin(), held.lower_bound(today));
    touched_.push_back(ProgramId{id});
  }
}

std::optional<Discrepancy> RunningBooks::take(const state::State& before,
                                              const state::Overlay& block) {
  touched_.clear();
  expire(block.chronicle().expired_until);
  const auto move = [&]<class Row>(std::uint64_t index, const Row& after) {
    using Id = state::IdOf<Row>;
    const Row* row = before.find(Id{static_cast<typename Id::Raw>(index)});
    if (row != nullptr) add(*row, kTakeAway);
    add(after, kAdd);
  };
  block.for_each_changed<state::Account>(move);
  block.for_each_changed<state::Redemption>(move);
  block.for_each_changed<state::Program>([this](std::uint64_t id, const state::Program& /*row*/) {
    (void)touch(ProgramId{static_cast<std::uint32_t>(id)});
  });
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  for (const ProgramId id : touched_) {
    if (auto found = compare(id, block.find(id))) return found;
  }
  return std::nullopt;
}

std::optional<Discrepancy> RunningBooks::compare(ProgramId id,
                                                 const state::Program* program) const {
  const Sums& sums = sums_[id.raw];
  const auto is_zero = [](const auto& entry) { return entry.second == 0; };
  if (program == nullptr) {
    const bool is_empty = sums.takings == 0 && sums.pending == 0 && sums.settled == 0 &&
                          sums.received == 0 &&
                          std::all_of(sums.held.begin(), sums.held.end(), is_zero);
    if (is_empty) return std::nullopt;
    return differs(Book::misplaced, id, {}, sums.takings);
  }
  const state::ProgramCounters& counters = program->counters;
  if (!is_conserved(counters)) return differs(Book::conservation, id, counters.issued, 0);
  if (counters.issued > program->terms.budget) {
    return differs(Book::budget, id, counters.issued, program->terms.budget.units());
  }
  const std::tuple<Book, Amount, std::uint64_t> pairs[] = {
      {Book::takings, counters.takings, sums.takings},
      {Book::pending, counters.pending, sums.pending},
      {Book::settled, counters.settled, sums.settled},
  };
  for (const auto& [book, counter, records] : pairs) {
    if (counter.units() != records) return differs(book, id, counter, records);
  }
  if (sums.received > counters.issued.units()) {
    return differs(Book::received, id, counters.issued, sums.received);
  }
  auto counted = counters.held.begin();
  for (const auto& [expiry, records] : sums.held) {
    if (records == 0) continue;
    if (counted == counters.held.end() || counted->expiry != expiry) {
      return differs(Book::held, id, {}, records, expiry);
    }
    if (counted->amount.units() != records) {
      return differs(Book::held, id, counted->amount, records, expiry);
    }
    ++counted;
  }
  if (counted != counters.held.end()) {
    return differs(Book::held, id, counted->amount, 0, counted->expiry);
  }
  return std::nullopt;
}

}  // namespace hansatsu::audit
