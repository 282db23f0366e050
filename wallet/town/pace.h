#pragma once

#include "wallet/town/people.h"
#include "wallet/town/tills.h"

namespace hansatsu::town {

/// So many payments of one unit each, signed beforehand and valid for `valid_for` from now on: of
/// residents who have coin since the town opened, in turn, to the shops in turn. On all cores.
[[nodiscard]] Attempt<std::vector<Bytes>> sign_payments(Desk& desk, std::size_t count,
                                                        std::chrono::milliseconds valid_for);

/// Offers them as offer_at_rate does, to all validators in turn; each counts to its verified
/// receipt.
[[nodiscard]] Latencies pay_at_rate(Desk& desk, const std::vector<Bytes>& payments,
                                    std::uint32_t rate);

struct PaceOptions {
  std::uint32_t rate = 50;  ///< payments a second
  std::uint32_t seconds = 20;
};
/// Pays at a steady rate and prints p50, p99 and the worst; true when every payment was done and
/// the rate was kept.
[[nodiscard]] Attempt<bool> pace(Desk& desk, const PaceOptions& options);

}  // namespace hansatsu::town
