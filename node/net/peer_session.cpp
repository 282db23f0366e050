#include "node/net/peer_session.h"

#include <boost/asio/write.hpp>
#include <utility>

#include "rpc/asio/token.h"

namespace hansatsu::net {
namespace {

/// How often a lane that is full looks whether its messages were released.
constexpr milliseconds kReleasePoll{5};

template <std::size_t... Place>
std::array<TokenBucket, kChannelCount> buckets_of(const NetworkLimits& limits, Time now,
                                                  std::index_sequence<Place...>) {
  return {TokenBucket{limits.channels[Place].messages, now}...};
}

/// A received message that counts against its lane's budget as long as anyone refers to it.
struct CountedMessage {
  CountedMessage(Bytes content, std::shared_ptr<std::atomic<std::size_t>> budget)
      : bytes{std::move(content)}, counter{std::move(budget)} {
    *counter += bytes.size();
  }
  ~CountedMessage() { *counter -= bytes.size(); }
  CountedMessage(const CountedMessage&) = delete;
  CountedMessage& operator=(const CountedMessage&) = delete;

  Bytes bytes;
  std::shared_ptr<std::atomic<std::size_t>> counter;
};

}  // namespace

PeerSession::PeerSession(std::shared_ptr<Connection> connection,
                         std::shared_ptr<SessionOwner> owner, Lane lane, bool dialed_by_us,
                         const NetworkLimits& limits)
    : connection_{std::move(connection)},
      owner_{std::move(owner)},
      lane_{lane},
      dialed_by_us_{dialed_by_us},
      limits_{limits},
      reader_{lane},
      lane_bucket_{limits.lane_bytes[place_of(lane)], Clock::now()},
      channel_buckets_{buckets_of(limits, Clock::now(), std::make_index_sequence<kChannelCount>{})},
      unreleased_bytes_{std::make_shared<std::atomic<std::size_t>>(0)},
      pause_{connection_->stream().get_executor()},
      heard_at_{Clock::now()},
      wake_{connection_->stream().get_executor()},
      write_began_{heard_at_},
      sent_at_{heard_at_},
      tick_{connection_->stream().get_executor()} {}

void PeerSession::close(CloseReason reason) {
  if (!is_open()) return;
  reason_ = reason;
  connection_->close();
  pause_.cancel();
  wake_.cancel();
  tick_.cancel();
}

asio::awaitable<void> PeerSession::read_loop(std::shared_ptr<PeerSession> self) {
  while (self->is_open()) {
    const auto [failed, count] = co_await self->connection_->stream().async_read_some(
        asio::buffer(self->read_buffer_), kToken);
    if (failed) break;
    self->heard_at_ = Clock::now();
    if (!co_await read_frames(self, ByteView{self->read_buffer_}.first(count))) break;
  }
  self->close(CloseReason::disconnected);
}

asio::awaitable<bool> PeerSession::read_frames(std::shared_ptr<PeerSession> self, ByteView input) {
  for (;;) {
    const auto event = self->reader_.next(input);
    if (!event) {
      self->close(CloseReason::malformed);
      co_return false;
    }
    switch (*event) {
      case FrameEvent::need_bytes:
        co_return true;
      case FrameEvent::begins:
        if (!co_await admit(self)) co_return false;
        break;
      case FrameEvent::complete:
        self->deliver_complete();
        break;
      case FrameEvent::skipped:
      case FrameEvent::ping:
        break;
    }
  }
}

asio::awaitable<bool> PeerSession::admit(std::shared_ptr<PeerSession> self) {
  PeerSession& session = *self;
  const std::size_t place = place_of(session.reader_.channel());
  const std::size_t bytes = session.reader_.message_bytes();
  TokenBucket& messages = session.channel_buckets_[place];
  milliseconds wait = session.lane_bucket_.take(bytes + kFirstFrameHeaderBytes, Clock::now());
  if (session.limits_.channels[place].excess == Excess::wait) {
    wait = std::max(wait, messages.take(1, Clock::now()));
  } else if (!messages.try_take(1, Clock::now())) {
    session.owner_->count_dropped_incoming();
    session.reader_.skip();
  }
  if (wait.count() > 0) co_await pause(self, wait);
  const Time give_up = Clock::now() + session.limits_.overload_max;
  const std::size_t budget = session.limits_.receive_bytes_max[place_of(session.lane_)];
  while (session.is_open() &&
         (!session.owner_->is_up() || *session.unreleased_bytes_ + bytes > budget)) {
    if (Clock::now() >= give_up) session.close(CloseReason::overloaded);
    co_await pause(self, kReleasePoll);
  }
  co_return session.is_open();
}

asio::awaitable<void> PeerSession::pause(std::shared_ptr<PeerSession> self, milliseconds length) {
  if (!self->is_open()) co_return;
  self->paused_ = true;
  self->pause_.expires_after(length);
  co_await self->pause_.async_wait(kToken);
  self->paused_ = false;
  self->heard_at_ = Clock::now();  // it was us who did not listen
}

void PeerSession::deliver_complete() {
  if (!is_open()) return;
  const Channel channel = reader_.channel();
  auto counted = std::make_shared<const CountedMessage>(reader_.take(), unreleased_bytes_);
  owner_->deliver(channel, Message{counted, &counted->bytes});
}

asio::awaitable<void> PeerSession::write_loop(std::shared_ptr<PeerSession> self) {
  while (self->is_open()) {
    self->gather_frames();
    if (self->write_buffer_.empty()) {
      self->wake_.expires_at(Time::max());  // the watch bounds it: it has a ping sent
      co_await self->wake_.async_wait(kToken);
      continue;
    }
    self->writing_ = true;
    self->write_began_ = Clock::now();
    const auto [failed, count] = co_await asio::async_write(
        self->connection_->stream(), asio::buffer(self->write_buffer_), kToken);
    static_cast<void>(count);
    self->writing_ = false;
    self->sent_at_ = Clock::now();
    if (failed) break;
  }
  self->close(CloseReason::disconnected);
}

void PeerSession::gather_frames() {
  write_buffer_.clear();
  if (std::exchange(ping_due_, false))
    FrameCutter{Channel::ping, 0, ByteView{}}.append_next(write_buffer_);
  while (write_buffer_.size() < kWriteBatchBytes) {
    if (!cutter_) {
      auto item = owner_->next_outgoing(lane_);
      if (!item) return;
      outgoing_ = std::move(*item);
      cutter_.emplace(outgoing_.channel, next_message_id_++, *outgoing_.message);
    }
    cutter_->append_next(write_buffer_);
    if (!cutter_->done()) continue;
    owner_->count_sent(outgoing_.message->size());
    cutter_.reset();
    outgoing_.message.reset();
  }
}

asio::awaitable<void> PeerSession::watch(std::shared_ptr<PeerSession> self) {
  PeerSession& session = *self;
  const NetworkLimits& limits = session.limits_;
  while (session.is_open()) {
    session.tick_.expires_after(limits.ping_interval);
    co_await session.tick_.async_wait(kToken);
    if (!session.is_open()) break;
    const Time now = Clock::now();
    if (!session.paused_ && now - session.heard_at_ >= limits.dead_after)
      session.close(CloseReason::silent);
    if (session.writing_) {
      if (now - session.write_began_ >= limits.write_stall_max)
        session.close(CloseReason::write_stalled);
    } else if (now - session.sent_at_ >= limits.ping_interval / 2) {
      session.ping_due_ = true;
      session.wake_writer();
    }
  }
}

}  // namespace hansatsu::net
