#include "node/store/day_book.h"

namespace hansatsu::store {

void DayBook::begin(Date newest) {
  const std::lock_guard lock{mutex_};
  newest_ = newest;
}

void DayBook::restore(const FigureKey& key, const Figure& figure) {
  const std::lock_guard lock{mutex_};
  entries_[key].figure = figure;
}

void DayBook::restore(const FigureAccount& account) {
  const std::lock_guard lock{mutex_};
  entries_[account.figure].accounts.insert(account.account.raw);
}

DayBook::Entry& DayBook::count(const FigureKey& key, AccountId account) {
  Entry& entry = entries_[key];
  if (entry.accounts.insert(account.raw).second) {
    entry.unwritten.push_back(account);
    ++entry.figure.accounts;
  }
  entry.changed = true;
  return entry;
}

void DayBook::add(Date day, const std::vector<Movement>& movements) {
  const std::lock_guard lock{mutex_};
  ASSERT(day >= newest_);
  if (day > newest_) {
    newest_ = day;
    for (auto& [key, entry] : entries_) {
      entry.accounts = {};
      entry.unwritten = {};
    }
  }
  for (const Movement& movement : movements) {
    for (const Movement::Part& part : movement.parts) {
      Entry& entry = count({day, movement.coin, part.program, movement.operation}, part.account);
      Amount& sum = entry.figure.amount;
      sum = sum.plus(part.amount).value_or(Amount::of(Amount::kMax));
      count({day, movement.coin, std::nullopt, movement.operation}, part.account);
      count({day, movement.coin, std::nullopt, std::nullopt}, part.account);
      if (!part.other) continue;
      constexpr auto kOther = FigureSide::other;
      count({day, movement.coin, part.program, movement.operation, kOther}, *part.other);
      count({day, movement.coin, std::nullopt, movement.operation, kOther}, *part.other);
    }
    ++entries_[{day, movement.coin, std::nullopt, movement.operation}].figure.transactions;
    ++entries_[{day, movement.coin, std::nullopt, std::nullopt}].figure.transactions;
  }
}

DayChanges DayBook::take() {
  const std::lock_guard lock{mutex_};
  DayChanges changes;
  changes.newest = newest_;
  // A day that is over and unchanged since the last call is on disk by now.
  std::erase_if(entries_, [this](const auto& entry) {
    return entry.first.day < newest_ && !entry.second.changed;
  });
  for (auto& [key, entry] : entries_) {
    if (!entry.changed) continue;
    entry.changed = false;
    changes.figures.emplace_back(key, entry.figure);
    for (const AccountId account : entry.unwritten) changes.accounts.push_back({key, account});
    entry.unwritten.clear();
  }
  return changes;
}

DayBook::Told DayBook::read(Date from, Date to) const {
  const std::lock_guard lock{mutex_};
  Told told{newest_, {}};
  for (auto entry = entries_.lower_bound({from, {}, {}, {}}); entry != entries_.end(); ++entry) {
    if (entry->first.day > to || entry->first.day >= newest_) break;
    told.figures.emplace(entry->first, entry->second.figure);
  }
  return told;
}

}  // namespace hansatsu::store
