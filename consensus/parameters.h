#pragma once

#include "consensus/time.h"

namespace hansatsu::consensus {

/// What the charter says about time, the same for all validators of a chain.
struct Parameters {
  Duration message_delay = std::chrono::milliseconds{15};  ///< the delay to plan for
  Duration sync_delay = std::chrono::milliseconds{5};      ///< the slowest log sync to plan for
  Duration heartbeat = std::chrono::hours{1};              ///< an empty block this often; 0 = never
};

/// What follows from Parameters. Source: docs/protocol/consensus.md "Parameters".
struct Timing {
  explicit Timing(const Parameters& parameters);

  Duration leader;      ///< T_lead at k = 0
  Duration tail;        ///< T_tail for a leader; others wait half as long again
  Duration retransmit;  ///< T_rtx, first
  Duration body_grace;  ///< a pushed body may still be on its way
  Duration heartbeat;   ///< T_hb for a leader; others wait a quarter longer
};

inline constexpr Duration kTimeoutMax = std::chrono::seconds{10};
inline constexpr Duration kRetransmitMax = std::chrono::seconds{2};
inline constexpr Duration kHelpInterval = std::chrono::milliseconds{100};  ///< T_help
inline constexpr Duration kStall = std::chrono::seconds{1};                ///< T_stall
inline constexpr Duration kSkip = std::chrono::seconds{3};                 ///< T_skip
inline constexpr Duration kFetchFirst = std::chrono::milliseconds{100};
inline constexpr Duration kFetchMax = std::chrono::seconds{2};
inline constexpr Duration kStatusActive = std::chrono::seconds{1};
inline constexpr Duration kStatusIdle = std::chrono::seconds{5};
/// A live peer is heard at Status's idle pace; silence is T_skip beyond that.
inline constexpr Duration kSilence = kStatusIdle + kSkip;
inline constexpr Duration kLazyFlush = std::chrono::seconds{1};
/// A block's time may differ this much from a voter's clock.
inline constexpr std::uint64_t kTimelyMs = 2'000;

inline constexpr std::uint64_t kWindowBehind = 64;  ///< views below last_final
inline constexpr std::uint64_t kWindowAhead = 4;    ///< views above cur
inline constexpr std::uint64_t kDepthMax = 8;       ///< unfinalized blocks with content
inline constexpr std::uint64_t kLagMax = 8;         ///< blocks behind before sync mode
inline constexpr std::size_t kViewsMax = 1024;      ///< views whose certificates stay in memory
inline constexpr std::uint32_t kCalmFinalizations = 16;  ///< in a row, before k falls by one
/// A leader's final block earns it 1; a view it led that was given up costs it, and lengthens the
/// timeouts only as long as it can pay: who fails more than once in five turns does so by itself.
inline constexpr std::uint32_t kCreditMax = 16;
inline constexpr std::uint32_t kCreditOfView = 4;
inline constexpr std::size_t kHelpObjectsMax = 64;  ///< in one answer or rebroadcast
inline constexpr std::size_t kPersistsMax = 64;     ///< waiting for the disk; then no vote is cast
inline constexpr std::size_t kLazyMax = 64;         ///< records before they are written alone
inline constexpr std::size_t kOutstandingMax = 16;  ///< requests in all
inline constexpr std::size_t kOutstandingPerPeer = 2;

/// base * 1.5^k, never above kTimeoutMax.
[[nodiscard]] Duration grown(Duration base, std::uint32_t k);

}  // namespace hansatsu::consensus
