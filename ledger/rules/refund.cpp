#include "ledger/rules/refund.h"

#include <algorithm>
#include <map>
#include <set>

#include "ledger/rules/limits.h"
#include "ledger/rules/lots.h"
#include "ledger/rules/moves.h"

namespace hansatsu::rules {
namespace {

using state::Lot;
using state::Payment;
using state::Redemption;

/// A shop asks for its money every few weeks at most; what it asked for longer ago is filed.
constexpr std::size_t kRedemptionsLookedAt = 64;

Amount refunded_of(const state::Overlay& overlay, PaymentId payment) {
  const auto row = overlay.refunded_row(payment);
  return row ? overlay.find(*row)->amount : Amount{};
}

Checked check_payment(const state::Overlay& overlay, const Context& context,
                      const Refund& operation) {
  if (operation.amount.is_zero()) return Err{Refusal::refund_amount_zero};
  const Payment* payment = overlay.find(operation.payment);
  if (payment == nullptr || payment->shop != context.signer.account) {
    return Err{Refusal::unknown_payment};
  }
  const state::Charter& charter = overlay.charter();
  const state::Coin& coin = charter.coins[payment->coin.raw];
  const Date paid_on = local_date(payment->time, charter.utc_offset);
  if (plus_days(paid_on, coin.refund_window_days) < context.today) {
    return Err{Refusal::refund_window_over};
  }
  const auto total = refunded_of(overlay, operation.payment).plus(operation.amount);
  if (!total || *total > total_of(payment->lots)) return Err{Refusal::over_payment};
  if (!find_open_account(overlay, payment->payer)) return Err{Refusal::payer_closed};
  const state::CoinValue* shop = find_value(signer_of(overlay, context), payment->coin);
  if (counts_of(shop, context.today).refunds >= coin.limits.refunds_day) {
    return Err{Refusal::too_many_refunds};
  }
  return {};
}

/// The last consumed comes back first; what came back before is passed over.
Lots lots_to_return(const Payment& payment, Amount refunded, Amount amount) {
  Lots lots;
  Amount skip = refunded;
  Amount left = amount;
  for (auto lot = payment.lots.rbegin(); lot != payment.lots.rend(); ++lot) {
    Amount available = lot->amount;
    const Amount skipped = std::min(skip, available);
    skip.subtract(skipped);
    available.subtract(skipped);
    const Amount taken = std::min(left, available);
    left.subtract(taken);
    if (!taken.is_zero()) lots.push_back({lot->program, lot->expiry, taken});
  }
  ASSERT(left.is_zero());
  return lots;
}

/// One step of giving back: a piece of a lot from one source.
struct Piece {
  Lot lot;
  std::optional<RedemptionId> redemption;  ///< absent: from takings
};

/// Where each lot comes from: takings first, then requested redemptions, newest first.
class Sources {
 public:
  Sources(const state::Overlay& overlay, AccountId shop, CoinId coin)
      : overlay_{overlay}, shop_{shop} {
    const state::CoinValue* value = find_value(*overlay.find(shop), coin);
    if (value != nullptr) takings_ = value->takings;
  }

  /// False when the shop does not hold the lot's amount any more.
  [[nodiscard]] bool draw(Lot lot, std::vector<Piece>& pieces) {
    const Amount taken = std::min(lot.amount, amount_of(takings_, lot.program));
    take_amount(takings_, lot.program, taken);
    push(pieces, lot, taken, std::nullopt);
    if (lot.amount.is_zero()) return true;
    look_at_redemptions();
    for (auto& [id, gross] : requested_) {
      const Amount part = std::min(lot.amount, amount_of(gross, lot.program));
      take_amount(gross, lot.program, part);
      push(pieces, lot, part, id);
      if (lot.amount.is_zero()) return true;
    }
    return false;
  }

 private:
  static void push(std::vector<Piece>& pieces, Lot& lot, Amount part,
                   std::optional<RedemptionId> redemption) {
    if (part.is_zero()) return;
    pieces.push_back({{lot.program, lot.expiry, part}, redemption});
    lot.amount.subtract(part);
  }
  void look_at_redemptions() {
    if (looked_) return;
    looked_ = true;
    for (const RedemptionId id : overlay_.newest_redemptions(shop_, kRedemptionsLookedAt)) {
      const Redemption& row = *overlay_.find(id);
      if (row.state != state::RedemptionState::requested) continue;
      requested_.emplace_back(id, row.gross);
    }
  }

