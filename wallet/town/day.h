#pragma once

#include "wallet/town/people.h"

namespace hansatsu::town {

struct DayOptions {
  std::uint64_t seed = 0;  ///< 0: follows from the town and its day number
  std::uint32_t payments = 2'000;
};

/// One day over the real API: charges with points, a benefit batch from a roster, payments, second
/// taps, sends, refunds, redemption, bank file, settlement, cash handed in. Each receipt is
/// verified. Prints the day's figures; true when the books balance and the validators agree.
[[nodiscard]] Attempt<bool> live_day(Desk& desk, const DayOptions& options);

}  // namespace hansatsu::town
