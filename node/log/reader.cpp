#include "node/log/reader.h"

namespace hansatsu::log {

Cursor::Cursor(Disk& disk, Segment segment) : disk_{&disk}, segment_{std::move(segment)} {
  last_.hash = first_previous(segment_.header().identity);
}

Result<Cursor, LogError> Cursor::from_start(Disk& disk) {
  const auto count = count_segments(disk);
  if (!count) return Err{count.error()};
  if (*count == 0) return Err{LogError{LogFault::missing}};
  auto segment = Segment::open(disk, 1);
  if (!segment) return Err{segment.error()};
  return Cursor{disk, *std::move(segment)};
}

Result<Cursor, LogError> Cursor::from(Disk& disk, const GroupPlace& place) {
  const auto count = count_segments(disk);
  if (!count) return Err{count.error()};
  if (*count == 0) return Err{LogError{LogFault::missing}};
  auto segment = Segment::open(disk, place.segment);
  if (!segment) return Err{segment.error()};
  Cursor cursor{disk, *std::move(segment)};
  cursor.offset_ = place.offset;
  cursor.required_ = place;
  return cursor;
}

bool Cursor::follows(const Group& group) const {
  if (required_) return group.place == *required_;
  return group.place.sequence == last_.sequence + 1 && group.previous == last_.hash;
}

Result<std::optional<Segment>, LogError> Cursor::following() const {
  const auto count = count_segments(*disk_);
  if (!count) return Err{count.error()};
  const std::uint32_t number = segment_.header().number + 1;
  if (number > *count) return std::optional<Segment>{};
  auto segment = Segment::open(*disk_, number);
  if (!segment) return Err{segment.error()};
  if (segment->header().identity != identity()) {
    return Err{LogError{LogFault::corrupt, number, 0}};
  }
  return std::optional<Segment>{*std::move(segment)};
}

Result<std::optional<Group>, LogError> Cursor::try_next() {
  auto here = segment_.read_group(offset_);
  if (!here) return Err{here.error()};
  if (*here && follows(**here)) return here;
  if (required_) return std::optional<Group>{};

  auto next_segment = following();
  if (!next_segment) return Err{next_segment.error()};
  if (!*next_segment) return std::optional<Group>{};
  auto rolled = (*next_segment)->read_group(kFirstGroupOffset);
  if (!rolled) return Err{rolled.error()};
  if (!*rolled || !follows(**rolled)) return std::optional<Group>{};
  segment_ = **std::move(next_segment);
  return rolled;
}

Result<bool, LogError> Cursor::later_header_exists() {
  // The bad group would have had the sequence after the last; what is later comes after that.
  const std::uint64_t later = last_.sequence + 2;
  if (offset_ + kBoundaryBytes < segment_.header().bytes) {
    const auto found = segment_.find_header(offset_ + kBoundaryBytes, later);
    if (!found) return Err{found.error()};
    if (*found) return true;
  }
  const auto count = count_segments(*disk_);
  if (!count) return Err{count.error()};
  for (std::uint32_t number = segment_.header().number + 1; number <= *count; ++number) {
    auto segment = Segment::open(*disk_, number);
    if (!segment) return Err{segment.error()};
    const auto found = segment->find_header(kFirstGroupOffset, later);
    if (!found) return Err{found.error()};
    if (*found) return true;
  }
  return false;
}

Result<std::optional<Group>, LogError> Cursor::next() {
  // Twice, because a writer may have finished this group, and begun a later one, since the first
  // look: then the second finds it whole.
  for (int look = 0; look < 2; ++look) {
    auto group = try_next();
    if (!group) return Err{group.error()};
    if (*group) {
      last_ = (*group)->place;
      offset_ = (*group)->end;
      required_.reset();
      return group;
    }
    if (required_) break;
    const auto later = later_header_exists();
    if (!later) return Err{later.error()};
    if (!*later) return std::optional<Group>{};
  }
  return Err{LogError{LogFault::corrupt, segment_.header().number, offset_}};
}

Reader::Reader(Disk& disk, Segment segment)
    : disk_{&disk}, identity_{segment.header().identity}, segment_{std::move(segment)} {}

Result<Reader, LogError> Reader::open(Disk& disk) {
  auto cursor = Cursor::from_start(disk);
  if (!cursor) return Err{cursor.error()};
  return Reader{disk, std::move(cursor->segment())};
}

Result<Record, LogError> Reader::record_at(const RecordPlace& place) {
  if (segment_.header().number != place.segment) {
    auto segment = Segment::open(*disk_, place.segment);
    if (!segment) return Err{segment.error()};
    segment_ = *std::move(segment);
  }
  auto group = segment_.read_group(place.offset);
  if (!group) return Err{group.error()};
  if (!*group || place.record >= (*group)->records.size()) {
    return Err{LogError{LogFault::corrupt, place.segment, place.offset}};
  }
  return std::move((*group)->records[place.record]);
}

}  // namespace hansatsu::log
