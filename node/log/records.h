#pragma once

#include "consensus/records.h"
#include "node/log/format.h"

/// What the engine keeps, as records of the log. Source: docs/protocol/log.md "Records".
namespace hansatsu::log {

/// Record::kind. On disk: DO NOT RENUMBER.
enum class RecordKind : std::uint8_t {
  block = 1,        ///< header and body
  vote = 2,         ///< of this validator
  certificate = 3,  ///< of any kind, any view
};
constexpr bool known(RecordKind kind) {
  return kind >= RecordKind::block && kind <= RecordKind::certificate;
}

/// Cost: a copy of a block's body.
[[nodiscard]] Record to_record(const consensus::Record& record);
/// Errors: malformed, for another kind or bytes that are not its canonical form. The log's hashes
/// held, so this is a bug or a newer program, not damage.
[[nodiscard]] Result<consensus::Record, DecodeError> from_record(const Record& record);

/// The view a record is about.
[[nodiscard]] View view_of(const consensus::Record& record);

}  // namespace hansatsu::log
