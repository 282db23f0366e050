#include "ledger/block/body.h"

using namespace hansatsu;

/// A proposed block's body. What is read encodes to the same bytes, within the charter's limits.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const state::ChainLimits limits;
  const auto bytes = std::make_shared<const Bytes>(data, data + size);
  const auto body = block::decode_body(Hash{}, limits, bytes);
  if (!body) return 0;
  ASSERT(body->transactions.size() <= limits.block_transactions && size <= limits.block_bytes);
  ASSERT(block::encode_body(*body) == *bytes);
  return 0;
}
