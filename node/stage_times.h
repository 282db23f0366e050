#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace hansatsu::node {

/// The parts of a payment's way that cost processor time on the workers and on the core's thread.
/// What these threads use beside them is agreement and queues; the other threads have one task
/// each (docs/performance.md "Stages").
enum class Stage : std::uint8_t {
  decode = 0,   ///< bytes to transactions: of the API's, of peers' and of blocks' bodies
  verify = 1,   ///< signatures, with the look at the state for their keys
  admit = 2,    ///< into the mempool, and its upkeep
  execute = 3,  ///< building and validating blocks, roots included
  commit = 4,   ///< final blocks into the state and out of the mempool
  receipt = 5,  ///< proofs for those who wait
};
inline constexpr std::size_t kStageCount = 6;
[[nodiscard]] const char* name_of(Stage stage);

/// Processor time by stage since the start. Threads: any.
class StageTimes {
 public:
  void add(Stage stage, std::chrono::nanoseconds time) {
    times_[static_cast<std::size_t>(stage)].fetch_add(static_cast<std::uint64_t>(time.count()),
                                                      std::memory_order_relaxed);
  }
  [[nodiscard]] std::chrono::nanoseconds of(Stage stage) const {
    return std::chrono::nanoseconds{
        times_[static_cast<std::size_t>(stage)].load(std::memory_order_relaxed)};
  }

 private:
  std::array<std::atomic<std::uint64_t>, kStageCount> times_{};
};

/// Counts its thread's processor time for a stage as long as it lives; timers do not nest.
/// Cost: two system calls, so one serves a chunk of transactions or a block, never one payment.
class StageTimer {
 public:
  StageTimer(StageTimes& times, Stage stage);
  ~StageTimer();
  StageTimer(const StageTimer&) = delete;
  StageTimer& operator=(const StageTimer&) = delete;

  /// From here on the time is the next stage's.
  void next(Stage stage);

 private:
  StageTimes& times_;
  Stage stage_;
  std::chrono::nanoseconds since_;
};

/// Names the calling thread for `top -H`, debuggers and thread_times(). At most 15 letters.
void name_this_thread(const char* name);
/// Processor time of each kind of thread since the start: by name, the first thread as "core".
[[nodiscard]] std::map<std::string, std::chrono::nanoseconds> thread_times();

}  // namespace hansatsu::node
