#include "ledger/types/account_number.h"

#include "ledger/types/bytes.h"

/// People type a number in many ways; what is accepted prints as a number that reads back the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto account = hansatsu::parse_account_number(hansatsu::as_text({data, size}));
  if (!account) return 0;
  const auto again = hansatsu::parse_account_number(hansatsu::to_account_number(*account));
  ASSERT(again.has_value() && *again == *account);
  return 0;
}
