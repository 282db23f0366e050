#pragma once

#include <filesystem>
#include <string_view>

#include "ledger/types/bytes.h"

namespace hansatsu::merchant {

/// How many of these bytes are whole lines. What a power cut leaves of a last line has no end, or
/// blocks of zero in it that never reached the disk.
[[nodiscard]] std::size_t whole_line_bytes(std::string_view text);

/// Whether append_line has begun this file: it begins with the heading as a line, is empty, or is
/// what a power cut left of the first write.
[[nodiscard]] bool is_under_heading(std::string_view text, std::string_view heading);

/// Adds a line to a file of whole lines, and syncs it; makes the file, with mode 0600 and `heading`
/// as its first line, and its folder if need be. What a power cut left of a last line is cut off
/// first. False: the disk said no, or the file is not under the heading: it is left as it was.
/// Requires: neither text holds a line feed or a zero; both are at most kLineBytesMax.
[[nodiscard]] bool append_line(const std::filesystem::path& path, std::string_view heading,
                               std::string_view line);

inline constexpr std::size_t kLineBytesMax = 4'096;

}  // namespace hansatsu::merchant
