#include "wallet/town/replay_plan.h"

#include <algorithm>
#include <numeric>

namespace hansatsu::town {

std::vector<bool> find_shops(const History& history) {
  std::vector<bool> trades(history.ids.size(), false);
  std::vector<bool> lives(history.ids.size(), false);
  for (const HistoryRow& row : history.rows) {
    const bool pays = row.kind == RowKind::pay || row.kind == RowKind::send;
    if (pays) lives[row.from] = true;
    if (row.kind == RowKind::redeem) trades[row.from] = true;
    if (row.kind == RowKind::pay) trades[row.to] = true;
    if (row.kind == RowKind::grant || row.kind == RowKind::charge || row.kind == RowKind::send) {
      lives[row.to] = true;
    }
  }
  for (std::size_t i = 0; i < trades.size(); ++i) trades[i] = trades[i] && !lives[i];
  return trades;
}

ReplayPlan::ReplayPlan(const History& history)
    : history_{history}, standings_(history.ids.size()), open_(history.rows.size()) {
  std::iota(open_.begin(), open_.end(), std::size_t{0});
}

ReplayPlan::Standing& ReplayPlan::standing(NameIndex name) {
  Standing& standing = standings_[name];
  if (standing.round != round_) {
    standing.round = round_;
    standing.sure = standing.balance;
    standing.gift_open = false;
    standing.doubtful_open = false;
  }
  return standing;
}

bool ReplayPlan::consider(const HistoryRow& row) {
  // What somebody gives to themselves is refused whatever they have.
  if (row.from == row.to) return true;
  bool may_run = true;
  if (row.to != kNobody) {
    Standing& receiver = standing(row.to);
    may_run = !receiver.doubtful_open;
    receiver.gift_open = true;
  }
  if (row.from != kNobody) {
    Standing& giver = standing(row.from);
    const std::uint64_t units = row.amount.units();
    if (giver.sure >= units) {
      giver.sure -= units;
    } else {
      const bool surely_short = !giver.gift_open && giver.balance < units;
      may_run = may_run && surely_short;
      giver.doubtful_open = true;
      // Whether it takes something is open: nothing is sure behind it.
      if (!surely_short) giver.sure = 0;
    }
  }
  return may_run;
}

std::vector<std::size_t> ReplayPlan::next_round() {
  ++round_;
  std::vector<std::size_t> chosen;
  const std::size_t window = std::min(open_.size(), kWindow);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < window; ++i) {
    const std::size_t row = open_[i];
    if (consider(history_.rows[row])) {
      chosen.push_back(row);
    } else {
      open_[kept++] = row;
    }
  }
  open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(kept),
              open_.begin() + static_cast<std::ptrdiff_t>(window));
  return chosen;
}

void ReplayPlan::settle(std::size_t row, bool accepted) {
  if (!accepted) return;
  const HistoryRow& settled = history_.rows[row];
  const std::uint64_t units = settled.amount.units();
  if (settled.from != kNobody) {
    std::uint64_t& balance = standings_[settled.from].balance;
    balance -= std::min(balance, units);  // the model tells if more was given than was there
  }
  if (settled.to != kNobody) standings_[settled.to].balance += units;
}

}  // namespace hansatsu::town
