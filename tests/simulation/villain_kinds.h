#pragma once

#include "tests/simulation/villain.h"

/// The attacks by what they are about. Each gives nothing for an attack that is not its own.
namespace hansatsu::simulation {

/// Whose blocks are the attack.
[[nodiscard]] std::unique_ptr<Villain> make_lying_leader(Attack attack, World& world,
                                                         std::uint32_t index);
/// Whose blocks' bodies are.
[[nodiscard]] std::unique_ptr<Villain> make_false_author(Attack attack, World& world,
                                                         std::uint32_t index);
/// Whose votes are.
[[nodiscard]] std::unique_ptr<Villain> make_lying_voter(Attack attack, World& world,
                                                        std::uint32_t index);
/// Who says what is old, absurd, forged, or nothing.
[[nodiscard]] std::unique_ptr<Villain> make_lying_peer(Attack attack, World& world,
                                                       std::uint32_t index);
/// Whose answers are.
[[nodiscard]] std::unique_ptr<Villain> make_false_witness(Attack attack, World& world,
                                                          std::uint32_t index);

}  // namespace hansatsu::simulation
