#pragma once

#include <chrono>

namespace bench {

/// What signature checking alone allows: what bounds any ledger whose validators share this machine
/// and each check every signature.
struct Ceiling {
  double per_second = 0;    ///< checks by all cores together, each key parsed
  double processor_us = 0;  ///< of one core for one check, whatever else runs on the machine
};
[[nodiscard]] Ceiling measure_ceiling(std::chrono::milliseconds time);

}  // namespace bench
