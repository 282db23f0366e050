#include "node/net/frame.h"

#include "ledger/types/codec.h"

namespace hansatsu::net {
namespace {

constexpr std::uint8_t kFlagFirst = 1;
constexpr std::uint8_t kFlagLast = 2;

}  // namespace

FrameCutter::FrameCutter(Channel channel, std::uint32_t message_id, ByteView bytes)
    : channel_{channel}, message_id_{message_id}, bytes_{bytes} {
  ASSERT(bytes.size() <= message_bytes_max(channel));
}

void FrameCutter::append_next(Bytes& out) {
  ASSERT(!done_);
  const std::size_t count = std::min(bytes_.size() - position_, kFragmentBytesMax);
  const bool first = position_ == 0;
  done_ = position_ + count == bytes_.size();
  const int flags = (first ? kFlagFirst : 0) | (done_ ? kFlagLast : 0);
  Encoder header;
  header(channel_, static_cast<std::uint8_t>(flags), static_cast<std::uint16_t>(count),
         message_id_);
  if (first) header(static_cast<std::uint32_t>(bytes_.size()));
  const ByteView head = header.view();
  const ByteView fragment = bytes_.subspan(position_, count);
  out.insert(out.end(), head.begin(), head.end());
  out.insert(out.end(), fragment.begin(), fragment.end());
  position_ += count;
}

Result<FrameEvent, FrameError> FrameReader::next(ByteView& input) {
  for (;;) {
    if (in_fragment_) {
      if (const auto event = read_fragment(input)) return *event;
      continue;
    }
    if (!collect_header(input)) return FrameEvent::need_bytes;
    const auto header = parse_header();
    if (!header) return Err{header.error()};
    header_size_ = 0;
    const auto event = accept_header(*header);
    if (!event) return Err{event.error()};
    if (event->has_value()) return **event;
  }
}

bool FrameReader::collect_header(ByteView& input) {
  // The second byte's first-flag decides whether the total length follows.
  for (;;) {
    const bool is_first = header_size_ >= 2 && (header_bytes_[1] & kFlagFirst) != 0;
    const std::size_t wanted = is_first ? kFirstFrameHeaderBytes : kFrameHeaderBytes;
    if (header_size_ == wanted) return true;
    if (input.empty()) return false;
    header_bytes_[header_size_++] = input.front();
    input = input.subspan(1);
  }
}

Result<FrameReader::Header, FrameError> FrameReader::parse_header() const {
  Decoder decoder{ByteView{header_bytes_}.first(header_size_)};
  Header header;
  std::uint8_t flags = 0;
  std::uint16_t fragment_bytes = 0;
  decoder(header.channel, flags, fragment_bytes, header.message_id);
  if (decoder.failed() || !travels_on(header.channel, lane_))
    return Err{FrameError::unknown_channel};
  if ((flags & ~(kFlagFirst | kFlagLast)) != 0) return Err{FrameError::bad_flags};
  header.first = (flags & kFlagFirst) != 0;
  header.last = (flags & kFlagLast) != 0;
  header.fragment_bytes = fragment_bytes;
  if (header.first) decoder(header.total_bytes);
  if (fragment_bytes > kFragmentBytesMax) return Err{FrameError::bad_length};
  if (header.total_bytes > message_bytes_max(header.channel)) return Err{FrameError::too_long};
  return header;
}

Result<std::optional<FrameEvent>, FrameError> FrameReader::accept_header(const Header& header) {
  if (header.channel == Channel::ping) {
    const bool whole = header.first && header.last && header.fragment_bytes == 0;
    if (!whole) return Err{FrameError::bad_length};
    return std::optional{FrameEvent::ping};
  }
  if (header.first == in_message_) return Err{FrameError::out_of_order};
  const bool other_message = header.channel != channel_ || header.message_id != message_id_;
  if (!header.first && other_message) return Err{FrameError::out_of_order};
  if (header.first) {
    channel_ = header.channel;
    message_id_ = header.message_id;
    total_bytes_ = header.total_bytes;
    received_bytes_ = 0;
    skipping_ = false;
    in_message_ = true;
  }
  const std::uint32_t missing = total_bytes_ - received_bytes_;
  const bool ends = header.fragment_bytes == missing;
  if (header.fragment_bytes > missing || ends != header.last) return Err{FrameError::bad_length};
  // Only the last fragment may be short, so the number of frames is bounded by the length.
  if (!header.last && header.fragment_bytes != kFragmentBytesMax)
    return Err{FrameError::bad_length};
  in_fragment_ = true;
  last_fragment_ = header.last;
  fragment_left_ = header.fragment_bytes;
  return header.first ? std::optional{FrameEvent::begins} : std::nullopt;
}

std::optional<FrameEvent> FrameReader::read_fragment(ByteView& input) {
  if (!skipping_ && message_.capacity() == 0) message_.reserve(total_bytes_);
  const std::size_t count = std::min(fragment_left_, input.size());
  const ByteView piece = input.first(count);
  if (!skipping_) message_.insert(message_.end(), piece.begin(), piece.end());
  input = input.subspan(count);
  fragment_left_ -= count;
  received_bytes_ += static_cast<std::uint32_t>(count);
  if (fragment_left_ > 0) return FrameEvent::need_bytes;
  in_fragment_ = false;
  if (!last_fragment_) return std::nullopt;
  in_message_ = false;
  return skipping_ ? FrameEvent::skipped : FrameEvent::complete;
}

Bytes FrameReader::take() {
  ASSERT(!in_message_ && message_.size() == total_bytes_);
  return std::exchange(message_, Bytes{});
}

}  // namespace hansatsu::net
