#pragma once

#include <string>
#include <vector>

#include "ledger/types/bytes.h"

namespace hansatsu::vectors {

/// A value's encoding, for tests/vectors/encoding.json and as a seed for the fuzz target `type`.
struct Sample {
  std::string type;  ///< the fuzz target's name
  std::string name;  ///< unique within the type
  std::string what;  ///< one sentence
  Bytes bytes;
  std::string pieces;     ///< the same in hex, with a space after every plain value and count
  std::string hash_name;  ///< what the hash beside it is, empty for none
  Hash hash;
};

/// Every field of every sample has a value of its own, so that two swapped fields show.
[[nodiscard]] std::vector<Sample> samples();

}  // namespace hansatsu::vectors
