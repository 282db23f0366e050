#pragma once

#include "wallet/town/desk.h"

namespace hansatsu::town {

/// Runs somebody's history of a coin through the town: opens the accounts it names, submits its
/// rows side by side in the order that matters, and proves each balance against a separate model of
/// the accepted rows. Prints what was refused and why; true when everything balances.
[[nodiscard]] Attempt<bool> replay(Desk& desk, const Path& file);

}  // namespace hansatsu::town
