#pragma once

#include "consensus/records.h"
#include "node/log/format.h"

/// How consensus' durable records stand in the log. Source: docs/protocol/log.md "Records".
namespace hansatsu::node {

/// DO NOT RENUMBER.
enum class RecordKind : std::uint8_t { block = 1, vote = 2, certificate = 3 };

[[nodiscard]] log::Record to_log(const consensus::Record& record);
/// Absent for an unknown kind or malformed bytes.
[[nodiscard]] std::optional<consensus::Record> from_log(const log::Record& record);

}  // namespace hansatsu::node
