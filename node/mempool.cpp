#include "node/mempool.h"

#include <cstring>

namespace hansatsu::node {

std::size_t HashOfHash::operator()(const Hash& hash) const {
  std::size_t value = 0;
  std::memcpy(&value, hash.bytes.data(), sizeof value);
  return value;
}

Mempool::Added Mempool::add(Transaction transaction) {
  if (arrivals_.contains(transaction->id())) return Added::known;
  const std::size_t bytes = transaction->bytes().size();
  if (by_arrival_.size() >= transactions_max_ || bytes_ + bytes > kBytesMax) return Added::full;
  const std::uint64_t arrival = next_arrival_;
  if (!by_use_.emplace(use_of(transaction->unsigned_part()), arrival).second) return Added::rival;
  ++next_arrival_;
  arrivals_.emplace(transaction->id(), arrival);
  by_lapse_.emplace(transaction->unsigned_part().valid_until, arrival);
  bytes_ += bytes;
  by_arrival_.emplace(arrival, std::move(transaction));
  return Added::yes;
}

void Mempool::remove(const Hash& id) {
  const auto arrival = arrivals_.find(id);
  if (arrival == arrivals_.end()) return;
  const auto found = by_arrival_.find(arrival->second);
  ASSERT(found != by_arrival_.end());
  const auto [first, last] = by_lapse_.equal_range(found->second->unsigned_part().valid_until);
  for (auto entry = first; entry != last; ++entry) {
    if (entry->second != arrival->second) continue;
    by_lapse_.erase(entry);
    break;
  }
  bytes_ -= found->second->bytes().size();
  by_use_.erase(use_of(found->second->unsigned_part()));
  by_arrival_.erase(found);
  arrivals_.erase(arrival);
}

Mempool::Transaction Mempool::remove_used(const block::UnsignedTransaction& used) {
  const auto found = by_use_.find(use_of(used));
  if (found == by_use_.end()) return nullptr;
  Transaction removed = by_arrival_.at(found->second);
  remove(removed->id());
  return removed;
}

Mempool::Transaction Mempool::find(const Hash& id) const {
  const auto arrival = arrivals_.find(id);
  return arrival == arrivals_.end() ? nullptr : by_arrival_.at(arrival->second);
}

std::vector<Mempool::Transaction> Mempool::take_lapsed(Timestamp time) {
  std::vector<Transaction> lapsed;
  while (!by_lapse_.empty() && by_lapse_.begin()->first < time) {
    lapsed.push_back(by_arrival_.at(by_lapse_.begin()->second));
    remove(lapsed.back()->id());
  }
  return lapsed;
}

}  // namespace hansatsu::node
