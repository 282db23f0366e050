#include "ledger/rules/redemption.h"

#include "ledger/rules/lots.h"
#include "ledger/rules/moves.h"

namespace hansatsu::rules {
namespace {

using state::ProgramAmount;
using state::ProgramAmounts;
using state::Redemption;
using state::RedemptionState;
using state::Role;

bool is_well_formed(const ProgramAmounts& amounts) {
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    if (amounts[i].amount.is_zero()) return false;
    if (i > 0 && !(amounts[i - 1].program < amounts[i].program)) return false;
  }
  return true;
}

Result<ProgramAmounts, Refusal> amounts_to_redeem(const state::Overlay& overlay,
                                                  const Context& context, const Redeem& operation) {
  const state::AccountIdentity& shop = signer_of(overlay, context).identity;
  if (shop.kind != AccountKind::shop) return Err{Refusal::not_a_redeemer};
  if (shop.payee_digest.is_zero()) return Err{Refusal::no_payee};
  if (!is_well_formed(operation.amounts)) return Err{Refusal::redeem_amounts_malformed};
  const state::CoinValue* value = find_value(signer_of(overlay, context), operation.coin);
  if (value == nullptr || value->takings.empty()) return Err{Refusal::nothing_to_redeem};
  if (operation.amounts.empty()) return value->takings;
  for (const ProgramAmount& asked : operation.amounts) {
    if (asked.amount > amount_of(value->takings, asked.program)) {
      return Err{Refusal::over_takings};
    }
  }
  return operation.amounts;
}

std::size_t programs_in_both(const ProgramAmounts& gross, const ProgramAmounts& added) {
  std::size_t programs = gross.size();
  for (const ProgramAmount& amount : added) {
    if (amount_of(gross, amount.program).is_zero()) ++programs;
  }
  return programs;
}

/// The shop's redemption that this one joins: of the same day, coin and payee, still requested, and
/// with room for its programs. Small pieces would each have their fee rounded down to nothing.
std::optional<RedemptionId> find_same_day(const state::Overlay& overlay, const Context& context,
                                          CoinId coin, const ProgramAmounts& amounts) {
  const Hash& payee = signer_of(overlay, context).identity.payee_digest;
  for (const RedemptionId id :
       overlay.newest_redemptions(context.signer.account, state::kCoinsPerAccount)) {
    const Redemption& row = *overlay.find(id);
    if (row.coin != coin) continue;
    const Date asked = local_date(row.time, overlay.charter().utc_offset);
    const bool joins = row.state == RedemptionState::requested && asked == context.today &&
                       row.payee_digest == payee &&
                       programs_in_both(row.gross, amounts) <= state::kProgramsPerAccount;
    return joins ? std::optional{id} : std::nullopt;
  }
  return std::nullopt;
}

/// The redemption, if it is of the coin.
Result<const Redemption*, Refusal> find_redemption(const state::Overlay& overlay, RedemptionId id,
                                                   CoinId coin) {
  const Redemption* row = overlay.find(id);
  if (row == nullptr || row->coin != coin) return Err{Refusal::unknown_redemption};
  return row;
}

Result<Amount, Refusal> check_lines(const state::Overlay& overlay, const File& operation) {
  if (operation.bank_file.is_zero()) return Err{Refusal::bank_file_missing};
  if (operation.lines.empty()) return Err{Refusal::lines_malformed};
  Amount total;
  for (std::size_t i = 0; i < operation.lines.size(); ++i) {
    const FileLine& line = operation.lines[i];
    if (i > 0 && !(operation.lines[i - 1].redemption < line.redemption)) {
      return Err{Refusal::lines_malformed};
    }
    const auto row = find_redemption(overlay, line.redemption, operation.coin);
    if (!row) return Err{row.error()};
    if ((*row)->state != RedemptionState::requested) return Err{Refusal::not_requested};
    if ((*row)->payee_digest != line.payee_digest) return Err{Refusal::payee_differs};
    if ((*row)->gross.empty()) return Err{Refusal::nothing_left};
    // A refund since the bank file was made has lowered the redemption: the bank would overpay.
    if (payout_of(**row) != line.payout) return Err{Refusal::amount_differs};
    total.add(total_of((*row)->gross));
  }
  return total;
}

Result<Amount, Refusal> check_settled(const state::Overlay& overlay, const Settle& operation) {
  if (operation.redemptions.empty()) return Err{Refusal::lines_malformed};
  Amount total;
  for (std::size_t i = 0; i < operation.redemptions.size(); ++i) {
    const RedemptionId id = operation.redemptions[i];
    if (i > 0 && !(operation.redemptions[i - 1] < id)) return Err{Refusal::lines_malformed};
    const auto row = find_redemption(overlay, id, operation.coin);
    if (!row) return Err{row.error()};
    if ((*row)->state != RedemptionState::filed || (*row)->bank_file != operation.bank_file) {
      return Err{Refusal::not_filed};
    }
    total.add(total_of((*row)->gross));
  }
  return total;
}

Redemption new_redemption(const state::Overlay& overlay, const Context& context, CoinId coin) {
  Redemption redemption;
  redemption.shop = context.signer.account;
  redemption.coin = coin;
  redemption.payee_digest = signer_of(overlay, context).identity.payee_digest;
  redemption.time = context.time;
  return redemption;
}

}  // namespace