  const state::Overlay& overlay_;
  AccountId shop_;
  state::ProgramAmounts takings_;
  std::vector<std::pair<RedemptionId, state::ProgramAmounts>> requested_;
  bool looked_ = false;
};

bool is_shop(const state::Overlay& overlay, AccountId account) {
  return overlay.find(account)->identity.kind == AccountKind::shop;
}

/// The payer's account, and the programs, have places for what comes back.
Checked check_places(const state::Overlay& overlay, const Payment& payment, const Lots& lots,
                     Date today) {
  const state::CoinValue* value = find_value(*overlay.find(payment.payer), payment.coin);
  if (is_shop(overlay, payment.payer)) {
    state::ProgramAmounts takings = value == nullptr ? state::ProgramAmounts{} : value->takings;
    for (const Lot& lot : lots) {
      if (takings.is_full() && amount_of(takings, lot.program).is_zero()) {
        return Err{Refusal::payer_lots_full};
      }
      add_amount(takings, lot.program, lot.amount);
    }
    return {};
  }
  Lots live;
  std::map<ProgramId, std::set<Date>> dates;
  for (const Lot& lot : lots) {
    if (!is_live(lot, today)) continue;
    live.push_back(lot);
    std::set<Date>& held = dates[lot.program];
    for (const state::HeldUntil& until : overlay.find(lot.program)->counters.held) {
      held.insert(until.expiry);
    }
    held.insert(lot.expiry);
    if (held.size() > state::kExpiryDatesPerProgram) return Err{Refusal::refund_dates_full};
  }
  if (lots_with(value, live, today) > state::kLotsPerCoin) return Err{Refusal::payer_lots_full};
  return {};
}

/// Lowers a redemption; its fee is counted anew on what is left.
void lower_redemption(state::Overlay& overlay, RedemptionId id, const Lot& lot) {
  Redemption& redemption = overlay.edit(id);
  take_amount(redemption.gross, lot.program, lot.amount);
  const state::Coin& coin = overlay.charter().coins[redemption.coin.raw];
  redemption.fee = total_of(redemption.gross).share_floor(coin.fee_basis_points);
}

void give_back(state::Overlay& overlay, const Context& context, const Payment& payment,
               const std::vector<Piece>& pieces) {
  const bool to_shop = is_shop(overlay, payment.payer);
  state::CoinValue& from = edit_value(overlay.edit(payment.shop), payment.coin);
  state::CoinValue& to = edit_value(overlay.edit(payment.payer), payment.coin);
  for (const Piece& piece : pieces) {
    const Lot& lot = piece.lot;
    const RefundSource source = piece.redemption ? RefundSource::pending : RefundSource::takings;
    if (piece.redemption) {
      lower_redemption(overlay, *piece.redemption, lot);
    } else {
      take_amount(from.takings, lot.program, lot.amount);
    }
    state::ProgramCounters& counters = overlay.edit(lot.program).counters;
    if (to_shop) {
      refund_to_shop(counters, source, lot.amount);
      add_amount(to.takings, lot.program, lot.amount);
      continue;
    }
    refund_to_holder(counters, source, {lot.expiry, lot.amount}, context.today);
    if (is_live(lot, context.today)) add_lots(to, {&lot, 1}, context.today);
  }
  begin_day(from, context.today);
  from.refunds += 1;
}

void remember(state::Overlay& overlay, const Refund& operation) {
  if (const auto row = overlay.refunded_row(operation.payment)) {
    overlay.edit(*row).amount.add(operation.amount);
  } else {
    overlay.append(state::Refunded{operation.payment, operation.amount});
  }
}

}  // namespace

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const Refund& operation) {
  if (const auto checked = check_payment(overlay, context, operation); !checked) {
    return Err{checked.error()};
  }
  const Payment payment = *overlay.find(operation.payment);
  const Lots lots =
      lots_to_return(payment, refunded_of(overlay, operation.payment), operation.amount);
  Sources sources{overlay, payment.shop, payment.coin};
  std::vector<Piece> pieces;
  for (const Lot& lot : lots) {
    if (!sources.draw(lot, pieces)) return Err{Refusal::takings_short};
  }
  if (const auto places = check_places(overlay, payment, lots, context.today); !places) {
    return Err{places.error()};
  }

  give_back(overlay, context, payment, pieces);
  remember(overlay, operation);
  Outcome outcome = accepted(context, Refund::kCode, payment.payer,
                             Money{payment.coin, operation.amount}, operation.payment.raw);
  outcome.public_part.order = payment.order;
  outcome.private_part.lots.assign(lots.begin(), lots.end());
  for (const Lot& lot : lots) {
    if (!is_live(lot, context.today)) outcome.private_part.expired_meanwhile.add(lot.amount);
  }
  return outcome;
}

}  // namespace hansatsu::rules
