#pragma once

#include "ledger/types/date.h"

namespace hansatsu::rpc {

/// "2026-11-20T12:34:56.789+09:00": RFC 3339 with seconds and, if wanted, up to nine decimals (cut
/// to milliseconds), and "Z" or an offset. Absent for anything else, and times outside 1970-01-01
/// .. 9999-12-30 UTC.
[[nodiscard]] std::optional<Timestamp> parse_time(std::string_view text);

/// "Fri, 20 Nov 2026 03:34:56 GMT": the form of HTTP's Date header (RFC 9110 5.6.7).
[[nodiscard]] std::string to_http_date(Timestamp time);
[[nodiscard]] std::optional<Timestamp> parse_http_date(std::string_view text);

}  // namespace hansatsu::rpc
