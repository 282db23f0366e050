#pragma once

/// Where a validator's data folder has what its log is read with. Source: docs/operator.md.
namespace hansatsu::log {

inline constexpr const char* kCharterFile = "charter.bin";  ///< in canonical binary form
inline constexpr const char* kLogFolder = "log";            ///< nothing but segments

}  // namespace hansatsu::log
