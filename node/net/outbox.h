#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "ledger/types/bytes.h"
#include "node/net/channel.h"

namespace hansatsu::net {

/// A message's bytes, shared between the peers it goes to and never changed.
using Message = std::shared_ptr<const Bytes>;

/// What waits to be sent to one peer. Bounded; never blocks. Pure: no clock, no socket, no lock.
/// Counted against the bound: each message's bytes and kOverheadBytes.
class Outbox {
 public:
  static constexpr std::size_t kOverheadBytes = 64;

  struct Item {
    Channel channel = Channel::ping;
    std::uint64_t coalesce_key = 0;
    Message message;
  };

  explicit Outbox(std::size_t bytes_max) : bytes_max_{bytes_max} {}

  /// Queues a message. A non-zero `coalesce_key` replaces what still waits on that channel under
  /// the same key. When full, waiting bulk messages make room for the consensus lane, least
  /// important channel first, oldest first; a message that still finds no room is itself dropped.
  /// False when it was dropped. Cost: O(1), or O(queued) where something is replaced or dropped.
  bool push(Item item);

  /// The most important waiting message of a lane, oldest first within a channel.
  [[nodiscard]] std::optional<Item> pop(Lane lane);

  void clear();
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  [[nodiscard]] bool replace_waiting(const Item& item);
  void make_room(std::size_t wanted_bytes);
  static std::size_t cost_of(const Item& item) { return item.message->size() + kOverheadBytes; }

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::array<std::deque<Item>, kChannelCount> queues_;
};

}  // namespace hansatsu::net
