#include "node/log/records.h"

namespace hansatsu::log {
namespace {

template <class T>
Result<consensus::Record, DecodeError> decoded(ByteView bytes) {
  auto value = decode<T>(bytes);
  if (!value) return Err{value.error()};
  return consensus::Record{*std::move(value)};
}

constexpr RecordKind kind_of(const consensus::Block& /*value*/) { return RecordKind::block; }
constexpr RecordKind kind_of(const consensus::Vote& /*value*/) { return RecordKind::vote; }
constexpr RecordKind kind_of(const consensus::Certificate& /*value*/) {
  return RecordKind::certificate;
}

}  // namespace

Record to_record(const consensus::Record& record) {
  return std::visit(
      [](const auto& value) {
        return Record{static_cast<std::uint8_t>(kind_of(value)), encode(value)};
      },
      record);
}

Result<consensus::Record, DecodeError> from_record(const Record& record) {
  const auto kind = static_cast<RecordKind>(record.kind);
  if (!known(kind)) return Err{DecodeError::malformed};
  switch (kind) {
    case RecordKind::block:
      return decoded<consensus::Block>(record.bytes);
    case RecordKind::vote:
      return decoded<consensus::Vote>(record.bytes);
    case RecordKind::certificate:
      return decoded<consensus::Certificate>(record.bytes);
  }
  return Err{DecodeError::malformed};
}

View view_of(const consensus::Record& record) {
  if (const auto* block = std::get_if<consensus::Block>(&record)) return block->header.view;
  if (const auto* vote = std::get_if<consensus::Vote>(&record)) return vote->ballot.view;
  return std::get<consensus::Certificate>(record).ballot.view;
}

}  // namespace hansatsu::log
