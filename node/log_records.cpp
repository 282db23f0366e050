#include "node/log_records.h"

namespace hansatsu::node {
namespace {

RecordKind kind_of(const consensus::Record& record) {
  if (std::holds_alternative<consensus::Block>(record)) return RecordKind::block;
  if (std::holds_alternative<consensus::Vote>(record)) return RecordKind::vote;
  return RecordKind::certificate;
}

template <class T>
std::optional<consensus::Record> decoded(ByteView bytes) {
  auto value = decode<T>(bytes);
  if (!value) return std::nullopt;
  return consensus::Record{std::move(*value)};
}

}  // namespace

log::Record to_log(const consensus::Record& record) {
  Encoder encoder;
  if (const auto* block = std::get_if<consensus::Block>(&record)) {
    encoder.reserve(consensus::Header::kEncodedBytes + block->body->size() + sizeof(std::uint32_t));
  }
  std::visit([&encoder](const auto& value) { encoder(value); }, record);
  return {static_cast<std::uint8_t>(kind_of(record)), encoder.take()};
}

std::optional<consensus::Record> from_log(const log::Record& record) {
  switch (static_cast<RecordKind>(record.kind)) {
    case RecordKind::block:
      return decoded<consensus::Block>(record.bytes);
    case RecordKind::vote:
      return decoded<consensus::Vote>(record.bytes);
    case RecordKind::certificate:
      return decoded<consensus::Certificate>(record.bytes);
  }
  return std::nullopt;
}

}  // namespace hansatsu::node
