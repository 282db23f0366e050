#include "node/net/frame.h"

using namespace hansatsu;

/// Frames of a peer: the first byte's lowest bit is the lane, the rest is fed in pieces whose sizes
/// it also decides. What is allocated stays within the largest message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  net::FrameReader reader{(data[0] & 1U) == 0 ? net::Lane::consensus : net::Lane::bulk};
  const std::size_t piece_bytes = 1 + (data[0] >> 1U);
  ByteView rest{data + 1, size - 1};
  while (!rest.empty()) {
    ByteView piece = rest.first(std::min(piece_bytes, rest.size()));
    rest = rest.subspan(piece.size());
    for (;;) {
      const auto event = reader.next(piece);
      if (!event) return 0;
      ASSERT(reader.allocated_bytes() <= net::message_bytes_max(net::Channel::body));
      if (*event == net::FrameEvent::need_bytes) break;
      if (*event == net::FrameEvent::complete) {
        ASSERT(reader.take().size() <= net::message_bytes_max(reader.channel()));
      }
    }
    ASSERT(piece.empty());
  }
  return 0;
}
