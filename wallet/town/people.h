#pragma once

#include "wallet/town/desk.h"

namespace hansatsu::town {

/// Account numbers of those who live and trade in the town; accounts.json.
struct Places {
  std::vector<AccountId> agents;
  std::vector<AccountId> shops;
  std::vector<AccountId> residents;  ///< resident n is holder n of the residents' seed, from 0
  bool charged = false;              ///< the first charges were made
};
[[nodiscard]] Attempt<Places> load_places(const Path& dir);
[[nodiscard]] Attempt<void> save_places(const Path& dir, const Places& places);

/// Pseudonyms as an office would draw them, but the same again for the same town.
[[nodiscard]] PersonId person_of(const TownFile& town, std::uint32_t resident);
[[nodiscard]] HouseholdId household_of(const TownFile& town, const TownPlan& plan,
                                       std::uint32_t resident);

/// A key that may do all that an account of the kind does.
[[nodiscard]] state::KeyGrant grant_for(const PublicKey& key, state::AccountKind kind);

/// The wish of a registrar to open this account, with a fresh salt.
[[nodiscard]] rules::OpenAccount open_resident(const TownFile& town, const TownPlan& plan,
                                               std::uint32_t resident, const PublicKey& key);
[[nodiscard]] rules::OpenAccount open_shop(const TownFile& town, const TownPlan& plan,
                                           const ShopPlan& shop, const PublicKey& key);
[[nodiscard]] rules::OpenAccount open_agent(const PublicKey& key);

/// The account that a key opened, ready to sign.
[[nodiscard]] Actor actor_at(KeyPair key, AccountId account);

/// Everything that ./town up finds missing in a running town: programs, agents with floats, shops,
/// residents, first charges. Safe to repeat, also after an interruption.
[[nodiscard]] Attempt<void> open_town(Desk& desk);

}  // namespace hansatsu::town
