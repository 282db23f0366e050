#pragma once

#include <array>

#include "node/net/channel.h"
#include "node/net/rate_limits.h"

namespace hansatsu::net {

/// What happens to a message over its channel's rate.
enum class Excess : std::uint8_t {
  wait,  ///< the lane is read on only when the rate allows: TCP pushes back, nothing is lost
  drop,  ///< the message is left unread: its sender repeats it anyway
};

struct ChannelRate {
  Rate messages;
  Excess excess = Excess::wait;
};

/// Every bound of the peer network, with the values of docs/protocol/peers.md "Bounds".
struct NetworkLimits {
  HandshakeLimits handshakes;
  milliseconds handshake_max{3'000};  ///< from accept or dial to the other's Hello
  RedialLimits redial;
  BanLimits bans;
  /// Head start of the smaller key's dial, so that double dials are rare.
  milliseconds second_dial_delay{250};

  milliseconds ping_interval{1'000};  ///< sent when nothing else was
  milliseconds dead_after{5'000};     ///< nothing heard
  milliseconds write_stall_max{10'000};
  milliseconds overload_max{30'000};  ///< longest a lane waits for this node to take its messages

  std::size_t send_bytes_max = 8U << 20U;  ///< a peer, both lanes
  /// Received and not yet released, a peer and lane; with the two read buffers below 2 MiB.
  std::array<std::size_t, 2> receive_bytes_max{192U << 10U, 1'728U << 10U};
  std::array<Rate, 2> lane_bytes{Rate{8U << 20U, 2U << 20U}, Rate{32U << 20U, 8U << 20U}};

  /// In the order of kChannels.
  std::array<ChannelRate, kChannelCount> channels{
      ChannelRate{{2'000, 512}, Excess::wait},     // vote
      ChannelRate{{2'000, 512}, Excess::wait},     // certificate: two a view, as votes
      ChannelRate{{400, 64}, Excess::wait},        // proposal
      ChannelRate{{5, 16}, Excess::drop},          // status
      ChannelRate{{20, 32}, Excess::drop},         // request
      ChannelRate{{400, 64}, Excess::wait},        // body
      ChannelRate{{500, 128}, Excess::wait},       // answer
      ChannelRate{{20'000, 4'096}, Excess::wait},  // transactions
  };
};

}  // namespace hansatsu::net
