#include "ledger/rules/moves.h"

#include <algorithm>

namespace hansatsu::rules {
namespace {

using state::HeldUntil;
using state::ProgramCounters;

auto place_of(const ProgramCounters& counters, Date expiry) {
  return std::lower_bound(counters.held.begin(), counters.held.end(), expiry,
                          [](const HeldUntil& held, Date wanted) { return held.expiry < wanted; });
}

void join_held(ProgramCounters& counters, HeldValue value) {
  if (value.amount.is_zero()) return;
  const auto at = place_of(counters, value.expiry);
  if (at != counters.held.end() && at->expiry == value.expiry) {
    counters.held[static_cast<std::size_t>(at - counters.held.begin())].amount.add(value.amount);
    return;
  }
  ASSERT(!counters.held.is_full());
  counters.held.insert(at, HeldUntil{value.expiry, value.amount});
}

void leave_held(ProgramCounters& counters, HeldValue value) {
  if (value.amount.is_zero()) return;
  const auto at = place_of(counters, value.expiry);
  ASSERT(at != counters.held.end() && at->expiry == value.expiry);
  HeldUntil& held = counters.held[static_cast<std::size_t>(at - counters.held.begin())];
  held.amount.subtract(value.amount);
  if (held.amount.is_zero()) counters.held.erase(at);
}

void leave(ProgramCounters& counters, RefundSource source, Amount amount) {
  (source == RefundSource::takings ? counters.takings : counters.pending).subtract(amount);
}

}  // namespace

void issue_to_holder(ProgramCounters& counters, HeldValue value) {
  counters.issued.add(value.amount);
  join_held(counters, value);
  ASSERT(is_conserved(counters));
}

void spend_at_shop(ProgramCounters& counters, HeldValue value) {
  leave_held(counters, value);
  counters.takings.add(value.amount);
  ASSERT(is_conserved(counters));
}

void request_payout(ProgramCounters& counters, Amount amount) {
  counters.takings.subtract(amount);
  counters.pending.add(amount);
  ASSERT(is_conserved(counters));
}

void settle_payout(ProgramCounters& counters, Amount amount) {
  counters.pending.subtract(amount);
  counters.settled.add(amount);
  ASSERT(is_conserved(counters));
}

void refund_to_holder(ProgramCounters& counters, RefundSource source, HeldValue value, Date today) {
  leave(counters, source, value.amount);
  if (value.expiry < today) {
    counters.expired.add(value.amount);
  } else {
    join_held(counters, value);
  }
  ASSERT(is_conserved(counters));
}

void refund_to_shop(ProgramCounters& counters, RefundSource source, Amount amount) {
  leave(counters, source, amount);
  counters.takings.add(amount);
  ASSERT(is_conserved(counters));
}

bool has_room_for(const ProgramCounters& counters, Date expiry, std::size_t dates_max) {
  const auto at = place_of(counters, expiry);
  if (at != counters.held.end() && at->expiry == expiry) return true;
  return counters.held.size() < dates_max;
}

}  // namespace hansatsu::rules
