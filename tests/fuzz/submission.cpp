#include "rpc/http/submission.h"

using namespace hansatsu;

/// A batch of transactions, binary or as JSON, and a node's answers as the client reads them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  if (const auto batch = rpc::decode_batch(text)) {
    ASSERT(!batch->empty() && batch->size() <= rpc::kBatchMax);
    ASSERT(rpc::encode_batch(*batch) == text);
  }
  if (const auto batch = rpc::batch_from_json(text)) {
    ASSERT(!batch->empty() && batch->size() <= rpc::kBatchMax);
    // Of the same transactions the binary form is the shorter one; it takes them all.
    ASSERT(rpc::decode_batch(rpc::encode_batch(*batch)) == *batch);
  }
  if (const auto answers = rpc::decode_answers(text)) {
    ASSERT(rpc::decode_answers(rpc::encode_answers(*answers)).has_value());
  }
  return 0;
}
