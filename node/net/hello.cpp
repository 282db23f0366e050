#include "node/net/hello.h"

namespace hansatsu::net {

Hash hello_message(const Hello& hello, Side side, const ChannelBinding& binding) {
  Encoder encoder;
  encoder(hello.version_min, hello.version_max, hello.peer_kind, hello.lane, hello.chain_id,
          hello.epoch, hello.last_final, side, binding);
  return hash(HashTag::peer_hello, encoder.view());
}

Hello sign_hello(Hello unsigned_hello, Side side, const ChannelBinding& binding,
                 const KeyPair& key) {
  unsigned_hello.signature = key.sign(hello_message(unsigned_hello, side, binding));
  return unsigned_hello;
}

Result<void, HelloError> check_hello(const Hello& hello, const HelloExpectation& expected) {
  const bool common =
      hello.version_min <= kProtocolVersion && hello.version_max >= kProtocolVersion;
  if (!common) return Err{HelloError::no_common_version};
  if (hello.chain_id != expected.chain_id) return Err{HelloError::wrong_chain};
  if (expected.lane && hello.lane != *expected.lane) return Err{HelloError::wrong_lane};
  const Hash message = hello_message(hello, expected.side, expected.binding);
  if (!verify(expected.validator_key, message, hello.signature))
    return Err{HelloError::bad_signature};
  return {};
}

}  // namespace hansatsu::net
