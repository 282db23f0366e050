#pragma once

#include "wallet/town/people.h"

namespace hansatsu::town {

/// So many payments of one unit each, signed beforehand and valid for `valid_for` from now on: of
/// residents who have coin since the town opened, in turn, to the shops in turn. On all cores.
[[nodiscard]] Attempt<std::vector<Bytes>> sign_payments(Desk& desk, std::size_t count,
                                                        std::chrono::milliseconds valid_for);

/// How long payments took, from when they were due or submitted to the receipt.
struct Latencies {
  std::vector<std::chrono::microseconds> took;  ///< ascending; those that were done
  std::size_t failed = 0;                       ///< refused, or without a receipt that holds

  /// The place below which so many of a thousand lie. Requires: one was done.
  [[nodiscard]] double milliseconds_at(std::size_t per_mille) const;
};

/// Offers them one by one at a steady rate, begun at even moments whatever is still open, to all
/// validators in turn; each counts from the moment it was due to its verified receipt.
[[nodiscard]] Latencies pay_at_rate(Desk& desk, const std::vector<Bytes>& payments,
                                    std::uint32_t rate);

struct PaceOptions {
  std::uint32_t rate = 50;  ///< payments a second
  std::uint32_t seconds = 20;
};
/// Pays at a steady rate and prints p50, p99 and the worst; true when every payment was done.
[[nodiscard]] Attempt<bool> pace(Desk& desk, const PaceOptions& options);

}  // namespace hansatsu::town
