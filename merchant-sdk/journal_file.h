#pragma once

#include <filesystem>
#include <string_view>

#include "ledger/types/bytes.h"

namespace hansatsu::merchant {

/// How many of these bytes are whole lines. What a power cut leaves of a last line has no end, or
/// blocks of zero in it that never reached the disk.
[[nodiscard]] std::size_t whole_line_bytes(std::string_view text);

/// Adds a line to a file of whole lines, and syncs it; makes the file, with mode 0600 and `heading`
/// as its first line, and its folder if need be. What a power cut left of a last line is cut off
/// first. False: the disk said no, and the line is not there.
/// Requires: neither text holds a line feed or a zero; both are at most kLineBytesMax.
[[nodiscard]] bool append_line(const std::filesystem::path& path, std::string_view heading,
                               std::string_view line);

inline constexpr std::size_t kLineBytesMax = 4'096;

}  // namespace hansatsu::merchant
