#include "rpc/json/shop_directory.h"

using namespace hansatsu;

/// The file of shops as any node may serve it. What is read is written as a file that reads the
/// same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto directory = rpc::parse_directory_file(as_text({data, size}));
  if (!directory) return 0;
  const auto again = rpc::parse_directory_file(rpc::to_directory_file(*directory, UtcOffset{540}));
  ASSERT(again && *again == *directory);
  return 0;
}
