#include "consensus/messages.h"

/// Whatever another validator sends: a vote, certificate, proposal, status, request, block,
/// response.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const hansatsu::ByteView bytes{data, size};
  const auto message = hansatsu::consensus::decode_message(bytes);
  if (!message) return 0;
  const hansatsu::Bytes again = hansatsu::consensus::encode_message(*message);
  ASSERT(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
  return 0;
}
