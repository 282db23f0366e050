#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hansatsu::net {

/// Each pair of nodes holds one connection a lane, so that a body never delays a vote.
/// On the wire: DO NOT RENUMBER.
enum class Lane : std::uint8_t { consensus = 1, bulk = 2 };
[[nodiscard]] constexpr bool known(Lane lane) {
  return lane == Lane::consensus || lane == Lane::bulk;
}
inline constexpr std::array kLanes{Lane::consensus, Lane::bulk};
[[nodiscard]] constexpr std::size_t place_of(Lane lane) { return lane == Lane::bulk ? 1 : 0; }

/// What a message is about; it decides the lane, the largest size and the rate. The network never
/// looks into a message. Lower numbers of a lane are sent first and dropped last.
/// On the wire: DO NOT RENUMBER.
enum class Channel : std::uint8_t {
  ping = 0,         ///< the network's own; empty, on either lane
  vote = 1,         ///< one vote
  certificate = 2,  ///< one certificate
  proposal = 3,     ///< header, the leader's vote, justification
  status = 4,       ///< Status and its answers
  request = 5,      ///< asks for a certificate, block or range: small, and an answer waits for it
  body = 16,        ///< one block's body
  answer = 17,      ///< what a request asked for
  transactions = 18,
};
inline constexpr std::array kChannels{Channel::vote,   Channel::certificate, Channel::proposal,
                                      Channel::status, Channel::request,     Channel::body,
                                      Channel::answer, Channel::transactions};
inline constexpr std::size_t kChannelCount = kChannels.size();

[[nodiscard]] constexpr bool known(Channel channel) {
  return channel <= Channel::request ||
         (channel >= Channel::body && channel <= Channel::transactions);
}
/// Requires: not ping, which belongs to both.
[[nodiscard]] constexpr Lane lane_of(Channel channel) {
  return channel < Channel::body ? Lane::consensus : Lane::bulk;
}
[[nodiscard]] constexpr bool travels_on(Channel channel, Lane lane) {
  return channel == Channel::ping || lane_of(channel) == lane;
}
/// Place in kChannels. Requires: known and not ping.
[[nodiscard]] constexpr std::size_t place_of(Channel channel) {
  const auto number = static_cast<std::size_t>(channel);
  return channel < Channel::body ? number - 1 : number - 16 + 5;
}

/// Largest message, checked against the announced length before anything is allocated.
[[nodiscard]] constexpr std::uint32_t message_bytes_max(Channel channel) {
  switch (channel) {
    case Channel::ping:
      return 0;
    case Channel::vote:
      return 128;
    case Channel::certificate:
      return 2 * 1'024;
    case Channel::proposal:
      return 48 * 1'024;
    case Channel::status:
      return 4 * 1'024;
    case Channel::request:
      return 1'024;
    case Channel::body:
      return 1'024 * 1'024 + 64 * 1'024;  // a full block and its header
    case Channel::answer:
      return 1'024 * 1'024 + 512 * 1'024;  // a full block, its proof and the headers up to it
    case Channel::transactions:
      return 256 * 1'024;
  }
  return 0;
}

}  // namespace hansatsu::net
