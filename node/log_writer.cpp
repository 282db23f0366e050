#include "node/log_writer.h"

#include <chrono>

#include "node/log/records.h"
#include "node/stage_times.h"

namespace hansatsu::node {
namespace {

/// Far below what the log takes in one group.
constexpr std::size_t kGroupBytesSoftMax = 8U << 20U;
constexpr std::size_t kGroupRecordsSoftMax = 2'048;
/// How long the thread must have had nothing to do before it prepares the next segment.
constexpr std::chrono::milliseconds kIdleBeforePreparing{5};

}  // namespace

LogWriter::LogWriter(log::Log log, Done done) : log_{std::move(log)}, done_{std::move(done)} {
  thread_ = std::thread{[this] { work(); }};
}

LogWriter::~LogWriter() {
  queue_.close();
  thread_.join();
}

bool LogWriter::persist(consensus::Ticket ticket, std::vector<consensus::Record> records) {
  return queue_.try_push({ticket, std::move(records)});
}

void LogWriter::work() {
  name_this_thread("log");
  std::deque<Request> requests;
  bool prepared = false;  // the segment after the one that is written
  for (;;) {
    if (prepared) {
      if (!queue_.take_all(requests)) return;
    } else if (!queue_.take_all(requests,
                                std::chrono::steady_clock::now() + kIdleBeforePreparing)) {
      return;
    }
    if (requests.empty()) {
      const auto step = log_.prepare_step();
      prepared = !step || *step;  // a failed step shows at the next group
      continue;
    }
    const std::uint32_t before = log_.last().segment;
    write_all(requests);
    prepared = prepared && log_.last().segment == before;
  }
}

/// A group that is being put together.
struct LogWriter::Group {
  struct Origin {
    std::size_t request;
    std::optional<Hash> block_id;
  };
  std::vector<log::Record> records;
  std::vector<Origin> origins;  ///< of each record
  std::size_t bytes = 0;

  [[nodiscard]] bool has_room_for(const log::Record& record) const {
    return records.empty() || (bytes + record.bytes.size() <= kGroupBytesSoftMax &&
                               records.size() < kGroupRecordsSoftMax);
  }
  void add(std::size_t request, const consensus::Record& record, log::Record encoded) {
    const auto* block = std::get_if<consensus::Block>(&record);
    origins.push_back({request, std::nullopt});
    if (block != nullptr) origins.back().block_id = chain::block_id(block->header);
    bytes += encoded.bytes.size();
    records.push_back(std::move(encoded));
  }
};

void LogWriter::write_all(const std::deque<Request>& requests) {
  std::vector<PersistResult> results(requests.size());
  std::size_t done = 0;
  Group group;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    results[i].ticket = requests[i].ticket;
    results[i].ok = true;
    for (const consensus::Record& record : requests[i].records) {
      log::Record encoded = log::to_record(record);
      if (!group.has_room_for(encoded)) {
        write_group(group, results);
        for (; done < i; ++done) done_(std::move(results[done]));
      }
      group.add(i, record, std::move(encoded));
      results[i].views.push_back(log::view_of(record));
    }
  }
  if (!group.records.empty()) write_group(group, results);
  for (; done < requests.size(); ++done) done_(std::move(results[done]));
}

void LogWriter::write_group(Group& group, std::vector<PersistResult>& results) {
  const auto written = log_.append(group.records);
  for (std::uint32_t record = 0; record < group.records.size(); ++record) {
    const Group::Origin& origin = group.origins[record];
    PersistResult& result = results[origin.request];
    result.ok = result.ok && written.has_value();
    if (!written) continue;
    if (result.group.sequence == 0) result.group = *written;
    if (origin.block_id) {
      result.blocks.push_back({*origin.block_id, {written->segment, written->offset, record}});
    }
  }
  group = {};
}

}  // namespace hansatsu::node
