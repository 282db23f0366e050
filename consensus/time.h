#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>

#include "ledger/types/date.h"

namespace hansatsu::consensus {

using Duration = std::chrono::nanoseconds;

/// A moment on the node's own monotonic clock, in nanoseconds from any fixed start. Never sent,
/// never stored.
struct Instant {
  std::int64_t ns = 0;
  constexpr auto operator<=>(const Instant&) const = default;
  static constexpr Instant never() { return {std::numeric_limits<std::int64_t>::max()}; }
};
/// Saturates at `never`: a deadline beyond the clock's range does not come.
[[nodiscard]] constexpr Instant operator+(Instant at, Duration span) {
  const std::int64_t room = Instant::never().ns - (at.ns > 0 ? at.ns : 0);
  return span.count() > room ? Instant::never() : Instant{at.ns + span.count()};
}
[[nodiscard]] constexpr Duration operator-(Instant later, Instant earlier) {
  return Duration{later.ns - earlier.ns};
}

/// What the clocks said when an input was handed in. The wall clock decides nothing but whether a
/// proposal is timely and what time a block of ours gets (docs/protocol/consensus.md A3, A4).
struct Now {
  Instant monotonic;
  Timestamp utc;
};

}  // namespace hansatsu::consensus
