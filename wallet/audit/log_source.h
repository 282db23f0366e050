#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <variant>

#include "consensus/records.h"
#include "ledger/block/body.h"
#include "node/log/reader.h"
#include "wallet/audit/finding.h"

namespace hansatsu::audit {

/// A block as it was read: parsed and hashed ahead of its execution.
struct ReadBlock {
  Hash id;
  chain::Header header;
  Result<block::Body, block::BodyError> body = Err{block::BodyError::malformed};
  Hash transactions_root;  ///< of the body, if it parsed
  Hash evidence_root;
  std::size_t bytes = 0;  ///< of the body
};
struct ReadRecord {
  log::RecordPlace place;
  std::variant<ReadBlock, chain::Vote, chain::Certificate> content;
};
struct ReadGroup {
  std::vector<ReadRecord> records;
  std::uint32_t segment = 0;
  std::uint32_t end = 0;       ///< offset of the byte after it
  std::uint64_t position = 0;  ///< bytes of the log up to there, if its segments are of one length
};

/// How the log ended.
struct LogEnd {
  std::optional<Finding> fault;  ///< it could not be read to its end
  bool is_torn = false;          ///< bytes of a group that was never finished follow the last one
};

/// What bodies are parsed with.
struct BodyRules {
  Hash chain_id;
  state::ChainLimits limits;
};
/// Absent for a record that is none of ours.
[[nodiscard]] std::optional<ReadRecord> read_record(const BodyRules& rules,
                                                    const log::Record& record,
                                                    const log::RecordPlace& place);

/// A log read ahead on a thread of its own, in order, at most kAheadBytes ahead of whoever takes.
/// Threads: next() from one.
class LogSource {
 public:
  static constexpr std::size_t kAheadBytes = 8U << 20U;

  /// Takes `cursor` to the first group. The disk outlives this.
  LogSource(log::Disk& disk, log::Cursor cursor, BodyRules rules);
  ~LogSource();
  LogSource(const LogSource&) = delete;
  LogSource& operator=(const LogSource&) = delete;

  /// Waits for the next group; absent at the log's end, and then end() says how it ended.
  [[nodiscard]] std::optional<ReadGroup> next();
  [[nodiscard]] const LogEnd& end() const { return end_; }

 private:
  void work();
  void finish(std::optional<Finding> fault);
  [[nodiscard]] bool hand_over(ReadGroup group, std::size_t bytes);

  log::Disk& disk_;
  log::Cursor cursor_;
  const BodyRules rules_;
  std::mutex mutex_;
  std::condition_variable moved_;
  std::deque<std::pair<ReadGroup, std::size_t>> ready_;
  std::size_t ahead_ = 0;
  bool finished_ = false;
  bool stopping_ = false;
  LogEnd end_;
  std::thread thread_;
};

/// The class of an error of the log: what is missing, what is damaged, what does not follow.
[[nodiscard]] Finding finding_of(log::Disk& disk, const log::LogError& error);

}  // namespace hansatsu::audit
