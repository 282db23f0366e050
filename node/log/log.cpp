#include "node/log/log.h"

#include <algorithm>

namespace hansatsu::log {
namespace {

constexpr std::uint32_t kClearBytes = 1U << 20U;

bool is_valid(const Options& options) {
  return options.segment_bytes % kBoundaryBytes == 0 && options.segment_bytes >= kSegmentBytesMin &&
         options.segment_bytes <= kSegmentBytesMax;
}

/// Writes zeros over [from, end of the segment). Not synced.
Result<void, LogError> write_zeros(Segment& segment, std::uint32_t from) {
  const std::uint32_t end = segment.header().bytes;
  const Bytes zeros(std::min(kClearBytes, end - from), 0);
  for (std::uint32_t at = from; at < end; at += kClearBytes) {
    const ByteView piece = ByteView{zeros}.first(std::min(kClearBytes, end - at));
    const auto done = segment.file().write(at, piece);
    if (!done) return Err{log_error(done.error(), segment.header().number, at)};
  }
  return {};
}

Result<bool, LogError> is_clear(Segment& segment) {
  const std::uint32_t end = segment.header().bytes;
  for (std::uint32_t at = kFirstGroupOffset; at < end; at += kClearBytes) {
    const auto piece = segment.read(at, at + std::min(kClearBytes, end - at));
    if (!piece) return Err{piece.error()};
    if (std::ranges::any_of(*piece, [](std::uint8_t byte) { return byte != 0; })) return false;
  }
  return true;
}

Result<void, LogError> sync(Segment& segment) {
  const auto done = segment.file().sync();
  if (!done) return Err{log_error(done.error(), segment.header().number, 0)};
  return {};
}

}  // namespace

Log::Log(Disk& disk, const Options& options, Segment current)
    : disk_{&disk}, options_{options}, current_{std::move(current)} {
  ASSERT(is_valid(options));
  last_.hash = first_previous(identity());
}

Result<Log, LogError> Log::create(Disk& disk, const Identity& identity, const Options& options) {
  ASSERT(is_valid(options));
  const auto count = count_segments(disk);
  if (!count) return Err{count.error()};
  if (*count != 0) return Err{LogError{LogFault::exists}};
  SegmentMaker maker{disk, SegmentHeader{kLogVersion, identity, 1, options.segment_bytes}};
  if (const auto made = maker.finish(); !made) return Err{log_error(made.error(), 1, 0)};
  auto segment = Segment::open(disk, 1);
  if (!segment) return Err{segment.error()};
  return Log{disk, options, *std::move(segment)};
}

Result<Log, LogError> Log::open(Disk& disk, const Owner& owner, const Options& options,
                                const std::optional<GroupPlace>& known) {
  auto start = Cursor::from_start(disk);
  if (!start) return Err{start.error()};
  const Identity identity = start->identity();
  if (identity.chain_id != owner.chain_id || identity.validator != owner.validator) {
    return Err{LogError{LogFault::foreign, 1, 0}};
  }
  auto cursor = known ? Cursor::from(disk, *known) : std::move(start);
  if (!cursor) return Err{cursor.error()};
  if (cursor->identity() != identity) {
    return Err{LogError{LogFault::corrupt, cursor->segment().header().number, 0}};
  }
  for (;;) {
    const auto group = cursor->next();
    if (!group) return Err{group.error()};
    if (!*group) break;
  }
  Log log{disk, options, std::move(cursor->segment())};
  log.last_ = cursor->last();
  log.end_ = cursor->offset();
  if (const auto done = log.settle(cursor->offset()); !done) return Err{done.error()};
  return log;
}

Result<void, LogError> Log::settle(std::uint32_t last_end) {
  if (last_.sequence != 0) {
    // After a kill or a failed sync the bytes just read may be in the page cache only.
    const auto group = current_.read(last_.offset, last_end);
    if (!group) return Err{group.error()};
    const auto done = current_.file().write(last_.offset, *group);
    if (!done) return Err{log_error(done.error(), last_.segment, last_.offset)};
  }
  if (const auto done = write_zeros(current_, last_end); !done) return done;
  if (const auto done = sync(current_); !done) return done;
  return clear_later_segments();
}

Result<void, LogError> Log::clear_later_segments() {
  const auto count = count_segments(*disk_);
  if (!count) return Err{count.error()};
  for (std::uint32_t number = current_.header().number + 1; number <= *count; ++number) {
    auto segment = Segment::open(*disk_, number);
    if (!segment) return Err{segment.error()};
    const auto clear = is_clear(*segment);
    if (!clear) return Err{clear.error()};
    if (*clear) continue;
    if (const auto done = write_zeros(*segment, kFirstGroupOffset); !done) return done;
    if (const auto done = sync(*segment); !done) return done;
  }
  return {};
}

LogError Log::halt(LogError error) {
  halted_ = true;
  return error;
}

bool Log::fits(const EncodedGroup& group) const {
  return group.bytes.size() <= current_.header().bytes - end_;
}

/// Otherwise maker_ is at work on the next segment.
Result<bool, LogError> Log::next_is_there() {
  if (maker_) return false;
  const std::uint32_t number = current_.header().number + 1;
  const auto count = count_segments(*disk_);
  if (!count) return Err{halt(count.error())};
  if (*count >= number) return true;
  maker_.emplace(*disk_, SegmentHeader{kLogVersion, identity(), number, options_.segment_bytes});
  return false;
}

Result<bool, LogError> Log::prepare_step() {
  const std::uint32_t number = current_.header().number + 1;
  if (halted_) return Err{LogError{LogFault::halted, number, 0}};
  const auto there = next_is_there();
  if (!there || *there) return there;
  const auto done = maker_->step();
  if (!done) return Err{halt(log_error(done.error(), number, 0))};
  if (*done) maker_.reset();
  return *done;
}

Result<void, LogError> Log::roll() {
  const std::uint32_t number = current_.header().number + 1;
  const auto there = next_is_there();
  if (!there) return Err{there.error()};
  if (!*there) {
    const auto made = maker_->finish();
    if (!made) return Err{halt(log_error(made.error(), number, 0))};
    maker_.reset();
  }
  auto next_segment = Segment::open(*disk_, number);
  if (!next_segment) return Err{halt(next_segment.error())};
  current_ = *std::move(next_segment);
  end_ = kFirstGroupOffset;
  return {};
}

Result<GroupPlace, LogError> Log::append(std::span<const Record> records) {
  ASSERT(!records.empty());
  const std::uint32_t number = current_.header().number;
  if (halted_) return Err{LogError{LogFault::halted, number, end_}};
  const auto group = encode_group(identity(), last_.sequence + 1, last_.hash, records);
  if (!group) return Err{LogError{LogFault::too_large, number, end_}};
  // An empty segment is never left behind: the first group of the next one would not be found.
  if (!fits(*group) && end_ != kFirstGroupOffset) {
    if (group->bytes.size() > options_.segment_bytes - kBoundaryBytes) {
      return Err{LogError{LogFault::too_large, number, end_}};
    }
    if (const auto rolled = roll(); !rolled) return Err{rolled.error()};
  }
  if (!fits(*group)) return Err{LogError{LogFault::too_large, current_.header().number, end_}};

  const GroupPlace place{current_.header().number, end_, group->header.sequence,
                         group->header.hash};
  if (const auto done = current_.file().write(place.offset, group->bytes); !done) {
    return Err{halt(log_error(done.error(), place.segment, place.offset))};
  }
  if (const auto done = current_.file().sync(); !done) {
    return Err{halt(log_error(done.error(), place.segment, place.offset))};
  }
  end_ += static_cast<std::uint32_t>(group->bytes.size());
  last_ = place;
  return place;
}

}  // namespace hansatsu::log
