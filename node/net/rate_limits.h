#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

/// Bounds on what peers and strangers may make us do. Pure: the time comes in as a value.
/// Source: docs/protocol/peers.md "Bounds".
namespace hansatsu::net {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using std::chrono::milliseconds;

/// `rate` units a second, `burst` at once.
struct Rate {
  std::uint64_t per_second = 0;
  std::uint64_t burst = 0;
};

/// Units flow in at a rate and are taken out; a taker may go into debt, and waits it off. So a
/// unit larger than the burst passes too, only later.
class TokenBucket {
 public:
  TokenBucket(Rate rate, Time now);

  /// Takes `units` if none are owed; false changes nothing.
  [[nodiscard]] bool try_take(std::uint64_t units, Time now);
  /// Takes `units` in any case; how long to wait before what they paid for may go on.
  [[nodiscard]] milliseconds take(std::uint64_t units, Time now);
  [[nodiscard]] bool has_any(Time now);

 private:
  void refill(Time now);

  Rate rate_;
  std::int64_t thousandths_;  ///< of a unit; negative is debt
  Time filled_at_;
};

struct HandshakeLimits {
  std::uint32_t in_flight_max = 64;
  std::uint32_t in_flight_per_address_max = 32;  ///< two lanes of many nodes behind one address
  Rate failures{8, 8};                           ///< of all strangers together
  milliseconds address_pause{2'000};             ///< after a failure from that address
};

/// Decides which incoming connections get a handshake. Only failures are held against anyone.
class HandshakeGate {
 public:
  HandshakeGate(HandshakeLimits limits, Time now);

  /// True counts the handshake as in flight until ended().
  [[nodiscard]] bool admit(const std::string& address, Time now);
  void ended(const std::string& address, bool succeeded, Time now);
  [[nodiscard]] std::uint32_t in_flight() const { return in_flight_; }

 private:
  struct Caller {
    std::uint32_t in_flight = 0;
    Time paused_until{};
  };
  static constexpr std::size_t kCallersMax = 1'024;
  void forget_settled(Time now);

  HandshakeLimits limits_;
  TokenBucket failures_;
  std::uint32_t in_flight_ = 0;
  std::map<std::string, Caller> callers_;
};

struct BanLimits {
  milliseconds first{5'000};
  milliseconds max{600'000};
};

/// How long a misbehaving peer stays out: doubling from `first` to `max`; each `max` of good
/// behaviour halves the next one.
class BanClock {
 public:
  explicit BanClock(BanLimits limits) : limits_{limits}, next_{limits.first} {}

  void punish(Time now);
  [[nodiscard]] bool is_banned(Time now) const { return now < until_; }
  [[nodiscard]] Time until() const { return until_; }

 private:
  BanLimits limits_;
  milliseconds next_;
  Time until_{};
};

struct RedialLimits {
  milliseconds first{200};
  milliseconds max{10'000};
};

/// Pause before the next dial: doubling, with jitter of a quarter either way, so that a town that
/// comes back from a power cut does not dial in step.
class Redial {
 public:
  explicit Redial(RedialLimits limits) : limits_{limits}, next_{limits.first} {}

  /// `random` is any number; it gives the jitter.
  [[nodiscard]] milliseconds next(std::uint32_t random);
  void succeeded() { next_ = limits_.first; }

 private:
  RedialLimits limits_;
  milliseconds next_;
};

}  // namespace hansatsu::net
