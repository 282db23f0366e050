#pragma once

#include "wallet/town/desk.h"

namespace hansatsu::town {

/// What the day's final answers say happened, kept apart from the ledger's own counters.
struct DayTally {
  std::uint64_t charged = 0;
  std::uint64_t premium = 0;
  std::uint64_t granted = 0;
  std::uint64_t paid = 0;
  std::uint64_t sent = 0;
  std::uint64_t refunded = 0;
  std::uint64_t redeemed = 0;  ///< gross
  std::uint64_t settled = 0;   ///< gross, also of what was redeemed before this day
};

/// The coin's programs added up, by where the value is.
struct Books {
  std::uint64_t issued = 0;
  std::uint64_t held = 0;
  std::uint64_t takings = 0;
  std::uint64_t pending = 0;
  std::uint64_t settled = 0;
  std::uint64_t expired = 0;
  bool conserved = true;  ///< every single program adds up
};
[[nodiscard]] Attempt<Books> read_books(Desk& desk, CoinId coin);

/// Sentences of what does not fit between the books before, the tally and the books after; none
/// when all fits.
[[nodiscard]] std::vector<std::string> compare_books(const Books& before, const DayTally& tally,
                                                     const Books& after);

}  // namespace hansatsu::town
