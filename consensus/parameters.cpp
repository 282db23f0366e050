#include "consensus/parameters.h"

#include <algorithm>

namespace hansatsu::consensus {

Timing::Timing(const Parameters& parameters)
    : leader{3 * parameters.message_delay + std::chrono::milliseconds{20} +
             2 * parameters.sync_delay},
      tail{2 * parameters.message_delay + 4 * parameters.sync_delay},
      retransmit{std::max<Duration>(std::chrono::milliseconds{100}, 4 * parameters.message_delay)},
      body_grace{2 * parameters.message_delay},
      heartbeat{parameters.heartbeat} {}

Duration grown(Duration base, std::uint32_t k) {
  Duration value = base;
  for (std::uint32_t i = 0; i < k && value < kTimeoutMax; ++i) value += value / 2;
  return std::min(value, kTimeoutMax);
}

}  // namespace hansatsu::consensus
