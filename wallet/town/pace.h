#pragma once

#include "wallet/town/people.h"

namespace hansatsu::town {

struct PaceOptions {
  std::uint32_t rate = 50;  ///< payments a second, begun at even moments whatever is still open
  std::uint32_t seconds = 20;
};

/// Pays at a steady rate and measures each payment from the moment it was due to its receipt.
/// Prints p50, p99 and the worst; true when every payment had a final answer.
[[nodiscard]] Attempt<bool> pace(Desk& desk, const PaceOptions& options);

}  // namespace hansatsu::town
