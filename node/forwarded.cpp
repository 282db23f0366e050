#include "node/forwarded.h"

namespace hansatsu::node {

Result<std::vector<block::TransactionPointer>, ForwardedError> parse_forwarded(const Hash& chain_id,
                                                                               ByteView list) {
  if (list.empty()) return Err{ForwardedError::empty};
  std::vector<block::TransactionPointer> transactions;
  Decoder decoder{list};
  while (!decoder.at_end()) {
    std::uint32_t length = 0;
    decoder(length);
    const ByteView one = decoder.raw(length);
    if (decoder.failed()) return Err{ForwardedError::malformed};
    auto parsed = block::ParsedTransaction::parse(chain_id, Bytes{one.begin(), one.end()});
    if (!parsed) return Err{ForwardedError::malformed_transaction};
    transactions.push_back(std::make_shared<const block::ParsedTransaction>(*std::move(parsed)));
  }
  return transactions;
}

Bytes encode_forwarded(std::span<const block::TransactionPointer> transactions) {
  Encoder encoder;
  for (const block::TransactionPointer& transaction : transactions) {
    encoder(static_cast<std::uint32_t>(transaction->bytes().size()));
    encoder.raw(transaction->bytes());
  }
  return encoder.take();
}

}  // namespace hansatsu::node
