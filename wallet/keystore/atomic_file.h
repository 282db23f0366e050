#pragma once

#include <filesystem>

#include "ledger/types/bytes.h"
#include "ledger/types/result.h"

namespace hansatsu::wallet {

enum class FileError : std::uint8_t {
  not_found = 1,   ///< no such file
  exists,          ///< a new file was asked for, and one is there
  too_large,       ///< more bytes than the caller takes
  changed,         ///< another process replaced the file meanwhile
  open_to_others,  ///< a secret's file that others than its owner may read
  io,              ///< the system said no: disk, permissions, a folder that is missing
};

/// The whole file, or too_large without reading it. With `owner_only`, a file that group or others
/// may read or write is refused.
[[nodiscard]] Result<Bytes, FileError> read_file(const std::filesystem::path& path,
                                                 std::size_t bytes_max, bool owner_only = false);

/// A new file with mode 0600, whole or not at all, also through a power loss: written beside it,
/// synced, linked into place, folder synced. Errors: exists, io.
[[nodiscard]] Result<void, FileError> write_new_file(const std::filesystem::path& path,
                                                     ByteView bytes);
/// Replaces `before` with `after` in the same way; `changed` when the file holds anything else than
/// `before`. Writers of one folder wait for each other.
[[nodiscard]] Result<void, FileError> replace_file(const std::filesystem::path& path,
                                                   ByteView before, ByteView after);

}  // namespace hansatsu::wallet
