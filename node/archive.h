#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "consensus/messages.h"
#include "ledger/block/body.h"
#include "node/final_feed.h"
#include "node/log/reader.h"
#include "node/store/store.h"
#include "rpc/server/ledger_view.h"

namespace hansatsu::node {

/// The thread for all of the disk that is not on a payment's way: it writes checkpoints, and reads
/// blocks and history for peers and for the API. (The log's own thread writes and syncs groups, and
/// must never wait behind these: docs/decisions/0003.)
/// What is urgent goes before every single read of a block; peers and readers take turns, so that
/// neither keeps the other out; and what nobody waits for any more is not read.
/// Threads: read() and post*() from any; jobs run one after another on the archive's thread.
class Archive {
 public:
  using Job = std::function<void(Archive&)>;
  using Busy = std::function<void()>;
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t kJobsMax = 4'096;  ///< of readers, and as many of peers
  /// As long as the API waits for an answer from the disk.
  static constexpr std::chrono::seconds kReadMax{10};

  Archive(store::Store& store, log::Disk& disk, const state::Charter& charter);
  /// Finishes what is urgent and tells waiting readers that it is busy, then joins.
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  /// For who reads through the API. Either `job` runs or `busy` does, which it is when too much
  /// waits, when its turn comes after `time_max`, and once the archive is closing.
  void read(Job job, Busy busy, std::chrono::milliseconds time_max = kReadMax);
  /// For peers' requests, of which each peer's are bounded. False when too much waits. Dropped once
  /// the archive is closing.
  [[nodiscard]] bool post(Job job);
  /// For checkpoints, and what the staff's log has to write, of each of which one waits at most:
  /// readers can't keep them out. They read no blocks. False once closed.
  [[nodiscard]] bool post_urgent(Job job);

  [[nodiscard]] store::Store& store() { return store_; }
  [[nodiscard]] FinalFeed& final_feed() { return final_feed_; }

  // For jobs, on the archive's thread.

  /// The job's time has passed, or the archive is closing: no block is read any more.
  [[nodiscard]] bool is_over() const;
  // Null or absent: not here, or over, or unreadable (then the fault is logged: what a reader can't
  // have is no reason to stop).
  [[nodiscard]] std::shared_ptr<const store::CommittedBlock> block(Height height);
  [[nodiscard]] std::optional<rpc::ProvenTransaction> proven(const store::TransactionPlace& place);
  /// Ends before the first entry whose block can't be read: whoever goes on from there meets it
  /// again. Errors: unreadable, for the first one.
  [[nodiscard]] Result<rpc::HistoryPart, rpc::ViewError> history(const rpc::HistoryQuery& query);
  [[nodiscard]] consensus::Answer answer(const consensus::Request& request);

 private:
  struct Read {
    Job job;
    Busy busy;
    Clock::time_point until;
  };

  void work();
  /// False once the archive is closing.
  [[nodiscard]] bool wait();
  void run_urgent();
  void run_next_of_peers();
  void run_next_read();
  void refuse_reads();
  [[nodiscard]] std::shared_ptr<const store::CommittedBlock> read_block(Height height);
  [[nodiscard]] consensus::Answer answer_range(const consensus::Request& request);

  store::Store& store_;
  FinalFeed final_feed_;
  log::Disk& disk_;
  std::optional<log::Reader> reader_;
  const state::Charter& charter_;
  Hash chain_id_;
  Clock::time_point until_ = Clock::time_point::max();  ///< of the job that runs; its thread's only

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> urgent_;
  std::deque<Job> peers_;
  std::deque<Read> reads_;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace hansatsu::node
