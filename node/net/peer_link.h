#pragma once

#include <mutex>

#include "node/net/peer_network.h"
#include "node/net/peer_session.h"

namespace hansatsu::net {

/// Of two connections of one pair and lane, may the one that stands stay? Both ends must come to
/// the same answer: the one dialed by the smaller key stays. One that has said nothing for longer
/// than pings take is as good as gone; of two dialed by the same side the newer one is alive.
struct DoubleDial {
  bool standing_dialed_by_us = false;
  bool arriving_dialed_by_us = false;
  bool our_key_is_smaller = false;
  bool standing_is_silent = false;
};
[[nodiscard]] constexpr bool standing_stays(const DoubleDial& pair) {
  if (pair.standing_is_silent) return false;
  if (pair.standing_dialed_by_us == pair.arriving_dialed_by_us) return false;
  return pair.standing_dialed_by_us == pair.our_key_is_smaller;
}

/// What the link tells the network. Called on the io thread.
class LinkObserver {
 public:
  virtual ~LinkObserver() = default;
  virtual void link_up(ValidatorIndex peer, Height last_final) = 0;
  virtual void link_down(ValidatorIndex peer) = 0;
  virtual void link_message(ValidatorIndex peer, Channel channel, Message message) = 0;
};

/// All there is of one peer: its two lanes, its outbox, its ban.
/// Threads: push() and status() from any; everything else on the io thread.
class PeerLink final : public SessionOwner {
 public:
  PeerLink(PeerInfo info, bool our_key_is_smaller, std::shared_ptr<const NetworkLimits> limits,
           LinkObserver& observer, asio::io_context& io);

  [[nodiscard]] const PeerInfo& info() const { return info_; }
  [[nodiscard]] bool our_key_is_smaller() const { return our_key_is_smaller_; }
  void set_address(std::string address) { info_.address = std::move(address); }

  /// Makes the session the lane's own, ending the one that stood there; false: that one stays.
  [[nodiscard]] bool attach(const std::shared_ptr<PeerSession>& session, Height last_final);
  void detach(const std::shared_ptr<PeerSession>& session);
  [[nodiscard]] bool has_session(Lane lane) const { return slot(lane).session != nullptr; }
  /// The dialer's timer of a lane; detach() and end() cancel it.
  [[nodiscard]] asio::steady_timer& dial_timer(Lane lane) { return slot(lane).dial_timer; }

  void punish();
  [[nodiscard]] bool is_banned() const { return ban_.is_banned(Clock::now()); }
  [[nodiscard]] Time banned_until() const { return ban_.until(); }
  /// Ends both lanes and wakes the dialers.
  void end(CloseReason reason);
  /// Something may wait in the outbox.
  void wake_writers();

  /// False: down, or no room.
  bool push(Outbox::Item item);
  [[nodiscard]] PeerStatus status() const;

  [[nodiscard]] bool is_up() const override { return up_; }
  [[nodiscard]] std::optional<Outbox::Item> next_outgoing(Lane lane) override;
  void deliver(Channel channel, Message message) override;
  void count_sent(std::size_t message_bytes) override;
  void count_dropped_incoming() override;

 private:
  struct Slot {
    explicit Slot(asio::io_context& io) : dial_timer{io} {}
    std::shared_ptr<PeerSession> session;
    asio::steady_timer dial_timer;
  };
  [[nodiscard]] Slot& slot(Lane lane) { return slots_[place_of(lane)]; }
  [[nodiscard]] const Slot& slot(Lane lane) const { return slots_[place_of(lane)]; }
  void vacate(Slot& slot);
  void note_connections();

  PeerInfo info_;
  bool our_key_is_smaller_;
  std::shared_ptr<const NetworkLimits> limits_;
  LinkObserver& observer_;
  std::array<Slot, 2> slots_;
  BanClock ban_;  ///< changed under mutex_ too, so that status() may look
  bool up_ = false;

  mutable std::mutex mutex_;  ///< guards what follows
  bool accepts_ = false;      ///< up, as senders see it
  Outbox outbox_;
  PeerStatus counters_;  ///< what the io thread counts
};

}  // namespace hansatsu::net
