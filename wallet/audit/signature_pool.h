#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "ledger/crypto/keys.h"
#include "wallet/audit/finding.h"
#include "wallet/audit/key_cache.h"

namespace hansatsu::audit {

/// How far everything was found in order.
struct Standing {
  Height height;  ///< of the newest final block that was checked
  std::uint64_t blocks = 0;
  std::uint64_t transactions = 0;
  std::uint64_t refused = 0;  ///< of the transactions: a rule said no, on the record
  std::uint32_t accounts = 0;
};

struct SignatureCheck {
  Hash message;
  PublicKey key;
  Signature signature;
  std::size_t index = 0;  ///< of its transaction in the block; of its vote in the certificate
};
/// Signatures that are checked together, and what it means if one does not hold.
struct SignatureBatch {
  std::vector<SignatureCheck> checks;
  Finding finding;  ///< told if one fails; its index is filled in if `names_index`
  bool names_index = false;
  Standing before;  ///< what was in order before these
};

/// Checks signatures on as many threads as there are cores, behind whoever executes.
/// Ensures: of all that fail, the first in the order of submission is told, whatever the threads
/// do. Threads: submit() and finish() from one.
class SignaturePool {
 public:
  static constexpr std::size_t kWaitingMax = 1'024;  ///< batches

  struct Failure {
    Finding finding;
    Standing before;
  };

  /// threads = 0: one a core.
  explicit SignaturePool(std::uint32_t threads);
  ~SignaturePool();
  SignaturePool(const SignaturePool&) = delete;
  SignaturePool& operator=(const SignaturePool&) = delete;

  /// Waits while kWaitingMax batches wait.
  void submit(SignatureBatch batch);
  /// True as soon as any check failed: nothing that comes later matters.
  [[nodiscard]] bool has_failed() const { return has_failed_.load(std::memory_order_relaxed); }
  /// Waits until all that was submitted is checked.
  [[nodiscard]] std::optional<Failure> finish();

  [[nodiscard]] std::uint32_t threads() const {
    return static_cast<std::uint32_t>(threads_.size());
  }
  /// Checks done so far.
  [[nodiscard]] std::uint64_t verified() const { return verified_.load(std::memory_order_relaxed); }

 private:
  struct Job {
    std::uint64_t number = 0;
    SignatureBatch batch;
  };
  void work();
  void check(Job job, KeyCache& keys);

  std::mutex mutex_;
  std::condition_variable ready_;  ///< there is work, or none will come
  std::condition_variable room_;   ///< there is room, or all is done
  std::deque<Job> waiting_;
  std::size_t running_ = 0;
  std::uint64_t submitted_ = 0;
  std::uint64_t failed_number_ = 0;
  std::optional<Failure> failure_;
  bool stopping_ = false;
  std::atomic<bool> has_failed_ = false;
  std::atomic<std::uint64_t> verified_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace hansatsu::audit
