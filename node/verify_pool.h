#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "node/bounded_queue.h"

namespace hansatsu::node {

/// As many threads as cores, for signature checks only. What agreement needs goes before payments,
/// so that a flood of payments never delays a vote.
/// Threads: any may submit. Jobs run on the pool's threads, own all they touch and hand their
/// result on by value.
class VerifyPool {
 public:
  using Job = std::function<void()>;
  static constexpr std::size_t kUrgentMax = 4'096;
  static constexpr std::size_t kPaymentJobsMax = 8'192;

  /// threads = 0: one a core.
  explicit VerifyPool(std::uint32_t threads);
  /// Finishes nothing that waits; joins.
  ~VerifyPool();
  VerifyPool(const VerifyPool&) = delete;
  VerifyPool& operator=(const VerifyPool&) = delete;

  /// False when the queue is full: the caller pushes back.
  [[nodiscard]] bool submit_urgent(Job job) { return submit(urgent_, kUrgentMax, std::move(job)); }
  [[nodiscard]] bool submit_payments(Job job) {
    return submit(payments_, kPaymentJobsMax, std::move(job));
  }

 private:
  bool submit(std::deque<Job>& queue, std::size_t size_max, Job&& job);
  void work();

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> urgent_;
  std::deque<Job> payments_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace hansatsu::node
