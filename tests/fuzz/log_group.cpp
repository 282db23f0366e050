#include "ledger/crypto/hash.h"
#include "node/log/format.h"

using namespace hansatsu;

namespace {

/// The body's hash as docs/protocol/log.md has it, so that the bytes behind it are looked at.
Hash body_hash(const log::Identity& identity, ByteView body) {
  const std::uint8_t role = 3;
  return Hasher{HashTag::log_group}.add(ByteView{&role, 1}).add(identity.salt).add(body).finish();
}

void read_body(ByteView payload, std::uint32_t records) {
  const log::Identity identity;
  log::GroupHeader header;
  header.sequence = 1;
  header.payload_bytes = static_cast<std::uint32_t>(payload.size());
  header.records = records;
  Bytes group(log::padded_bytes(header.payload_bytes));
  std::copy(payload.begin(), payload.end(), group.begin() + log::kGroupHeaderBytes);
  header.body = body_hash(identity, ByteView{group}.subspan(log::kGroupHeaderBytes));
  const auto decoded = log::decode_records(header, identity, group);
  if (!decoded || decoded->empty()) return;
  const auto again = log::encode_group(identity, 1, Hash{}, *decoded);
  ASSERT(again && again->header.body == header.body);
}

}  // namespace

/// Bytes of a disk: as the head of a segment, as a group's header, and as a group's records under
/// a hash made to fit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes{data, size};
  if (size >= log::kBoundaryBytes) {
    const auto head = log::decode_segment_header(bytes.first(log::kBoundaryBytes));
    if (head && head->version == log::kLogVersion) {
      const Bytes again = log::encode_segment_header(*head);
      ASSERT(std::equal(again.begin(), again.end(), bytes.begin()));
    }
  }
  if (size >= log::kGroupHeaderBytes) {
    (void)log::decode_group_header(log::Identity{}, bytes);
  }
  if (size >= 1 && size <= log::kGroupPayloadMax) read_body(bytes.subspan(1), bytes[0]);
  return 0;
}
