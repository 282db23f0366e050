#include "node/verify_pool.h"

#include <algorithm>

#include "node/stage_times.h"

namespace hansatsu::node {

VerifyPool::VerifyPool(std::uint32_t threads) {
  const std::uint32_t count =
      threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  threads_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
}

VerifyPool::~VerifyPool() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool VerifyPool::submit(std::deque<Job>& queue, std::size_t size_max, Job&& job) {
  {
    const std::lock_guard lock{mutex_};
    if (stopping_ || queue.size() >= size_max) return false;
    queue.push_back(std::move(job));
  }
  ready_.notify_one();
  return true;
}

void VerifyPool::work() {
  name_this_thread("verify");
  for (;;) {
    Job job;
    {
      std::unique_lock lock{mutex_};
      ready_.wait(lock, [this] { return stopping_ || !urgent_.empty() || !payments_.empty(); });
      if (stopping_) return;
      std::deque<Job>& queue = urgent_.empty() ? payments_ : urgent_;
      job = std::move(queue.front());
      queue.pop_front();
    }
    job();
  }
}

}  // namespace hansatsu::node
