#include "consensus/messages.h"

#include <utility>

namespace hansatsu::consensus {
namespace {

template <class T>
constexpr std::size_t bytes_max() {
  if constexpr (std::same_as<T, Vote>) return kVoteBytesMax;
  if constexpr (std::same_as<T, Certificate>) return kCertificateBytesMax;
  if constexpr (std::same_as<T, Proposal>) return kProposalBytesMax;
  if constexpr (std::same_as<T, Status>) return kStatusBytesMax;
  if constexpr (std::same_as<T, Request>) return kRequestBytesMax;
  return kBulkBytesMax;
}

/// Reads alternative `index` of a variant; an index beyond its end is malformed.
template <class Variant, std::size_t I = 0>
void get_alternative(Decoder& decoder, std::size_t index, Variant& value) {
  if constexpr (I == std::variant_size_v<Variant>) {
    decoder.require(false);
  } else if (index == I) {
    decoder(value.template emplace<I>());
  } else {
    get_alternative<Variant, I + 1>(decoder, index, value);
  }
}
template <class Variant, std::size_t I = 0>
std::size_t alternative_bytes_max(std::size_t index) {
  if constexpr (I == std::variant_size_v<Variant>) {
    return 0;
  } else {
    return index == I ? bytes_max<std::variant_alternative_t<I, Variant>>()
                      : alternative_bytes_max<Variant, I + 1>(index);
  }
}

}  // namespace

template <class C, FieldsOf<Absent> A>
void fields(C&, A&) {}

template <class C, FieldsOf<Response> R>
void fields(C& c, R& response) {
  c(response.id);
  if constexpr (C::kDecodes) {
    std::uint8_t index = 0;
    c(index);
    get_alternative(c, index, response.answer);
  } else {
    c(static_cast<std::uint8_t>(response.answer.index()));
    std::visit([&](const auto& answer) { c(answer); }, response.answer);
  }
}

Hash status_message(const chain::EpochContext& context, const Status& status) {
  Encoder encoder;
  encoder(context);
  signed_fields(encoder, status);
  return hash(HashTag::peer_status, encoder.view());
}

Lane lane_of(const Message& message) {
  if (std::holds_alternative<Block>(message)) return Lane::bulk;
  const auto* response = std::get_if<Response>(&message);
  const bool small = response == nullptr || std::holds_alternative<Absent>(response->answer) ||
                     std::holds_alternative<Certificate>(response->answer);
  return small ? Lane::consensus : Lane::bulk;
}

std::size_t message_bytes_max(Lane lane) {
  return lane == Lane::consensus ? kProposalBytesMax : kBulkBytesMax;
}

Bytes encode_message(const Message& message) {
  Encoder encoder;
  if (const auto* block = std::get_if<Block>(&message)) {
    encoder.reserve(block->body->size() + Header::kEncodedBytes + 8);
  }
  encoder(static_cast<std::uint8_t>(message.index() + 1));
  std::visit([&](const auto& content) { encoder(content); }, message);
  return encoder.take();
}

Result<Message, DecodeError> decode_message(ByteView bytes) {
  if (bytes.empty() || bytes[0] == 0) return Err{DecodeError::malformed};
  const std::size_t index = bytes[0] - std::size_t{1};
  if (bytes.size() > alternative_bytes_max<Message>(index)) return Err{DecodeError::malformed};
  Decoder decoder{bytes.subspan(1)};
  Message message;
  get_alternative(decoder, index, message);
  if (decoder.failed() || !decoder.at_end()) return Err{DecodeError::malformed};
  return message;
}

}  // namespace hansatsu::consensus
