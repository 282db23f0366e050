#include "node/mempool.h"

#include <algorithm>

namespace hansatsu::node {
namespace {

/// Gaps are closed when there are more of them than this and than what waits.
constexpr std::size_t kGapsKept = 1'024;

}  // namespace

std::size_t Mempool::HashOfUse::operator()(const Use& use) const {
  constexpr std::uint64_t kGolden = 0x9e37'79b9'7f4a'7c15;  // spreads neighbours apart
  const std::uint64_t key = std::uint64_t{use.signer.account.raw} << 32U ^
                            std::uint64_t{use.signer.slot} << 24U ^ use.signer.generation;
  return static_cast<std::size_t>((key * kGolden ^ use.sequence) * kGolden);
}

std::size_t Mempool::place_of(std::uint64_t number) const {
  const auto from = arrivals_.begin() + static_cast<std::ptrdiff_t>(oldest_);
  const auto place = std::lower_bound(
      from, arrivals_.end(), number,
      [](const Arrival& one, std::uint64_t wanted) { return one.number < wanted; });
  ASSERT(place != arrivals_.end() && place->number == number && place->transaction);
  return static_cast<std::size_t>(place - arrivals_.begin());
}

Mempool::Added Mempool::add(Transaction transaction) {
  if (by_id_.contains(transaction->id())) return Added::known;
  const std::size_t bytes = transaction->bytes().size();
  if (by_id_.size() >= transactions_max_ || bytes_ + bytes > kBytesMax) return Added::full;
  const std::uint64_t number = next_number_;
  if (!by_use_.emplace(use_of(transaction->unsigned_part()), number).second) return Added::rival;
  ++next_number_;
  by_id_.emplace(transaction->id(), number);
  by_lapse_.emplace(transaction->unsigned_part().valid_until, number);
  bytes_ += bytes;
  arrivals_.push_back({number, std::move(transaction)});
  return Added::yes;
}

void Mempool::remove(const Hash& id) {
  const auto found = by_id_.find(id);
  if (found != by_id_.end()) remove_at(place_of(found->second));
}

Mempool::Transaction Mempool::remove_at(std::size_t place) {
  Transaction gone = std::move(arrivals_[place].transaction);
  const block::UnsignedTransaction& unsigned_part = gone->unsigned_part();
  by_lapse_.erase({unsigned_part.valid_until, arrivals_[place].number});
  by_use_.erase(use_of(unsigned_part));
  by_id_.erase(gone->id());
  bytes_ -= gone->bytes().size();
  while (oldest_ < arrivals_.size() && !arrivals_[oldest_].transaction) ++oldest_;
  if (arrivals_.size() > 2 * by_id_.size() + kGapsKept) close_gaps();
  return gone;
}

void Mempool::close_gaps() {
  std::erase_if(arrivals_, [](const Arrival& one) { return !one.transaction; });
  oldest_ = 0;
}

Mempool::Transaction Mempool::remove_used(const block::UnsignedTransaction& used) {
  const auto found = by_use_.find(use_of(used));
  if (found == by_use_.end()) return nullptr;
  return remove_at(place_of(found->second));
}

Mempool::Transaction Mempool::find(const Hash& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : arrivals_[place_of(found->second)].transaction;
}

std::vector<Mempool::Transaction> Mempool::take_lapsed(Timestamp time) {
  std::vector<Transaction> lapsed;
  while (!by_lapse_.empty() && by_lapse_.begin()->first < time) {
    lapsed.push_back(remove_at(place_of(by_lapse_.begin()->second)));
  }
  return lapsed;
}

}  // namespace hansatsu::node
