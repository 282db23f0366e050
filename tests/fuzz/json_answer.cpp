#include "rpc/json/answers.h"
#include "rpc/json/json.h"

using namespace hansatsu;

namespace {

template <class T>
void read_as(std::string_view text) {
  const auto value = rpc::from_json<T>(text);
  if (!value) return;
  const auto again = rpc::from_json<T>(rpc::to_json(*value, UtcOffset{540}));
  ASSERT(again && *again == *value);
}

}  // namespace

/// A node's answer as a wallet reads it, which trusts no node: the first byte says of what.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = as_text({data + 1, size - 1});
  switch (data[0]) {
    case 's':
      read_as<rpc::NodeStatus>(text);
      break;
    case 'a':
      read_as<rpc::AccountAnswer>(text);
      break;
    case 't':
      read_as<rpc::ProvenTransaction>(text);
      break;
    case 'b':
      read_as<rpc::BlockRecord>(text);
      break;
    default:
      break;
  }
  return 0;
}
