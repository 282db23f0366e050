#pragma once

#include <cstring>

#include "ledger/types/bytes.h"

namespace hansatsu::store {

/// For unordered containers. Hashes are uniform already: their first bytes are a hash value.
struct HashOfHash {
  std::size_t operator()(const Hash& hash) const {
    std::size_t value = 0;
    std::memcpy(&value, hash.bytes.data(), sizeof value);
    return value;
  }
};

}  // namespace hansatsu::store
