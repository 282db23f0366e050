#include "wallet/town/replay_model.h"

namespace hansatsu::town {

bool ReplayModel::apply(const HistoryRow& row) {
  const auto amount = static_cast<std::int64_t>(row.amount.units());
  switch (row.kind) {
    case RowKind::grant:
      granted_ += amount;
      balances_[row.to] += amount;
      return true;
    case RowKind::charge:
      charged_ += amount;
      balances_[row.to] += amount;
      return true;
    case RowKind::pay:
    case RowKind::send:
      balances_[row.to] += amount;
      return (balances_[row.from] -= amount) >= 0;
    case RowKind::redeem:
      redeemed_ += amount;
      return (balances_[row.from] -= amount) >= 0;
  }
  return false;
}

std::int64_t ReplayModel::balance(NameIndex name) const {
  const auto found = balances_.find(name);
  return found == balances_.end() ? 0 : found->second;
}

}  // namespace hansatsu::town
