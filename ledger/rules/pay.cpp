#include "ledger/rules/pay.h"

#include "ledger/rules/limits.h"
#include "ledger/rules/lots.h"
#include "ledger/rules/moves.h"

namespace hansatsu::rules {
namespace {

using state::Lot;

Checked check_parties(const state::Overlay& overlay, const Context& context, const Pay& operation) {
  const AccountKind payer = signer_of(overlay, context).identity.kind;
  if (payer != AccountKind::person && payer != AccountKind::shop) {
    return Err{Refusal::not_a_payer};
  }
  if (operation.amount.is_zero()) return Err{Refusal::payment_amount_zero};
  if (operation.shop == context.signer.account) return Err{Refusal::payment_to_self};
  const auto shop = find_open_account(overlay, operation.shop);
  if (!shop || (*shop)->identity.kind != AccountKind::shop) {
    return Err{Refusal::shop_cannot_receive};
  }
  const auto& coins = (*shop)->identity.accepted_coins;
  if (std::find(coins.begin(), coins.end(), operation.coin) == coins.end()) {
    return Err{Refusal::coin_not_accepted};
  }
  if (!has_room_for_coin(**shop, operation.coin)) return Err{Refusal::too_many_coins};
  return {};
}

/// Within two local days a shop's order is paid once, however often a till submits it.
Checked check_order(const state::Overlay& overlay, const Context& context, const Pay& operation) {
  const auto paid = overlay.newest_payment(context.signer.account, operation.shop, operation.order);
  if (!paid) return {};
  const Date then = local_date(overlay.find(*paid)->time, overlay.charter().utc_offset);
  if (plus_days(then, 1) >= context.today) return Err{Refusal::order_repeated};
  return {};
}

/// What of the payer's value may be spent at the shop; `with_bound` includes what farming rules
/// keep away from a related shop.
std::vector<Candidate> candidates_of(const state::Overlay& overlay, const Context& context,
                                     const Pay& operation, bool with_bound) {
  std::vector<Candidate> candidates;
  const state::CoinValue* value = find_value(signer_of(overlay, context), operation.coin);
  if (value == nullptr) return candidates;
  const state::AccountIdentity& shop = overlay.find(operation.shop)->identity;
  if (signer_of(overlay, context).identity.kind == AccountKind::shop) {
    for (const state::ProgramAmount& taken : value->takings) {
      const state::ProgramTerms& terms = overlay.find(taken.program)->terms;
      if (!terms.onward || !is_spendable_at(terms, operation.shop, shop)) continue;
      candidates.push_back({{taken.program, Date{Date::kNever}, taken.amount}, terms.priority});
    }
    return candidates;
  }
  for (const Lot& lot : value->lots) {
    const state::Program& program = *overlay.find(lot.program);
    if (!is_live(lot, context.today)) continue;
    if (!is_spendable_at(program.terms, operation.shop, shop)) continue;
    if (!with_bound && is_bound(overlay, lot.program, program)) continue;
    candidates.push_back({lot, program.terms.priority});
  }
  return candidates;
}

Result<Lots, Refusal> choose(const state::Overlay& overlay, const Context& context,
                             const Pay& operation) {
  const bool related =
      is_related(signer_of(overlay, context).identity, overlay.find(operation.shop)->identity);
  auto chosen = choose_lots(candidates_of(overlay, context, operation, !related), operation.amount);
  if (chosen) return *std::move(chosen);
  const bool bound_would_do =
      related &&
      choose_lots(candidates_of(overlay, context, operation, true), operation.amount).has_value();
  return Err{bound_would_do ? Refusal::shop_related : Refusal::not_enough_value};
}

bool shop_has_room(const state::Overlay& overlay, const Pay& operation, const Lots& lots) {
  const state::CoinValue* value = find_value(*overlay.find(operation.shop), operation.coin);
  if (value == nullptr) return true;
  state::ProgramAmounts takings = value->takings;
  for (const Lot& lot : lots) {
    if (takings.is_full() && amount_of(takings, lot.program).is_zero()) return false;
    add_amount(takings, lot.program, lot.amount);
  }
  return true;
}

void move_value(state::Overlay& overlay, const Context& context, const Pay& operation,
                const Lots& lots) {
  state::Account& payer = overlay.edit(context.signer.account);
  state::CoinValue& from = edit_value(payer, operation.coin);
  state::CoinValue& to = edit_value(overlay.edit(operation.shop), operation.coin);
  if (payer.identity.kind == AccountKind::shop) {
    for (const Lot& lot : lots) {
      take_amount(from.takings, lot.program, lot.amount);
      add_amount(to.takings, lot.program, lot.amount);
    }
    return;
  }
  take_lots(from, lots, context.today);
  for (const Lot& lot : lots) {
    add_amount(to.takings, lot.program, lot.amount);
    spend_at_shop(overlay.edit(lot.program).counters, {lot.expiry, lot.amount});
  }
}

}  // namespace

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const Pay& operation) {
  if (const auto parties = check_parties(overlay, context, operation); !parties) {
    return Err{parties.error()};
  }
  if (const auto order = check_order(overlay, context, operation); !order) {
    return Err{order.error()};
  }
  const Spending spending{operation.coin, operation.amount, operation.shop};
  if (const auto limits = check_spending(overlay, context, spending); !limits) {
    return Err{limits.error()};
  }
  const auto lots = choose(overlay, context, operation);
  if (!lots) return Err{lots.error()};
  if (!shop_has_room(overlay, operation, *lots)) return Err{Refusal::shop_programs_full};

  move_value(overlay, context, operation, *lots);
  count_spending(overlay, context, spending);
  const PaymentId id =
      overlay.append(state::Payment{context.signer.account, operation.shop, operation.coin,
                                    operation.order, context.time, *lots});
  Outcome outcome = accepted(context, Pay::kCode, operation.shop,
                             Money{operation.coin, operation.amount}, id.raw);
  outcome.public_part.order = operation.order;
  outcome.private_part.lots.assign(lots->begin(), lots->end());
  return outcome;
}

}  // namespace hansatsu::rules
