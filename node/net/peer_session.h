#pragma once

#include <atomic>

#include "node/net/connection.h"
#include "node/net/frame.h"
#include "node/net/limits.h"
#include "node/net/outbox.h"

namespace hansatsu::net {

/// The two ends of a session inside the node; PeerLink is the one of the product.
/// All are called on the io thread.
class SessionOwner {
 public:
  virtual ~SessionOwner() = default;
  /// Messages flow only while both lanes stand.
  [[nodiscard]] virtual bool is_up() const = 0;
  [[nodiscard]] virtual std::optional<Outbox::Item> next_outgoing(Lane lane) = 0;
  virtual void deliver(Channel channel, Message message) = 0;
  virtual void count_sent(std::size_t message_bytes) = 0;
  virtual void count_dropped_incoming() = 0;
};

/// One lane of one peer, greeted: reads and writes frames until it ends. Belongs to the io thread.
/// Its three loops each hold it; all of them end once it is closed.
class PeerSession : public std::enable_shared_from_this<PeerSession> {
 public:
  PeerSession(std::shared_ptr<Connection> connection, std::shared_ptr<SessionOwner> owner,
              Lane lane, bool dialed_by_us, const NetworkLimits& limits);

  /// Each to be spawned once. The session is over when read_loop ends.
  [[nodiscard]] static asio::awaitable<void> read_loop(std::shared_ptr<PeerSession> self);
  [[nodiscard]] static asio::awaitable<void> write_loop(std::shared_ptr<PeerSession> self);
  /// Ends a silent or stalled session; has a ping sent when nothing else was.
  [[nodiscard]] static asio::awaitable<void> watch(std::shared_ptr<PeerSession> self);

  /// Something may wait in the outbox.
  void wake_writer() { wake_.cancel(); }
  /// The first reason counts.
  void close(CloseReason reason);

  [[nodiscard]] Lane lane() const { return lane_; }
  [[nodiscard]] bool dialed_by_us() const { return dialed_by_us_; }
  [[nodiscard]] CloseReason close_reason() const { return reason_; }
  [[nodiscard]] Time heard_at() const { return heard_at_; }

 private:
  static constexpr std::size_t kReadBytes = 16'384;
  static constexpr std::size_t kWriteBatchBytes = 32'768;

  [[nodiscard]] static asio::awaitable<bool> read_frames(std::shared_ptr<PeerSession> self,
                                                         ByteView input);
  /// Waits until the message that begins may be read. False: the session is closed.
  [[nodiscard]] static asio::awaitable<bool> admit(std::shared_ptr<PeerSession> self);
  [[nodiscard]] static asio::awaitable<void> pause(std::shared_ptr<PeerSession> self,
                                                   milliseconds length);
  void deliver_complete();
  [[nodiscard]] bool is_open() const { return !connection_->is_closed(); }
  /// Fills write_buffer_ with what waits, up to a batch.
  void gather_frames();

  std::shared_ptr<Connection> connection_;
  std::shared_ptr<SessionOwner> owner_;
  Lane lane_;
  bool dialed_by_us_;
  const NetworkLimits& limits_;  ///< the network's, which the owner keeps alive
  CloseReason reason_ = CloseReason::disconnected;

  FrameReader reader_;
  std::array<std::uint8_t, kReadBytes> read_buffer_{};
  TokenBucket lane_bucket_;
  std::array<TokenBucket, kChannelCount> channel_buckets_;
  std::shared_ptr<std::atomic<std::size_t>> unreleased_bytes_;  ///< delivered, still referred to
  asio::steady_timer pause_;
  bool paused_ = false;
  Time heard_at_;

  Bytes write_buffer_;
  Outbox::Item outgoing_;
  std::optional<FrameCutter> cutter_;
  std::uint32_t next_message_id_ = 0;
  asio::steady_timer wake_;
  bool ping_due_ = false;
  bool writing_ = false;
  Time write_began_;
  Time sent_at_;

  asio::steady_timer tick_;
};

}  // namespace hansatsu::net
