#pragma once

#include <functional>
#include <optional>
#include <thread>

#include "consensus/records.h"
#include "node/bounded_queue.h"
#include "node/log/log.h"

namespace hansatsu::node {

/// Where a block was written, for the index by height.
struct BlockPlace {
  Hash block_id;
  log::RecordPlace place;
};
struct PersistResult {
  consensus::Ticket ticket;
  bool ok = false;
  std::vector<BlockPlace> blocks;
  std::vector<View> views;  ///< of its records
  log::GroupPlace group;    ///< with the first of its records
};

/// The thread that owns the log. Requests that wait while a sync runs become the next group
/// together: one write and one sync carry them all. What is too much for one group goes into
/// several, record after record, and is done with the last.
/// Threads: persist() from the core; `done` is called on the writer's own thread.
class LogWriter {
 public:
  using Done = std::function<void(PersistResult)>;
  static constexpr std::size_t kRequestsMax = 4'096;

  LogWriter(log::Log log, Done done);
  /// Writes what waits, then joins.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  /// In the order of calls. False when the queue is full, which only a stuck disk brings about.
  [[nodiscard]] bool persist(consensus::Ticket ticket, std::vector<consensus::Record> records);

 private:
  struct Request {
    consensus::Ticket ticket;
    std::vector<consensus::Record> records;
  };
  void work();
  struct Group;
  void write_all(const std::deque<Request>& requests);
  void write_group(Group& group, std::vector<PersistResult>& results);

  log::Log log_;
  Done done_;
  BoundedQueue<Request> queue_{kRequestsMax};
  std::thread thread_;
};

}  // namespace hansatsu::node
