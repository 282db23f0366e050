#include "rpc/http/message_signature.h"
#include "rpc/http/target.h"

using namespace hansatsu;

/// What a request says outside its body, line by line: target, Signature-Input, Signature.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  const std::size_t first = std::min(text.find('\n'), text.size());
  const std::string_view rest = text.substr(std::min(first + 1, text.size()));
  const std::size_t second = std::min(rest.find('\n'), rest.size());

  const auto target = rpc::parse_target(text.substr(0, first));
  if (target) {
    ASSERT(target->segments.size() <= rpc::kSegmentsMax);
    ASSERT(target->arguments.size() <= rpc::kArgumentsMax);
  }
  const auto signature =
      rpc::parse_signature(rest.substr(0, second), rest.substr(std::min(second + 1, rest.size())));
  if (signature) {
    ASSERT(signature->nonce.size() >= rpc::kNonceBytesMin);
    ASSERT(signature->nonce.size() <= rpc::kNonceBytesMax);
  }
  return 0;
}
