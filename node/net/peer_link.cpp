#include "node/net/peer_link.h"

namespace hansatsu::net {

PeerLink::PeerLink(PeerInfo info, bool our_key_is_smaller,
                   std::shared_ptr<const NetworkLimits> limits, LinkObserver& observer,
                   asio::io_context& io)
    : info_{std::move(info)},
      our_key_is_smaller_{our_key_is_smaller},
      limits_{std::move(limits)},
      observer_{observer},
      slots_{Slot{io}, Slot{io}},
      ban_{limits_->bans},
      outbox_{limits_->send_bytes_max} {}

bool PeerLink::attach(const std::shared_ptr<PeerSession>& session, Height last_final) {
  Slot& own = slot(session->lane());
  if (own.session != nullptr) {
    const auto silence_max = limits_->ping_interval * 5 / 2;
    const DoubleDial pair{
        .standing_dialed_by_us = own.session->dialed_by_us(),
        .arriving_dialed_by_us = session->dialed_by_us(),
        .our_key_is_smaller = our_key_is_smaller_,
        .standing_is_silent = Clock::now() - own.session->heard_at() > silence_max};
    if (standing_stays(pair)) return false;
    own.session->close(CloseReason::replaced);
    vacate(own);
  }
  own.session = session;
  up_ = slots_[0].session != nullptr && slots_[1].session != nullptr;
  note_connections();
  if (!up_) return true;
  observer_.link_up(info_.index, last_final);
  wake_writers();
  return true;
}

void PeerLink::detach(const std::shared_ptr<PeerSession>& session) {
  Slot& own = slot(session->lane());
  if (own.session != session) return;  // already replaced
  vacate(own);
  own.dial_timer.cancel();
}

void PeerLink::vacate(Slot& slot) {
  slot.session.reset();
  const bool was_up = std::exchange(up_, false);
  note_connections();
  if (was_up) observer_.link_down(info_.index);
}

void PeerLink::note_connections() {
  const std::scoped_lock lock{mutex_};
  accepts_ = up_;
  if (!up_) outbox_.clear();
  counters_.up = up_;
  for (std::size_t place = 0; place < slots_.size(); ++place) {
    const auto& session = slots_[place].session;
    counters_.dialed_by_us[place].reset();
    if (session != nullptr) counters_.dialed_by_us[place] = session->dialed_by_us();
  }
}

void PeerLink::punish() {
  {
    const std::scoped_lock lock{mutex_};
    const auto now = Clock::now();
    if (ban_.is_banned(now)) return;  // for the first of what it had sent at once
    ban_.punish(now);
  }
  end(CloseReason::punished);
}

void PeerLink::end(CloseReason reason) {
  for (Slot& each : slots_) {
    if (each.session != nullptr) each.session->close(reason);
    each.dial_timer.cancel();
  }
}

void PeerLink::wake_writers() {
  for (Slot& each : slots_) {
    if (each.session != nullptr) each.session->wake_writer();
  }
}

bool PeerLink::push(Outbox::Item item) {
  const std::scoped_lock lock{mutex_};
  return accepts_ && outbox_.push(std::move(item));
}

PeerStatus PeerLink::status() const {
  const std::scoped_lock lock{mutex_};
  PeerStatus status = counters_;
  status.banned = ban_.is_banned(Clock::now());
  status.outbox_bytes = outbox_.bytes();
  status.dropped_outgoing = outbox_.dropped();
  return status;
}

std::optional<Outbox::Item> PeerLink::next_outgoing(Lane lane) {
  const std::scoped_lock lock{mutex_};
  return outbox_.pop(lane);
}

void PeerLink::deliver(Channel channel, Message message) {
  {
    const std::scoped_lock lock{mutex_};
    counters_.received_bytes += message->size();
  }
  observer_.link_message(info_.index, channel, std::move(message));
}

void PeerLink::count_sent(std::size_t message_bytes) {
  const std::scoped_lock lock{mutex_};
  counters_.sent_bytes += message_bytes;
}

void PeerLink::count_dropped_incoming() {
  const std::scoped_lock lock{mutex_};
  ++counters_.dropped_incoming;
}

}  // namespace hansatsu::net
