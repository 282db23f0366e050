#include "node/log/segment.h"

#include <algorithm>
#include <array>

namespace hansatsu::log {
namespace {

constexpr std::size_t kNameDigits = 8;
constexpr std::string_view kNameSuffix = ".log";
constexpr std::uint32_t kScanBytes = 1U << 20U;
static_assert(kScanBytes % kBoundaryBytes == 0);

bool is_segment_name(std::string_view name) {
  return name.size() == kNameDigits + kNameSuffix.size() && name.ends_with(kNameSuffix) &&
         std::ranges::all_of(name.substr(0, kNameDigits),
                             [](char digit) { return digit >= '0' && digit <= '9'; });
}

}  // namespace

std::string segment_name(std::uint32_t number) {
  std::string digits = std::to_string(number);
  ASSERT(number > 0 && digits.size() <= kNameDigits);
  return std::string(kNameDigits - digits.size(), '0') + digits + std::string{kNameSuffix};
}

Result<std::uint32_t, LogError> count_segments(Disk& disk) {
  const auto names = disk.list();
  if (!names) return Err{log_error(names.error(), 0, 0)};
  std::uint32_t count = 0;
  for (const std::string& name : *names) {
    if (!is_segment_name(name)) continue;
    if (name != segment_name(count + 1)) return Err{LogError{LogFault::corrupt, count + 1, 0}};
    ++count;
  }
  return count;
}

Result<Segment, LogError> Segment::open(Disk& disk, std::uint32_t number) {
  auto file = disk.open(segment_name(number));
  if (!file) {
    if (file.error() == DiskError::not_found) return Err{LogError{LogFault::corrupt, number, 0}};
    return Err{log_error(file.error(), number, 0)};
  }
  const auto size = (*file)->size();
  if (!size) return Err{log_error(size.error(), number, 0)};
  // A segment gets its name when all its bytes are on disk: a short one was cut by something else.
  if (*size < kBoundaryBytes) return Err{LogError{LogFault::corrupt, number, *size}};
  std::array<std::uint8_t, kBoundaryBytes> head{};
  if (const auto done = (*file)->read(0, head); !done) {
    return Err{log_error(done.error(), number, 0)};
  }
  const auto header = decode_segment_header(head);
  if (!header) return Err{LogError{LogFault::corrupt, number, 0}};
  if (header->version != kLogVersion) return Err{LogError{LogFault::unknown_version, number, 0}};
  if (header->number != number) return Err{LogError{LogFault::corrupt, number, 0}};
  if (header->bytes != *size) return Err{LogError{LogFault::corrupt, number, *size}};
  return Segment{*std::move(file), *header};
}

Result<Bytes, LogError> Segment::read(std::uint32_t offset, std::uint32_t end) {
  ASSERT(offset <= end && end <= header_.bytes);
  Bytes bytes(end - offset);
  if (const auto done = file_->read(offset, bytes); !done) {
    return Err{log_error(done.error(), header_.number, offset)};
  }
  return bytes;
}

Result<std::optional<Group>, LogError> Segment::read_group(std::uint32_t offset) {
  const std::optional<Group> none;
  const bool possible = offset >= kFirstGroupOffset && offset % kBoundaryBytes == 0 &&
                        offset <= header_.bytes - kBoundaryBytes;
  if (!possible) return none;
  const auto head = read(offset, offset + kBoundaryBytes);
  if (!head) return Err{head.error()};
  const auto header = decode_group_header(header_.identity, *head);
  if (!header) return none;
  const std::uint32_t bytes = padded_bytes(header->payload_bytes);
  if (bytes > header_.bytes - offset) return none;
  const auto whole = read(offset, offset + bytes);
  if (!whole) return Err{whole.error()};
  auto records = decode_records(*header, header_.identity, *whole);
  if (!records) return none;
  return std::optional{Group{{header_.number, offset, header->sequence, header->hash},
                             offset + bytes,
                             header->previous,
                             *std::move(records)}};
}

Result<std::optional<std::uint32_t>, LogError> Segment::find_header(std::uint32_t offset,
                                                                    std::uint64_t sequence_min) {
  ASSERT(offset % kBoundaryBytes == 0);
  for (std::uint32_t from = offset; from < header_.bytes; from += kScanBytes) {
    const auto piece = read(from, from + std::min(kScanBytes, header_.bytes - from));
    if (!piece) return Err{piece.error()};
    for (std::size_t at = 0; at < piece->size(); at += kBoundaryBytes) {
      const auto header =
          decode_group_header(header_.identity, ByteView{*piece}.subspan(at, kBoundaryBytes));
      if (header && header->sequence >= sequence_min) {
        return std::optional{from + static_cast<std::uint32_t>(at)};
      }
    }
  }
  return std::optional<std::uint32_t>{};
}

}  // namespace hansatsu::log
