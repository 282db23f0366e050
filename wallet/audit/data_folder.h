#pragma once

#include "ledger/state/charter.h"
#include "node/log/posix_disk.h"

namespace hansatsu::audit {

enum class FolderError : std::uint8_t {
  no_charter = 1,       ///< no charter.bin, or it can't be read
  damaged_charter = 2,  ///< charter.bin is no charter
  no_log = 3,           ///< no folder of the log, or it can't be read
};

/// What an audit needs of a validator's data folder; nothing in it is changed or locked.
struct DataFolder {
  state::Charter charter;
  log::PosixDisk disk;  ///< the log's
};
[[nodiscard]] Result<DataFolder, FolderError> open_data_folder(const std::string& path);
/// Of all segments together, written or not; 0 if that can't be told. For progress.
[[nodiscard]] std::uint64_t log_bytes(log::Disk& disk);

}  // namespace hansatsu::audit
