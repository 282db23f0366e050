#pragma once

#include <poll.h>

#include <chrono>

namespace hansatsu::test {

/// Looks for what another process or thread does until it is done, or until the bound is over:
/// then false, and the test fails. For what nothing tells of by itself (a file that appears, a
/// server that answers); a test never waits without looking.
template <class Condition>
[[nodiscard]] bool wait_for(std::chrono::milliseconds bound, const Condition& condition) {
  constexpr int kLookAgainMs = 10;
  const auto deadline = std::chrono::steady_clock::now() + bound;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    (void)::poll(nullptr, 0, kLookAgainMs);
  }
  return true;
}

}  // namespace hansatsu::test
