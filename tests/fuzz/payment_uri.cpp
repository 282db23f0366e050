#include "rpc/client/payment_uri.h"

#include "ledger/types/assert.h"

using namespace hansatsu;

/// Whatever a QR may hold. What is understood can be shown again and read as the same request.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto request = rpc::parse_payment_uri(as_text({data, size}));
  if (!request) return 0;
  const auto again = rpc::parse_payment_uri(rpc::to_uri(*request));
  ASSERT(again && *again == *request);
  return 0;
}
