#include "node/movements.h"

namespace hansatsu::node {
namespace {

using rules::OperationCode;
using Parts = std::vector<store::Movement::Part>;

/// Lots are programs' amounts; all of them concern one account, and have one on the other side.
Parts parts_of(const rules::PrivateOutcome& outcome, AccountId account,
               std::optional<AccountId> other = {}) {
  Parts parts;
  for (const state::Lot& lot : outcome.lots) {
    parts.push_back({lot.program, lot.amount, account, other});
  }
  return parts;
}

Parts granted(const rules::Grant& grant, const rules::PrivateOutcome& outcome) {
  Parts parts;
  auto refused = outcome.refused_entries.begin();
  for (std::size_t i = 0; i < grant.entries.size(); ++i) {
    if (refused != outcome.refused_entries.end() && refused->index == i) {
      ++refused;
      continue;
    }
    parts.push_back({grant.program, grant.entries[i].amount, grant.entries[i].account, {}});
  }
  return parts;
}

Parts settled(const rules::Settle& settle, const state::State& state) {
  Parts parts;
  for (const RedemptionId id : settle.redemptions) {
    const state::Redemption* redemption = state.find(id);
    if (redemption == nullptr) continue;
    for (const state::ProgramAmount& paid : redemption->gross) {
      parts.push_back({paid.program, paid.amount, redemption->shop, {}});
    }
  }
  return parts;
}

Parts parts_of(const block::ParsedTransaction& transaction, const rules::Outcome& outcome,
               const state::State& state) {
  const auto& operation = transaction.operation().value;
  const AccountId signer = transaction.unsigned_part().signer.account;
  const AccountId subject = outcome.public_part.subject;
  switch (outcome.public_part.operation) {
    case OperationCode::charge:  // agents' sums are their own affair, and the town's
      return parts_of(outcome.private_part, subject);
    case OperationCode::refund:
      return parts_of(outcome.private_part, subject, signer);
    case OperationCode::pay:
    case OperationCode::send:
      return parts_of(outcome.private_part, signer, subject);
    case OperationCode::redeem:
      return parts_of(outcome.private_part, signer);
    case OperationCode::grant:
      return granted(std::get<rules::Grant>(operation), outcome.private_part);
    case OperationCode::settle:
      return settled(std::get<rules::Settle>(operation), state);
    default:
      return {};
  }
}

}  // namespace

std::vector<store::Movement> movements_of(std::span<const block::TransactionPointer> transactions,
                                          const store::Outcomes& outcomes,
                                          const state::State& state) {
  ASSERT(transactions.size() == outcomes.size());
  std::vector<store::Movement> movements;
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    const rules::Outcome& outcome = outcomes[i].outcome;
    if (outcome.public_part.code != 0 || !outcome.public_part.coin) continue;
    auto parts = parts_of(*transactions[i], outcome, state);
    if (parts.empty()) continue;
    movements.push_back(
        {*outcome.public_part.coin, outcome.public_part.operation, std::move(parts)});
  }
  return movements;
}

void add_to_book(store::DayBook& book, const BlockTree::Finished& finished,
                 const state::State& state) {
  if (finished.transactions.empty()) return;
  book.add(local_date(finished.block.header.time, state.charter().utc_offset),
           movements_of(finished.transactions, finished.block.outcomes, state));
}

}  // namespace hansatsu::node
