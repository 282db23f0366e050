#pragma once

#include "ledger/types/date.h"

namespace hansatsu::rpc {

/// "2026-11-20T12:34:56.789+09:00": RFC 3339 with seconds and, if wanted, up to nine decimals (cut
/// to milliseconds), and "Z" or an offset. Absent for anything else, years outside 1970..9999 and
/// times before 1970.
[[nodiscard]] std::optional<Timestamp> parse_time(std::string_view text);

/// "Fri, 20 Nov 2026 03:34:56 GMT": the form of HTTP's Date header (RFC 9110 5.6.7).
[[nodiscard]] std::string to_http_date(Timestamp time);
[[nodiscard]] std::optional<Timestamp> parse_http_date(std::string_view text);

}  // namespace hansatsu::rpc
