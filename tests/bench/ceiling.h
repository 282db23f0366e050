#pragma once

#include <chrono>
#include <cstdint>

namespace bench {

/// What signature checking alone allows: what bounds any ledger whose validators share this machine
/// and each check every signature.
struct Ceiling {
  double per_second = 0;    ///< checks by all cores together, each key parsed
  double processor_us = 0;  ///< of one core for one check, whatever else runs on the machine
};
/// Takes as many threads as the validators' workers are together: on a machine that has other work
/// to do, both get the same share of it.
[[nodiscard]] Ceiling measure_ceiling(std::uint32_t validators, std::chrono::milliseconds time);

}  // namespace bench