Amount payout_of(const Redemption& redemption) {
  Amount payout = total_of(redemption.gross);
  payout.subtract(redemption.fee);
  return payout;
}

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const Redeem& operation) {
  const auto amounts = amounts_to_redeem(overlay, context, operation);
  if (!amounts) return Err{amounts.error()};

  const auto same_day = find_same_day(overlay, context, operation.coin, *amounts);
  const RedemptionId id =
      same_day ? *same_day : overlay.append(new_redemption(overlay, context, operation.coin));
  state::CoinValue& value = edit_value(overlay.edit(context.signer.account), operation.coin);
  Redemption& redemption = overlay.edit(id);
  for (const ProgramAmount& asked : *amounts) {
    take_amount(value.takings, asked.program, asked.amount);
    add_amount(redemption.gross, asked.program, asked.amount);
    request_payout(overlay.edit(asked.program).counters, asked.amount);
  }
  const state::Coin& coin = overlay.charter().coins[operation.coin.raw];
  redemption.fee = total_of(redemption.gross).share_floor(coin.fee_basis_points);
  Outcome outcome = accepted(context, Redeem::kCode, context.signer.account,
                             Money{operation.coin, total_of(*amounts)}, id.raw);
  for (const ProgramAmount& asked : *amounts) {
    outcome.private_part.lots.push_back({asked.program, Date{Date::kNever}, asked.amount});
  }
  return outcome;
}

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const File& operation) {
  if (const auto role = check_role(overlay, context, Role::treasurer, operation.coin); !role) {
    return Err{role.error()};
  }
  const auto total = check_lines(overlay, operation);
  if (!total) return Err{total.error()};
  const auto approval =
      check_approval(overlay, state::PolicyClass::settlement, operation.coin, *total);
  if (!approval) return Err{approval.error()};

  for (const FileLine& line : operation.lines) {
    Redemption& redemption = overlay.edit(line.redemption);
    redemption.state = RedemptionState::filed;
    redemption.bank_file = operation.bank_file;
  }
  return accepted(context, File::kCode, context.signer.account, Money{operation.coin, *total},
                  operation.lines.front().redemption.raw);
}

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const Settle& operation) {
  if (const auto role = check_role(overlay, context, Role::treasurer, operation.coin); !role) {
    return Err{role.error()};
  }
  const auto total = check_settled(overlay, operation);
  if (!total) return Err{total.error()};
  const auto approval =
      check_approval(overlay, state::PolicyClass::settlement, operation.coin, *total);
  if (!approval) return Err{approval.error()};

  for (const RedemptionId id : operation.redemptions) {
    Redemption& redemption = overlay.edit(id);
    redemption.state = RedemptionState::paid;
    for (const ProgramAmount& paid : redemption.gross) {
      settle_payout(overlay.edit(paid.program).counters, paid.amount);
    }
  }
  return accepted(context, Settle::kCode, context.signer.account, Money{operation.coin, *total},
                  operation.redemptions.front().raw);
}

}  // namespace hansatsu::rules
