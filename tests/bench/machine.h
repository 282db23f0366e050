#pragma once

#include <cstdint>
#include <string>

namespace bench {

/// What it ran on: figures of other machines compare by their ratios only.
struct Machine {
  std::uint32_t cores = 0;
  std::string processor;  ///< as the kernel names it
};
[[nodiscard]] Machine this_machine();

}  // namespace bench
