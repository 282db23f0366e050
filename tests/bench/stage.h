#pragma once

#include "tests/bench/bench.h"
#include "wallet/town/desk.h"

namespace bench {

/// A founded town with its validators running and its people there.
struct Stage {
  Validators validators;
  town::Desk desk;
  double rss_bytes_per_account = 0;  ///< see Figures
};
[[nodiscard]] Attempt<Stage> set_stage(const Options& options);

}  // namespace bench
