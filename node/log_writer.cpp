#include "node/log_writer.h"

#include <chrono>

#include "node/log/records.h"

namespace hansatsu::node {
namespace {

/// Far below what the log takes in one group, so that one more request always fits.
constexpr std::size_t kGroupBytesSoftMax = 8U << 20U;
constexpr std::size_t kGroupRecordsSoftMax = 2'048;
/// How long the thread must have had nothing to do before it prepares the next segment.
constexpr std::chrono::milliseconds kIdleBeforePreparing{5};

View view_of(const consensus::Record& record) {
  if (const auto* block = std::get_if<consensus::Block>(&record)) return block->header.view;
  if (const auto* vote = std::get_if<consensus::Vote>(&record)) return vote->ballot.view;
  return std::get<consensus::Certificate>(record).ballot.view;
}

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
  std::deque<Request> requests;
  bool prepared = false;
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
    write_all(requests);
    prepared = false;
  }
}

void LogWriter::write_all(std::deque<Request>& requests) {
  std::vector<Request> group;
  std::vector<log::Record> records;
  std::size_t bytes = 0;
  for (Request& request : requests) {
    for (const consensus::Record& record : request.records) {
      records.push_back(log::to_record(record));
      bytes += records.back().bytes.size();
    }
    group.push_back(std::move(request));
    if (bytes >= kGroupBytesSoftMax || records.size() >= kGroupRecordsSoftMax) {
      write_group(group, records);
      bytes = 0;
    }
  }
  if (!group.empty()) write_group(group, records);
}

void LogWriter::write_group(std::vector<Request>& requests, std::vector<log::Record>& records) {
  const auto written =
      records.empty() ? Result<log::GroupPlace, log::LogError>{log_.last()} : log_.append(records);
  std::uint32_t record = 0;
  for (const Request& request : requests) {
    PersistResult result;
    result.ticket = request.ticket;
    result.ok = written.has_value();
    if (written) result.group = *written;
    for (const consensus::Record& kept : request.records) {
      if (const auto* block = std::get_if<consensus::Block>(&kept); block != nullptr && written) {
        result.blocks.push_back(
            {chain::block_id(block->header), {written->segment, written->offset, record}});
      }
      result.views.push_back(view_of(kept));
      ++record;
    }
    done_(std::move(result));
  }
  requests.clear();
  records.clear();
}

}  // namespace hansatsu::node
