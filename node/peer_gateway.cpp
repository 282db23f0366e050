#include "node/peer_gateway.h"

namespace hansatsu::node {
namespace {

/// One newest Status is enough; no other kind is ever superseded as a whole.
constexpr std::uint64_t kStatusKey = 1;

net::Message encoded(const consensus::Message& message) {
  return std::make_shared<const Bytes>(consensus::encode_message(message));
}

struct ChannelOf {
  net::Channel operator()(const consensus::Vote&) const { return net::Channel::vote; }
  net::Channel operator()(const consensus::Certificate&) const { return net::Channel::certificate; }
  net::Channel operator()(const consensus::Proposal&) const { return net::Channel::proposal; }
  net::Channel operator()(const consensus::Status&) const { return net::Channel::status; }
  net::Channel operator()(const consensus::Request&) const { return net::Channel::request; }
  net::Channel operator()(const consensus::Block&) const { return net::Channel::body; }
  net::Channel operator()(const consensus::Response&) const { return net::Channel::answer; }
};

}  // namespace

net::Channel channel_of(const consensus::Message& message) {
  return std::visit(ChannelOf{}, message);
}

std::uint64_t coalesce_key_of(const consensus::Message& message) {
  return std::holds_alternative<consensus::Status>(message) ? kStatusKey : 0;
}

std::optional<consensus::Message> decode_from(net::Channel channel, ByteView bytes) {
  auto message = consensus::decode_message(bytes);
  if (!message || channel_of(*message) != channel) return std::nullopt;
  return std::move(*message);
}

void send_message(net::PeerNetwork& network, ValidatorIndex to, const consensus::Message& message) {
  network.send(to, channel_of(message), encoded(message), coalesce_key_of(message));
}

void broadcast_message(net::PeerNetwork& network, const consensus::Message& message,
                       std::optional<ValidatorIndex> except, std::uint32_t validators,
                       ValidatorIndex self) {
  const net::Message bytes = encoded(message);
  for (std::uint32_t i = 0; i < validators; ++i) {
    const ValidatorIndex peer{static_cast<std::uint8_t>(i)};
    if (peer == self || peer == except) continue;
    network.send(peer, channel_of(message), bytes, coalesce_key_of(message));
  }
}

}  // namespace hansatsu::node
