#pragma once

#include "wallet/town/desk.h"
#include "wallet/town/replay_file.h"

namespace hansatsu::town {

inline constexpr std::string_view kReplayCoin = "replay";

/// Everything a history needs on the ledger before its first row: programs and accounts of its own,
/// and the agent and the cash-out shop that all replays of a town share.
struct ReplayStage {
  CoinId coin;
  std::uint32_t number = 0;  ///< of this replay in its town, from 1
  std::optional<ProgramId> charges;
  std::optional<ProgramId> grants;  ///< after `charges`
  bool is_scarce = false;           ///< the coin has no room left for all that the history issues
  std::vector<bool> is_shop;
  std::vector<Actor> people;   ///< by NameIndex; shops too
  std::vector<Actor> offices;  ///< kAgent, kCashOut

  static constexpr std::size_t kAgent = 0;
  static constexpr std::size_t kCashOut = 1;
};

/// The coin in which histories are replayed. Error: the charter has none.
[[nodiscard]] Attempt<CoinId> find_replay_coin(const state::Charter& charter);

/// Opens what is missing. Each replay has programs and people of its own; the town remembers that
/// its keys are taken before it opens them.
[[nodiscard]] Attempt<ReplayStage> set_stage(Desk& desk, const History& history);

}  // namespace hansatsu::town
