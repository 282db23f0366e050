#include "node/store/recent_blocks.h"

#include <algorithm>
#include <mutex>

namespace hansatsu::store {

void RecentBlocks::add(CommittedBlock block, const std::optional<log::RecordPlace>& place) {
  ASSERT(block.outcomes.size() == block.transactions.size());
  const std::unique_lock lock{mutex_};
  const Height height = block.header.height;
  ASSERT(blocks_.empty() || height == next(blocks_.rbegin()->first));
  for (std::uint32_t i = 0; i < block.transactions.size(); ++i) {
    const TransactionPlace in_chain{height, i};
    transactions_[block.transactions[i].id] = in_chain;
    for (const AccountId account : block.transactions[i].accounts) {
      history_[account.raw].push_back(in_chain);
    }
  }
  heights_[block.id] = height;
  blocks_[height] = {std::make_shared<const CommittedBlock>(std::move(block)), place};
}

void RecentBlocks::set_place(const Hash& block_id, const log::RecordPlace& place) {
  const std::unique_lock lock{mutex_};
  const auto height = heights_.find(block_id);
  if (height != heights_.end()) blocks_.at(height->second).place = place;
}

std::shared_ptr<const CommittedBlock> RecentBlocks::drop_first(Height up_to) {
  const std::unique_lock lock{mutex_};
  if (blocks_.empty() || blocks_.begin()->first > up_to) return nullptr;
  auto block = std::move(blocks_.begin()->second.block);
  blocks_.erase(blocks_.begin());
  heights_.erase(block->id);
  const TransactionPlace beyond{next(block->header.height), 0};
  for (const IndexedTransaction& transaction : block->transactions) {
    transactions_.erase(transaction.id);
    for (const AccountId account : transaction.accounts) {
      const auto found = history_.find(account.raw);
      if (found == history_.end()) continue;
      std::vector<TransactionPlace>& places = found->second;
      places.erase(places.begin(), std::lower_bound(places.begin(), places.end(), beyond));
      if (places.empty()) history_.erase(found);
    }
  }
  return block;
}

void RecentBlocks::drop_up_to(Height height) {
  // Block by block, each freed without the lock: payments on their way wait for it.
  while (drop_first(height) != nullptr) {
  }
}

std::shared_ptr<const CommittedBlock> RecentBlocks::at(Height height) const {
  const std::shared_lock lock{mutex_};
  const auto found = blocks_.find(height);
  return found == blocks_.end() ? nullptr : found->second.block;
}

std::optional<Height> RecentBlocks::height_of(const Hash& block_id) const {
  const std::shared_lock lock{mutex_};
  const auto found = heights_.find(block_id);
  if (found == heights_.end()) return std::nullopt;
  return found->second;
}

std::optional<TransactionPlace> RecentBlocks::find_transaction(const Hash& id) const {
  const std::shared_lock lock{mutex_};
  const auto found = transactions_.find(id);
  if (found == transactions_.end()) return std::nullopt;
  return found->second;
}

std::vector<TransactionPlace> RecentBlocks::history(const HistoryQuery& query) const {
  const std::shared_lock lock{mutex_};
  std::vector<TransactionPlace> places;
  const auto found = history_.find(query.account.raw);
  if (found == history_.end()) return places;
  const std::vector<TransactionPlace>& all = found->second;
  auto from = query.after ? std::upper_bound(all.begin(), all.end(), *query.after) : all.begin();
  auto to = query.before ? std::lower_bound(all.begin(), all.end(), *query.before) : all.end();
  while (from < to && places.size() < query.count) {
    places.push_back(query.newest_first ? *--to : *from++);
  }
  return places;
}

std::vector<RecentBlocks::Entry> RecentBlocks::up_to(Height height) const {
  const std::shared_lock lock{mutex_};
  std::vector<Entry> found;
  for (const auto& [at, entry] : blocks_) {
    if (at <= height) found.push_back(entry);
  }
  return found;
}

std::optional<Height> RecentBlocks::placed_up_to() const {
  const std::shared_lock lock{mutex_};
  std::optional<Height> placed;
  for (const auto& [height, entry] : blocks_) {
    if (!entry.place) break;
    placed = height;
  }
  return placed;
}

}  // namespace hansatsu::store
