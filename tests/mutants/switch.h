#pragma once

#include <cstdlib>
#include <string_view>

/// Only mutated copies of sources include this; see mutants.py.
namespace hansatsu::mutants {

/// Whether this process runs as the mutant of that name.
[[nodiscard]] inline bool is_on(std::string_view name) {
  static const char* const chosen = std::getenv("HANSATSU_MUTANT");
  return chosen != nullptr && name == chosen;
}

}  // namespace hansatsu::mutants
