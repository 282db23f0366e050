#pragma once

#include "tests/wallet/node_town.h"

namespace hansatsu::wallet::test {

/// A town with two residents, a shop and an agent, opened from rosters, and three programs: charge
/// (0), its premium (1), a benefit (2). Each person has a keystore by that name.
struct OpenTown : NodeTown {
  OpenTown();

  std::string hanako;  ///< account numbers
  std::string taro;
  std::string shop;
  std::string agent;

  nlohmann::json open(const std::string& name, const std::string& roster, const std::string& kind);
  [[nodiscard]] nlohmann::json totals(const std::string& person) const {
    return did(person, {"balance"})["totals"][0];
  }
};

}  // namespace hansatsu::wallet::test
