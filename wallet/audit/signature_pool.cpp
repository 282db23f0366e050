#include "wallet/audit/signature_pool.h"

#include <algorithm>

namespace hansatsu::audit {

SignaturePool::SignaturePool(std::uint32_t threads) {
  const std::uint32_t count =
      threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  threads_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
}

SignaturePool::~SignaturePool() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void SignaturePool::submit(SignatureBatch batch) {
  if (batch.checks.empty()) return;
  {
    std::unique_lock lock{mutex_};
    room_.wait(lock, [this] { return waiting_.size() < kWaitingMax; });
    waiting_.push_back({submitted_++, std::move(batch)});
  }
  ready_.notify_one();
}

std::optional<SignaturePool::Failure> SignaturePool::finish() {
  std::unique_lock lock{mutex_};
  room_.wait(lock, [this] { return waiting_.empty() && running_ == 0; });
  return failure_;
}

void SignaturePool::work() {
  KeyCache keys;
  for (;;) {
    Job job;
    {
      std::unique_lock lock{mutex_};
      ready_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      job = std::move(waiting_.front());
      waiting_.pop_front();
      ++running_;
    }
    check(std::move(job), keys);
    {
      const std::lock_guard lock{mutex_};
      --running_;
    }
    room_.notify_one();
  }
}

void SignaturePool::check(Job job, KeyCache& keys) {
  const auto bad = std::find_if_not(job.batch.checks.begin(), job.batch.checks.end(),
                                    [&keys](const SignatureCheck& one) {
                                      return keys.verify(one.key, one.message, one.signature);
                                    });
  const auto done = bad - job.batch.checks.begin();
  verified_.fetch_add(static_cast<std::uint64_t>(done), std::memory_order_relaxed);
  if (bad == job.batch.checks.end()) return;
  if (job.batch.names_index) job.batch.finding.index = bad->index;
  const std::lock_guard lock{mutex_};
  if (failure_ && failed_number_ < job.number) return;
  failed_number_ = job.number;
  failure_ = Failure{std::move(job.batch.finding), job.batch.before};
  has_failed_.store(true, std::memory_order_relaxed);
}

}  // namespace hansatsu::audit
