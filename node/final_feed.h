#pragma once

#include <functional>
#include <mutex>
#include <span>

#include "node/store/recent_blocks.h"

namespace hansatsu::node {

/// Tells a listener which accounts each final block has touched.
/// Threads: any. The listener runs under the lock: it is short, and none runs after it was taken
/// away.
class FinalFeed {
 public:
  using Listener = std::function<void(std::span<const AccountId>)>;

  void listen(Listener listener) {
    const std::lock_guard lock{mutex_};
    listener_ = std::move(listener);
  }
  /// Requires: readers of the history find the block already.
  void tell(const store::CommittedBlock& block) {
    if (block.transactions.empty()) return;
    const std::lock_guard lock{mutex_};
    if (!listener_) return;
    for (const store::IndexedTransaction& transaction : block.transactions) {
      listener_(transaction.accounts);
    }
  }

 private:
  std::mutex mutex_;
  Listener listener_;
};

}  // namespace hansatsu::node
