#pragma once

#include "wallet/town/town_files.h"

namespace hansatsu::town {

/// What people wish for on a day, before anybody asks the ledger: residents, shops and agents by
/// their places in the town's lists. The same from the same seed.
struct DayPlan {
  struct Charge {
    std::size_t agent = 0;
    std::uint32_t resident = 0;
    Amount amount;
    bool sendable = false;  ///< of the program that may be sent on; it has no premium
  };
  struct Payment {
    std::uint32_t resident = 0;
    std::size_t shop = 0;
    Amount amount;
  };
  /// From somebody who charged coin that may be sent on, if anybody did.
  struct Send {
    std::uint32_t to = 0;
    Amount amount;
  };
  std::vector<Charge> charges;
  std::vector<std::uint32_t> benefit;  ///< residents of the roster
  std::vector<Payment> payments;
  std::vector<Send> sends;
};

struct Population {
  std::size_t residents = 0;
  std::size_t shops = 0;
  std::size_t agents = 0;
};
[[nodiscard]] DayPlan plan_day(const TownPlan& plan, const Population& population,
                               std::uint32_t payments, std::uint64_t seed);

}  // namespace hansatsu::town
