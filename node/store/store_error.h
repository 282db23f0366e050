#pragma once

#include <leveldb/status.h>

#include <cstdint>

namespace hansatsu::store {

/// Our own disk's fault, never a caller's. The node stops on each; what is corrupt or missing here
/// can be made again from the log (destroy_store, then replay).
enum class StoreError : std::uint8_t {
  io = 1,       ///< reading or writing failed, or another process holds the folder
  corrupt = 2,  ///< bytes that can't be what was written, or something that must be there is not
  foreign = 3,  ///< the store of another chain
};

[[nodiscard]] inline StoreError store_error(const leveldb::Status& status) {
  return status.IsCorruption() ? StoreError::corrupt : StoreError::io;
}

}  // namespace hansatsu::store
