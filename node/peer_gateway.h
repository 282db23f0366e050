#pragma once

#include <functional>

#include "consensus/verify.h"
#include "node/net/peer_network.h"

/// Between consensus' messages and the network's bytes.
namespace hansatsu::node {

[[nodiscard]] net::Channel channel_of(const consensus::Message& message);
/// What waits in a full outbox is replaced by a newer message of the same key; 0 = never.
[[nodiscard]] std::uint64_t coalesce_key_of(const consensus::Message& message);

/// Absent when the bytes are no message, or one that does not belong on the channel: the sender's
/// fault either way.
[[nodiscard]] std::optional<consensus::Message> decode_from(net::Channel channel, ByteView bytes);

void send_message(net::PeerNetwork& network, ValidatorIndex to, const consensus::Message& message);
void broadcast_message(net::PeerNetwork& network, const consensus::Message& message,
                       std::optional<ValidatorIndex> except, std::uint32_t validators,
                       ValidatorIndex self);

}  // namespace hansatsu::node
