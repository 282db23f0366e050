#pragma once

#include "wallet/town/town_files.h"

namespace hansatsu::town {

struct FoundOptions {
  Path dir;
  Path example;    ///< charter.json, programs.json, shops.csv, town.toml
  Path hansatsud;  ///< the program that makes validators' keys and logs
  std::uint32_t validators = 4;
};

/// Founds a town: validators with keys and ports of their own, staff, shops' and residents' keys,
/// the charter that names them, and each validator's empty chain. town.json is written last: until
/// it is there, no town is, and what an interrupted founding left is cleared away.
/// The value is a sentence that says what was founded.
[[nodiscard]] Attempt<std::string> found(const FoundOptions& options);

}  // namespace hansatsu::town
