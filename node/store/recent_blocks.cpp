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
      history_.insert({account, in_chain});
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

void RecentBlocks::drop_up_to(Height height) {
  const std::unique_lock lock{mutex_};
  while (!blocks_.empty() && blocks_.begin()->first <= height) {
    const CommittedBlock& block = *blocks_.begin()->second.block;
    for (std::uint32_t i = 0; i < block.transactions.size(); ++i) {
      transactions_.erase(block.transactions[i].id);
      for (const AccountId account : block.transactions[i].accounts) {
        history_.erase({account, {block.header.height, i}});
      }
    }
    heights_.erase(block.id);
    blocks_.erase(blocks_.begin());
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
  const HistoryKey lowest{query.account, {}};
  const HistoryKey beyond{AccountId{query.account.raw + 1}, {}};
  auto from = query.after ? history_.upper_bound({query.account, *query.after})
                          : history_.lower_bound(lowest);
  auto to = history_.lower_bound(query.before ? HistoryKey{query.account, *query.before} : beyond);
  std::vector<TransactionPlace> places;
  if (from == history_.end() || (to != history_.end() && *to < *from)) return places;
  while (from != to && places.size() < query.count) {
    places.push_back((query.newest_first ? *--to : *from++).place);
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
