#include "node/forwarded.h"

using namespace hansatsu;

/// Payments as a peer forwards them. What is taken encodes to the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView list{data, size};
  const auto transactions = node::parse_forwarded(Hash{}, list);
  if (!transactions) {
    ASSERT((transactions.error() == node::ForwardedError::empty) == list.empty());
    return 0;
  }
  std::size_t bytes = 0;
  for (const block::TransactionPointer& transaction : *transactions) {
    ASSERT(transaction->bytes().size() <= block::kTransactionBytesMax);
    bytes += sizeof(std::uint32_t) + transaction->bytes().size();
  }
  ASSERT(bytes == size);
  const Bytes again = node::encode_forwarded(*transactions);
  ASSERT(std::equal(again.begin(), again.end(), list.begin(), list.end()));
  return 0;
}
