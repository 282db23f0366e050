#pragma once

namespace hansatsu::internal {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;
}

/// States what only a bug can break; on in every build. Aborts with file and line.
/// Never for input: what comes from outside gets a Result.
#define ASSERT(condition)       \
  (static_cast<bool>(condition) \
       ? static_cast<void>(0)   \
       : ::hansatsu::internal::assertion_failed(#condition, __FILE__, __LINE__))
