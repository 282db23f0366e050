#pragma once

#include "tests/consensus/town.h"

/// What the named scenarios of docs/simulator.md share that are played here, by engines alone.
namespace hansatsu::consensus::test {

/// Restarts everybody and sees a payment through: whatever happened, the town goes on.
void check_goes_on(Town& town, int payment);

[[nodiscard]] std::uint8_t leader_now(const Town& town, std::uint8_t asked = 0);

template <class T>
[[nodiscard]] bool is(const Message& message) {
  return std::holds_alternative<T>(message);
}

}  // namespace hansatsu::consensus::test
