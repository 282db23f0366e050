#include "node/net/rate_limits.h"

#include <algorithm>

#include "ledger/types/assert.h"

namespace hansatsu::net {

TokenBucket::TokenBucket(Rate rate, Time now)
    : rate_{rate}, thousandths_{static_cast<std::int64_t>(rate.burst) * 1'000}, filled_at_{now} {
  ASSERT(rate.per_second > 0 && rate.burst > 0);
}

void TokenBucket::refill(Time now) {
  const auto passed = std::chrono::duration_cast<milliseconds>(now - filled_at_);
  if (passed.count() <= 0) return;
  const auto full = static_cast<std::int64_t>(rate_.burst) * 1'000;
  // An hour fills any bucket; the bound keeps the product far from overflow.
  const std::int64_t counted = std::min<std::int64_t>(passed.count(), 3'600'000);
  thousandths_ =
      std::min(full, thousandths_ + counted * static_cast<std::int64_t>(rate_.per_second));
  filled_at_ += passed;
}

bool TokenBucket::has_any(Time now) {
  refill(now);
  return thousandths_ > 0;
}

bool TokenBucket::try_take(std::uint64_t units, Time now) {
  if (!has_any(now)) return false;
  thousandths_ -= static_cast<std::int64_t>(units) * 1'000;
  return true;
}

milliseconds TokenBucket::take(std::uint64_t units, Time now) {
  refill(now);
  thousandths_ -= static_cast<std::int64_t>(units) * 1'000;
  if (thousandths_ >= 0) return milliseconds{0};
  return milliseconds{-thousandths_ / static_cast<std::int64_t>(rate_.per_second) + 1};
}

HandshakeGate::HandshakeGate(HandshakeLimits limits, Time now)
    : limits_{limits}, failures_{limits.failures, now} {}

bool HandshakeGate::admit(const std::string& address, Time now) {
  if (in_flight_ >= limits_.in_flight_max || !failures_.has_any(now)) return false;
  if (callers_.size() >= kCallersMax) forget_settled(now);
  const auto known_caller = callers_.find(address);
  if (known_caller == callers_.end() && callers_.size() >= kCallersMax) return false;
  Caller& caller = callers_[address];
  if (now < caller.paused_until) return false;
  if (caller.in_flight >= limits_.in_flight_per_address_max) return false;
  ++caller.in_flight;
  ++in_flight_;
  return true;
}

void HandshakeGate::ended(const std::string& address, bool succeeded, Time now) {
  const auto found = callers_.find(address);
  ASSERT(found != callers_.end() && found->second.in_flight > 0 && in_flight_ > 0);
  --found->second.in_flight;
  --in_flight_;
  if (succeeded) {
    if (found->second.in_flight == 0 && now >= found->second.paused_until) callers_.erase(found);
    return;
  }
  found->second.paused_until = now + limits_.address_pause;
  static_cast<void>(failures_.try_take(1, now));  // already empty: strangers wait anyway
}

void HandshakeGate::forget_settled(Time now) {
  std::erase_if(callers_, [now](const auto& entry) {
    return entry.second.in_flight == 0 && now >= entry.second.paused_until;
  });
}

void BanClock::punish(Time now) {
  if (until_ != Time{}) {
    for (Time good = until_ + limits_.max; good <= now && next_ > limits_.first;
         good += limits_.max)
      next_ = std::max(next_ / 2, limits_.first);
  }
  until_ = std::max(until_, now + next_);
  next_ = std::min(next_ * 2, limits_.max);
}

milliseconds Redial::next(std::uint32_t random) {
  const milliseconds pause = next_;
  next_ = std::min(next_ * 2, limits_.max);
  const auto half = pause.count() / 2;
  return milliseconds{pause.count() - half / 2 + static_cast<std::int64_t>(random) % (half + 1)};
}

}  // namespace hansatsu::net
