#include "node/net/outbox.h"

#include "ledger/types/assert.h"

namespace hansatsu::net {

bool Outbox::push(Item item) {
  ASSERT(item.channel != Channel::ping && item.message != nullptr);
  ASSERT(item.message->size() <= message_bytes_max(item.channel));
  if (item.coalesce_key != 0 && replace_waiting(item)) return true;
  const std::size_t cost = cost_of(item);
  if (lane_of(item.channel) == Lane::consensus) make_room(cost);
  if (bytes_ + cost > bytes_max_) {
    ++dropped_;
    return false;
  }
  bytes_ += cost;
  queues_[place_of(item.channel)].push_back(std::move(item));
  return true;
}

bool Outbox::replace_waiting(const Item& item) {
  auto& queue = queues_[place_of(item.channel)];
  for (Item& waiting : queue) {
    if (waiting.coalesce_key != item.coalesce_key) continue;
    const std::size_t after = bytes_ - cost_of(waiting) + cost_of(item);
    if (after > bytes_max_) return false;
    bytes_ = after;
    waiting = item;
    return true;
  }
  return false;
}

void Outbox::make_room(std::size_t wanted_bytes) {
  for (std::size_t place = kChannelCount; place-- > 0;) {
    if (lane_of(kChannels[place]) != Lane::bulk) return;
    auto& queue = queues_[place];
    while (!queue.empty() && bytes_ + wanted_bytes > bytes_max_) {
      bytes_ -= cost_of(queue.front());
      queue.pop_front();
      ++dropped_;
    }
  }
}

std::optional<Outbox::Item> Outbox::pop(Lane lane) {
  for (std::size_t place = 0; place < kChannelCount; ++place) {
    auto& queue = queues_[place];
    if (lane_of(kChannels[place]) != lane || queue.empty()) continue;
    Item item = std::move(queue.front());
    queue.pop_front();
    bytes_ -= cost_of(item);
    return item;
  }
  return std::nullopt;
}

void Outbox::clear() {
  for (auto& queue : queues_) queue.clear();
  bytes_ = 0;
}

}  // namespace hansatsu::net
