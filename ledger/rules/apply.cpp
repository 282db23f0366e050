#include "ledger/rules/apply.h"

#include "ledger/rules/accounts.h"
#include "ledger/rules/charge.h"
#include "ledger/rules/floats.h"
#include "ledger/rules/grant.h"
#include "ledger/rules/keys.h"
#include "ledger/rules/pay.h"
#include "ledger/rules/programs.h"
#include "ledger/rules/redemption.h"
#include "ledger/rules/refund.h"
#include "ledger/rules/send.h"

namespace hansatsu::rules {
namespace {

std::uint32_t count(std::size_t rows) { return static_cast<std::uint32_t>(rows); }

}  // namespace

Result<Outcome, Refusal> apply(state::Overlay& overlay, const Context& context,
                               const Operation& operation) {
  // A stop must not keep a customer from their money: what a frozen shop owes it may give back.
  if (code_of(operation) != OperationCode::refund &&
      is_frozen(signer_of(overlay, context).identity, context.time)) {
    return Err{Refusal::account_frozen};
  }
  return std::visit([&](const auto& one) { return apply(overlay, context, one); }, operation.value);
}

std::uint32_t work_of(const Operation& operation) {
  switch (code_of(operation)) {
    case OperationCode::open_account:
    case OperationCode::add_key:
    case OperationCode::remove_key:
    case OperationCode::set_receive:
    case OperationCode::freeze:
    case OperationCode::unfreeze:
    case OperationCode::open_program:
    case OperationCode::set_float:
    case OperationCode::hand_in:
      return 1;
    case OperationCode::charge:
      return 7;  // agent, account, person, household, 2 programs, charge
    case OperationCode::pay:
      return 4;  // payer, shop, program, payment
    case OperationCode::send:
      return 2;
    case OperationCode::refund:
      return 6;  // payer, shop, program, payment, refunded, redemption
    case OperationCode::redeem: {
      const auto& redeem = std::get<Redeem>(operation.value);
      return 3 + count(redeem.amounts.size());
    }
    case OperationCode::grant: {  // each entry: account, person, household, claim
      const auto& grant = std::get<Grant>(operation.value);
      return 2 + 4 * count(grant.entries.size());
    }
    case OperationCode::file:
      return 1 + count(std::get<File>(operation.value).lines.size());
    case OperationCode::settle: {
      const auto& settle = std::get<Settle>(operation.value);
      return 1 + 2 * count(settle.redemptions.size());
    }
  }
  ASSERT(false);
  return 0;
}

state::Rights right_needed(const Operation& operation) {
  switch (code_of(operation)) {
    case OperationCode::pay:
      return state::kRightPay;
    case OperationCode::send:
      return state::kRightSend;
    case OperationCode::refund:
      return state::kRightRefund;
    case OperationCode::redeem:
      return state::kRightRedeem;
    case OperationCode::charge:
    case OperationCode::hand_in:
      return state::kRightCharge;
    case OperationCode::add_key:
    case OperationCode::remove_key:
    case OperationCode::set_receive:
      return state::kRightManage;
    case OperationCode::open_account:
    case OperationCode::freeze:
    case OperationCode::unfreeze:
    case OperationCode::open_program:
    case OperationCode::grant:
    case OperationCode::file:
    case OperationCode::settle:
    case OperationCode::set_float:
      return state::kRightOffice;
  }
  ASSERT(false);
  return 0;
}

bool is_staff_operation(const Operation& operation) {
  return right_needed(operation) == state::kRightOffice;
}

}  // namespace hansatsu::rules
