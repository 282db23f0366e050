#include "ledger/types/codec.h"

#include FUZZED_HEADER

/// One value has one encoding: whatever decodes must encode to the bytes it came from.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const hansatsu::ByteView bytes{data, size};
  const auto value = hansatsu::decode<FUZZED_TYPE>(bytes);
  if (!value) return 0;
  const hansatsu::Bytes again = hansatsu::encode(*value);
  ASSERT(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
  return 0;
}
