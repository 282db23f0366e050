#pragma once

#include <algorithm>
#include <chrono>

#include "ledger/types/date.h"

namespace hansatsu::rpc {

/// What this machine's clock says; one before 1970 says 1970. It may be wrong, and it may go back.
[[nodiscard]] inline Timestamp machine_time() {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  return Timestamp{static_cast<std::uint64_t>(std::max<std::int64_t>(since.count(), 0))};
}

}  // namespace hansatsu::rpc
