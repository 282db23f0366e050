#pragma once

#include "ledger/state/program.h"

/// The only ways in which a program's value moves between its counters. Each keeps
/// issued = held + takings + pending + settled + repaid + expired + withdrawn + voided
/// (docs/protocol/ledger.md, rule 11); what does not hold the amount is a bug.
namespace hansatsu::rules {

/// Value that a person holds until a date.
struct HeldValue {
  Date expiry;
  Amount amount;
};

void issue_to_holder(state::ProgramCounters& counters, HeldValue value);
void spend_at_shop(state::ProgramCounters& counters, HeldValue value);
void request_payout(state::ProgramCounters& counters, Amount amount);
void settle_payout(state::ProgramCounters& counters, Amount amount);

/// Where a refund takes its value from: a shop's takings, or a redemption not yet filed.
enum class RefundSource : std::uint8_t { takings, pending };
/// Back to the holder, or to `expired` when the value's date has passed.
void refund_to_holder(state::ProgramCounters& counters, RefundSource source, HeldValue value,
                      Date today);
/// Back to the shop that had spent its takings onward.
void refund_to_shop(state::ProgramCounters& counters, RefundSource source, Amount amount);

/// An issue may not raise the number of expiry dates above this; refunds use the rest.
inline constexpr std::size_t kExpiryDatesIssued = 60;
/// True when value of this date finds a place among at most `dates_max` dates.
[[nodiscard]] bool has_room_for(const state::ProgramCounters& counters, Date expiry,
                                std::size_t dates_max);

}  // namespace hansatsu::rules
