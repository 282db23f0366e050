#include "rpc/json/json.h"

#include "ledger/block/transaction.h"
#include "ledger/state/charter.h"

/// A JSON text that is read can be encoded, written as JSON, and read again as the same value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hansatsu;
  const auto value = rpc::from_json<FUZZED_TYPE>(as_text({data, size}));
  if (!value) return 0;
  ASSERT(decode<FUZZED_TYPE>(encode(*value)).has_value());
  const auto again = rpc::from_json<FUZZED_TYPE>(rpc::to_json(*value, UtcOffset{540}));
  ASSERT(again && *again == *value);
  return 0;
}
