#pragma once

#include <array>

#include "ledger/types/bytes.h"
#include "ledger/types/result.h"
#include "node/net/channel.h"

/// How messages are cut into frames. Pure: no clock, no socket.
/// Source: docs/protocol/peers.md "Frames".
namespace hansatsu::net {

/// With its header a fragment fills one TLS record and never two.
inline constexpr std::size_t kFragmentBytesMax = 16'372;
inline constexpr std::size_t kFrameHeaderBytes = 8;
inline constexpr std::size_t kFirstFrameHeaderBytes = kFrameHeaderBytes + 4;

/// One message on its way out, cut into frames one after the other. `bytes` must outlive it.
class FrameCutter {
 public:
  /// Requires: bytes.size() <= message_bytes_max(channel).
  FrameCutter(Channel channel, std::uint32_t message_id, ByteView bytes);

  /// Appends the next frame to `out`. Requires: !done().
  void append_next(Bytes& out);
  [[nodiscard]] bool done() const { return done_; }

 private:
  Channel channel_;
  std::uint32_t message_id_;
  ByteView bytes_;
  std::size_t position_ = 0;
  bool done_ = false;
};

enum class FrameError : std::uint8_t {
  unknown_channel = 1,  ///< no such channel, or not on this lane
  bad_flags = 2,        ///< a bit without a meaning
  too_long = 3,         ///< the announced length is over the channel's limit
  out_of_order = 4,     ///< a fragment that does not continue the message, or starts inside one
  bad_length = 5,       ///< fragments and the announced length disagree
};

/// What the reader has found in the bytes fed so far.
enum class FrameEvent : std::uint8_t {
  need_bytes,  ///< all input is used up
  begins,      ///< a message was announced and its length is lawful; nothing is allocated yet
  complete,    ///< take() has the message
  skipped,     ///< a message told to skip() has passed by
  ping,
};

/// Puts messages together again. One message a lane at a time; pings may come between fragments.
/// Memory: the announced length of one message, bounded by its channel's limit.
class FrameReader {
 public:
  explicit FrameReader(Lane lane) : lane_{lane} {}

  /// Reads from the front of `input` up to the next event. After an error the reader is of no use.
  [[nodiscard]] Result<FrameEvent, FrameError> next(ByteView& input);

  /// Of the message that begins or is complete.
  [[nodiscard]] Channel channel() const { return channel_; }
  [[nodiscard]] std::uint32_t message_bytes() const { return total_bytes_; }

  /// Lets the message that just began pass by unread.
  void skip() { skipping_ = true; }
  /// The complete message. Requires: the last event was `complete`.
  [[nodiscard]] Bytes take();
  /// What is allocated now.
  [[nodiscard]] std::size_t allocated_bytes() const { return message_.capacity(); }

 private:
  struct Header {
    Channel channel = Channel::ping;
    bool first = false;
    bool last = false;
    std::size_t fragment_bytes = 0;
    std::uint32_t message_id = 0;
    std::uint32_t total_bytes = 0;  ///< of the first fragment only
  };

  /// Collects the next frame's header; true once it is whole.
  [[nodiscard]] bool collect_header(ByteView& input);
  [[nodiscard]] Result<Header, FrameError> parse_header() const;
  /// Absent where reading just goes on.
  [[nodiscard]] Result<std::optional<FrameEvent>, FrameError> accept_header(const Header& header);
  [[nodiscard]] std::optional<FrameEvent> read_fragment(ByteView& input);

  Lane lane_;
  std::array<std::uint8_t, kFirstFrameHeaderBytes> header_bytes_{};
  std::size_t header_size_ = 0;
  bool in_message_ = false;   ///< between the first and the last fragment
  bool in_fragment_ = false;  ///< the fragment's header is read
  bool last_fragment_ = false;
  bool skipping_ = false;
  std::size_t fragment_left_ = 0;
  Channel channel_ = Channel::ping;
  std::uint32_t message_id_ = 0;
  std::uint32_t total_bytes_ = 0;
  std::uint32_t received_bytes_ = 0;
  Bytes message_;
};

}  // namespace hansatsu::net
