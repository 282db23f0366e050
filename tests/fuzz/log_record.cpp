#include "node/log/records.h"

using namespace hansatsu;

/// What stands in a log's group under a kind: a block, a vote or a certificate, in one form only.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  log::Record record;
  record.kind = data[0];
  record.bytes.assign(data + 1, data + size);
  const auto value = log::from_record(record);
  if (!value) return 0;
  const log::Record again = log::to_record(*value);
  ASSERT(again.kind == record.kind && again.bytes == record.bytes);
  return 0;
}
