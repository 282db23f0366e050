#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

namespace hansatsu::node {

/// A queue between threads with a bound that pushes back: what does not fit is refused to the
/// caller, never dropped. Closing wakes the consumer; what was queued before is still handed out.
/// Threads: any number of producers, one consumer.
template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t size_max) : size_max_{size_max} {}

  /// False when full or closed; `item` is then untouched. `extra` is room beyond the bound, for
  /// what must get through when lesser things have filled the queue.
  [[nodiscard]] bool try_push(T&& item, std::size_t extra = 0) {
    {
      const std::lock_guard lock{mutex_};
      if (closed_ || items_.size() >= size_max_ + extra) return false;
      items_.push_back(std::move(item));
    }
    ready_.notify_one();
    return true;
  }
  /// For results of work that was let in by a bound elsewhere: never refused, except when closed.
  bool push(T&& item) {
    {
      const std::lock_guard lock{mutex_};
      if (closed_) return false;
      items_.push_back(std::move(item));
    }
    ready_.notify_one();
    return true;
  }

  /// Moves everything that waits into `taken` (cleared first). Blocks until there is something, the
  /// deadline passes or the queue closes. False once closed and empty.
  template <class Deadline>
  bool take_all(std::deque<T>& taken, Deadline deadline) {
    taken.clear();
    std::unique_lock lock{mutex_};
    ready_.wait_until(lock, deadline, [this] { return !items_.empty() || closed_; });
    taken.swap(items_);
    return !(closed_ && taken.empty());
  }
  bool take_all(std::deque<T>& taken) {
    taken.clear();
    std::unique_lock lock{mutex_};
    ready_.wait(lock, [this] { return !items_.empty() || closed_; });
    taken.swap(items_);
    return !(closed_ && taken.empty());
  }

  void close() {
    {
      const std::lock_guard lock{mutex_};
      closed_ = true;
    }
    ready_.notify_all();
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock{mutex_};
    return items_.size();
  }

 private:
  const std::size_t size_max_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace hansatsu::node
