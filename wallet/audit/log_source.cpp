#include "wallet/audit/log_source.h"

#include <algorithm>

#include "node/log/records.h"

namespace hansatsu::audit {
namespace {

/// Read at a time when only zeros are expected: a file may be said to have a gibibyte of them.
constexpr std::uint32_t kLookBytes = 1U << 20U;

ReadBlock read_block(const BodyRules& rules, const consensus::Block& block) {
  ReadBlock read;
  read.id = chain::block_id(block.header);
  read.bytes = block.body->size();
  read.body = block::decode_body(rules.chain_id, rules.limits, block.body);
  read.header = block.header;
  if (read.body) {
    read.transactions_root = block::transactions_root(*read.body);
    read.evidence_root = block::evidence_root(*read.body);
  }
  return read;
}

/// Whether anything but zeros stands from `offset` to the segment's end. Unreadable counts as
/// something.
bool is_written(log::Segment& segment, std::uint32_t offset) {
  const std::uint32_t end = segment.header().bytes;
  for (std::uint32_t at = offset; at < end; at += std::min(kLookBytes, end - at)) {
    const auto piece = segment.read(at, at + std::min(kLookBytes, end - at));
    if (!piece || std::ranges::any_of(*piece, [](std::uint8_t byte) { return byte != 0; })) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::optional<ReadRecord> read_record(const BodyRules& rules, const log::Record& record,
                                      const log::RecordPlace& place) {
  auto known = log::from_record(record);
  if (!known) return std::nullopt;
  if (const auto* block = std::get_if<consensus::Block>(&*known)) {
    return ReadRecord{place, read_block(rules, *block)};
  }
  if (const auto* vote = std::get_if<chain::Vote>(&*known)) return ReadRecord{place, *vote};
  return ReadRecord{place, std::get<chain::Certificate>(*std::move(known))};
}

Finding finding_of(log::Disk& disk, const log::LogError& error) {
  Finding finding;
  finding.segment = error.segment;
  finding.offset = error.offset;
  switch (error.fault) {
    case log::LogFault::missing:
      finding.fault = Fault::log_missing;
      return finding;
    case log::LogFault::corrupt:
      break;
    default:
      finding.fault = Fault::log_unreadable;
      finding.detail = log::describe(error);
      return finding;
  }
  if (!disk.open(log::segment_name(error.segment))) {
    finding.fault = Fault::segment_missing;
    return finding;
  }
  auto segment = log::Segment::open(disk, error.segment);
  if (!segment || error.offset < log::kFirstGroupOffset) {
    finding.fault = Fault::segment_damaged;
    return finding;
  }
  auto offset = static_cast<std::uint32_t>(error.offset);
  // Nothing more in this segment: what should follow stands at the head of the next.
  if (!is_written(*segment, offset)) {
    segment = log::Segment::open(disk, error.segment + 1);
    offset = log::kFirstGroupOffset;
    finding.segment = error.segment + 1;
    finding.offset = offset;
  }
  const auto group = segment ? segment->read_group(offset) : std::optional<log::Group>{};
  finding.fault = group && *group ? Fault::group_gap : Fault::group_damaged;
  return finding;
}

LogSource::LogSource(log::Disk& disk, log::Cursor cursor, BodyRules rules)
    : disk_{disk}, cursor_{std::move(cursor)}, rules_{std::move(rules)} {
  thread_ = std::thread{[this] { work(); }};
}

LogSource::~LogSource() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  moved_.notify_all();
  thread_.join();
}

std::optional<ReadGroup> LogSource::next() {
  std::unique_lock lock{mutex_};
  moved_.wait(lock, [this] { return finished_ || !ready_.empty(); });
  if (ready_.empty()) return std::nullopt;
  ReadGroup group = std::move(ready_.front().first);
  ahead_ -= ready_.front().second;
  ready_.pop_front();
  moved_.notify_all();
  return group;
}

bool LogSource::hand_over(ReadGroup group, std::size_t bytes) {
  std::unique_lock lock{mutex_};
  moved_.wait(lock, [this] { return stopping_ || ahead_ <= kAheadBytes; });
  if (stopping_) return false;
  ahead_ += bytes;
  ready_.emplace_back(std::move(group), bytes);
  moved_.notify_all();
  return true;
}

void LogSource::work() {
  for (;;) {
    auto group = cursor_.next();
    if (!group) return finish(finding_of(disk_, group.error()));
    if (!*group) return finish(std::nullopt);
    const log::GroupPlace& place = (*group)->place;
    ReadGroup read;
    read.segment = place.segment;
    read.end = (*group)->end;
    read.position =
        std::uint64_t{cursor_.segment().header().bytes} * (place.segment - 1) + (*group)->end;
    read.records.reserve((*group)->records.size());
    std::optional<Finding> fault;
    for (std::uint32_t i = 0; i < (*group)->records.size() && !fault; ++i) {
      const log::RecordPlace at{place.segment, place.offset, i};
      auto record = read_record(rules_, (*group)->records[i], at);
      if (record) {
        read.records.push_back(*std::move(record));
      } else {
        fault = finding_at(Fault::record_malformed, at);
      }
    }
    if (!hand_over(std::move(read), (*group)->end - place.offset)) return finish(std::nullopt);
    if (fault) return finish(std::move(fault));
  }
}

void LogSource::finish(std::optional<Finding> fault) {
  LogEnd end;
  end.fault = std::move(fault);
  log::Segment& last = cursor_.segment();
  if (!end.fault) {
    end.is_torn = is_written(last, cursor_.offset());
    const auto count = log::count_segments(disk_);
    for (std::uint32_t number = last.header().number + 1; count && number <= *count && !end.is_torn;
         ++number) {
      auto later = log::Segment::open(disk_, number);
      end.is_torn = !later || is_written(*later, log::kFirstGroupOffset);
    }
  }
  const std::lock_guard lock{mutex_};
  end_ = std::move(end);
  finished_ = true;
  moved_.notify_all();
}

}  // namespace hansatsu::audit
