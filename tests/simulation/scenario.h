#pragma once

#include <catch2/catch.hpp>

#include "tests/simulation/world.h"

/// What the named scenarios of docs/simulator.md share.
namespace hansatsu::simulation {

/// A LAN: messages take about a millisecond, syncs a quarter.
[[nodiscard]] Settings lan(std::uint32_t validators = 4);

/// All nodes up and connected.
void settle(World& world);
/// Hands these payments to their nodes in turn; returns when all are paid, or fails.
void pay(World& world, Payment first, Payment last, std::int64_t within_ns = 10 * kSecond);
/// No checker said anything, and the running nodes agree.
void require_clean(World& world);

/// Whether the message is a vote, or a certificate, of this kind (in this view; 0: in any).
[[nodiscard]] bool is_vote(const consensus::Message& message, chain::VoteKind kind,
                           std::uint64_t view = 0);
[[nodiscard]] bool is_certificate(const consensus::Message& message, chain::VoteKind kind,
                                  std::uint64_t view = 0);
/// What honest nodes have sent so far, and syncs they have made.
struct Activity {
  std::uint64_t votes;
  std::uint64_t proposals;
  std::uint64_t messages;  ///< of any kind but Status
  std::uint64_t syncs;
  bool operator==(const Activity&) const = default;
};
[[nodiscard]] Activity activity(const World& world);

}  // namespace hansatsu::simulation
