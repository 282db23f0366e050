#pragma once

#include "wallet/town/town_files.h"

namespace hansatsu::town {

/// Prints each validator's state; true when all that are alive, and a quorum at least, agree.
[[nodiscard]] Attempt<bool> show_status(const Path& dir, bool as_json);

}  // namespace hansatsu::town
