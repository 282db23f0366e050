#include "ledger/block/begin_block.h"

#include <algorithm>

namespace hansatsu::block {
namespace {

// What a rule still asks of rows after the day they are of.
constexpr std::uint32_t kOrderDays = 2;   // a repeated order reference is refused so long
constexpr std::uint32_t kClaimDays = 30;  // after the last day on which its program can issue

void expire_held(state::ProgramCounters& counters, Date today) {
  auto& held = counters.held;
  const auto live =
      std::find_if(held.begin(), held.end(), [today](const auto& h) { return h.expiry >= today; });
  for (auto row = held.begin(); row != live; ++row) counters.expired.add(row->amount);
  held.erase(held.begin(), live);
}

/// Prunes rows from the front while they are over and the block's allowance lasts.
template <class Row, class IsOver>
void prune_front(state::Overlay& overlay, std::size_t& left, const IsOver& is_over) {
  state::IdOf<Row> id = overlay.first<Row>();
  for (; left > 0 && id < overlay.next<Row>() && is_over(*overlay.find(id)); --left) ++id.raw;
  if (id != overlay.first<Row>()) overlay.prune_below(id);
}

void prune(state::Overlay& overlay, const BlockTime& when, std::size_t left) {
  const state::Charter& charter = overlay.charter();
  const auto is_past = [&](Timestamp time, std::uint32_t days) {
    return plus_days(local_date(time, charter.utc_offset), days) < when.today;
  };
  prune_front<state::Charge>(overlay, left,
                             [&](const state::Charge& row) { return is_past(row.time, 0); });
  prune_front<state::Payment>(overlay, left, [&](const state::Payment& row) {
    const std::uint32_t window = charter.coins[row.coin.raw].refund_window_days;
    return is_past(row.time, std::max(window, kOrderDays));
  });
  prune_front<state::Refunded>(overlay, left, [&](const state::Refunded& row) {
    return row.payment < overlay.first<state::Payment>();
  });
  prune_front<state::Permission>(
      overlay, left, [&](const state::Permission& row) { return row.lapses < when.time; });
  prune_front<state::Claim>(overlay, left, [&](const state::Claim& row) {
    const Date closes = overlay.find(row.program)->terms.closes;
    return closes.raw < Date::kNever - kClaimDays && plus_days(closes, kClaimDays) < when.today;
  });
}

}  // namespace

void advance_date(state::Overlay& overlay, Date today) {
  if (overlay.chronicle().expired_until >= today) return;
  overlay.edit(state::ChronicleRow{0}).expired_until = today;
  for (ProgramId id = overlay.first<state::Program>(); id < overlay.next<state::Program>();
       ++id.raw) {
    const auto& held = overlay.find(id)->counters.held;
    if (held.empty() || held.front().expiry >= today) continue;
    expire_held(overlay.edit(id).counters, today);
  }
}

void begin_block(state::Overlay& overlay, const BlockTime& when) {
  advance_date(overlay, when.today);
  prune(overlay, when, kPrunedRowsMax);
  overlay.edit(state::ChronicleRow{0}).time = when.time;
}

void end_block(state::Overlay& overlay, const BlockTime& when, std::uint64_t work) {
  const auto rows_max = static_cast<std::size_t>(work / 2);
  if (rows_max > kPrunedRowsMax) prune(overlay, when, rows_max - kPrunedRowsMax);
}

}  // namespace hansatsu::block
