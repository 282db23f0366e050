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
    : history_{history},
      standings_(history.ids.size()),
      open_(history.rows.size()),
      is_trying_(history.rows.size(), false),
      was_tried_(history.rows.size(), false) {
  std::iota(open_.begin(), open_.end(), std::size_t{0});
}

ReplayPlan::Standing& ReplayPlan::standing(NameIndex name) {
  Standing& standing = standings_[name];
  if (standing.round != round_) {
    standing.round = round_;
    standing.sure = standing.balance;
    standing.gift_open = false;
    standing.gift_held = false;
    standing.doubtful_open = false;
  }
  return standing;
}

ReplayPlan::Course ReplayPlan::consider(const HistoryRow& row) {
  // What somebody gives to themselves is refused whatever they have.
  if (row.from == row.to) return Course::run;
  Course course = Course::run;
  if (row.to != kNobody && standing(row.to).doubtful_open) course = Course::hold;
  if (row.from != kNobody) {
    Standing& giver = standing(row.from);
    const std::uint64_t units = row.amount.units();
    if (giver.sure >= units) {
      giver.sure -= units;
    } else {
      const bool surely_short = !giver.gift_open && giver.balance < units;
      // No taking before it is open, so that having enough in this round is having it in line.
      const bool hangs_on_gifts = giver.gift_open && !giver.gift_held && !giver.doubtful_open &&
                                  giver.sure == giver.balance;
      if (!surely_short && course == Course::run) {
        course = hangs_on_gifts ? Course::attempt : Course::hold;
      }
      giver.doubtful_open = true;
      // Whether it takes something is open: nothing is sure behind it.
      if (!surely_short) giver.sure = 0;
    }
  }
  return course;
}

bool ReplayPlan::may_attempt(std::size_t row) const {
  // What a shop has to redeem is asked for before the round.
  return tries_ < kTriesEach && !was_tried_[row] && history_.rows[row].kind != RowKind::redeem;
}

std::vector<std::size_t> ReplayPlan::next_round() {
  ++round_;
  tries_ = 0;
  std::vector<std::size_t> chosen;
  const std::size_t window = std::min(open_.size(), kWindow);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < window; ++i) {
    const std::size_t row = open_[i];
    Course course = consider(history_.rows[row]);
    if (course == Course::attempt && !may_attempt(row)) course = Course::hold;
    if (const NameIndex to = history_.rows[row].to;
        to != kNobody && to != history_.rows[row].from) {
      standing(to).gift_open = true;
      standing(to).gift_held = standing(to).gift_held || course == Course::hold;
    }
    if (course == Course::hold) {
      open_[kept++] = row;
      continue;
    }
    if (course == Course::attempt) {
      is_trying_[row] = true;
      ++tries_;
    }
    chosen.push_back(row);
  }
  open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(kept),
              open_.begin() + static_cast<std::ptrdiff_t>(window));
  return chosen;
}

void ReplayPlan::reopen(std::size_t row) {
  is_trying_[row] = false;
  open_.insert(std::lower_bound(open_.begin(), open_.end(), row), row);
}

bool ReplayPlan::settle(std::size_t row, bool accepted) {
  if (!accepted) {
    if (!is_trying_[row]) return true;
    was_tried_[row] = true;
    reopen(row);
    return false;
  }
  const HistoryRow& settled = history_.rows[row];
  const std::uint64_t units = settled.amount.units();
  if (settled.from != kNobody) {
    std::uint64_t& balance = standings_[settled.from].balance;
    balance -= std::min(balance, units);  // the model tells if more was given than was there
  }
  if (settled.to != kNobody) standings_[settled.to].balance += units;
  return true;
}

}  // namespace hansatsu::town
