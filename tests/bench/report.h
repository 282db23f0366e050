#pragma once

#include <iosfwd>

#include "tests/bench/bench.h"

namespace bench {

/// One JSON object; its members are what docs/performance.md says.
[[nodiscard]] std::string to_json(const Figures& figures);
/// The same for people.
void print(std::ostream& out, const Figures& figures);

}  // namespace bench
