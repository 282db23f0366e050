#pragma once

#include <functional>
#include <thread>

#include "consensus/messages.h"
#include "ledger/block/body.h"
#include "node/bounded_queue.h"
#include "node/final_feed.h"
#include "node/log/reader.h"
#include "node/store/store.h"
#include "rpc/server/ledger_view.h"

namespace hansatsu::node {

/// The thread for all of the disk that is not on a payment's way: it writes checkpoints, and reads
/// blocks and history for peers and for the API. (The log's own thread writes and syncs groups, and
/// must never wait behind these: docs/decisions/0003.)
/// Threads: post() from any; jobs run one after another on the archive's thread.
class Archive {
 public:
  using Job = std::function<void(Archive&)>;
  static constexpr std::size_t kJobsMax = 4'096;

  Archive(store::Store& store, log::Disk& disk, const state::Charter& charter);
  /// Finishes what waits, then joins.
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  /// False when too much waits: the caller answers "overloaded".
  [[nodiscard]] bool post(Job job) { return queue_.try_push(std::move(job)); }
  /// For checkpoints, and what the staff's log has to write, of each of which one waits at most:
  /// readers can't keep them out. False once closed.
  [[nodiscard]] bool post_checkpoint(Job job) { return queue_.push(std::move(job)); }

  [[nodiscard]] store::Store& store() { return store_; }
  [[nodiscard]] FinalFeed& final_feed() { return final_feed_; }

  // For jobs, on the archive's thread. Null or absent: not here, or unreadable (then the fault is
  // logged: what a reader can't have is no reason to stop).
  [[nodiscard]] std::shared_ptr<const store::CommittedBlock> block(Height height);
  [[nodiscard]] std::optional<rpc::ProvenTransaction> proven(const store::TransactionPlace& place);
  /// Ends before the first entry whose block can't be read: whoever goes on from there meets it
  /// again. Errors: unreadable, for the first one.
  [[nodiscard]] Result<rpc::HistoryPart, rpc::ViewError> history(const rpc::HistoryQuery& query);
  [[nodiscard]] consensus::Answer answer(const consensus::Request& request);

 private:
  void work();
  [[nodiscard]] std::shared_ptr<const store::CommittedBlock> read_block(Height height);
  [[nodiscard]] consensus::Answer answer_range(const consensus::Request& request);

  store::Store& store_;
  FinalFeed final_feed_;
  log::Disk& disk_;
  std::optional<log::Reader> reader_;
  const state::Charter& charter_;
  Hash chain_id_;
  BoundedQueue<Job> queue_{kJobsMax};
  std::thread thread_;
};

}  // namespace hansatsu::node
