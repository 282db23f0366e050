#include "ledger/types/assert.h"

#include <cstdio>
#include <cstdlib>

namespace hansatsu::internal {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "bug: ASSERT(%s) failed at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace hansatsu::internal
