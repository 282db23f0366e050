#include "wallet/town/people.h"

#include "wallet/roster.h"

namespace hansatsu::town {
namespace {

using nlohmann::json;

std::uint64_t pseudonym(std::uint64_t seed, std::string_view what, std::uint32_t number) {
  Encoder encoder;
  encoder(seed, number);
  encoder.raw(as_bytes(what));
  const Hash digest = hash(HashTag::demo, encoder.view());
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 6; ++i) value = value << 8U | digest.bytes[i];
  return value + 1;  // 0 means none
}

json list_of(const std::vector<AccountId>& accounts) {
  json list = json::array();
  for (const AccountId account : accounts) list.push_back(account.raw);
  return list;
}
std::vector<AccountId> read_list(const json& list) {
  std::vector<AccountId> accounts;
  for (const json& one : list) accounts.emplace_back(one.get<std::uint32_t>());
  return accounts;
}

rules::OpenAccount open_any(state::AccountKind kind, const PublicKey& key) {
  rules::OpenAccount open;
  fill_random(open.salt.bytes);
  open.kind = kind;
  open.keys.push_back(grant_for(key, kind));
  return open;
}

}  // namespace

Attempt<Places> load_places(const Path& dir) {
  const Path path = dir / "accounts.json";
  std::error_code ec;
  if (!std::filesystem::exists(path, ec)) return Places{};
  const auto text = read_text(path);
  if (!text) return Err{text.error()};
  try {
    const json value = json::parse(*text);
    return Places{read_list(value.at("agents")), read_list(value.at("shops")),
                  read_list(value.at("residents")), value.at("charged").get<bool>()};
  } catch (const json::exception& error) {
    return Err{path.string() + ": " + error.what()};
  }
}

Attempt<void> save_places(const Path& dir, const Places& places) {
  const json value{{"agents", list_of(places.agents)},
                   {"shops", list_of(places.shops)},
                   {"residents", list_of(places.residents)},
                   {"charged", places.charged}};
  return write_text(dir / "accounts.json", value.dump() + "\n");
}

PersonId person_of(const TownFile& town, std::uint32_t resident) {
  return PersonId{pseudonym(town.seed, "person", resident)};
}

HouseholdId household_of(const TownFile& town, const TownPlan& plan, std::uint32_t resident) {
  return HouseholdId{pseudonym(town.seed, "household", resident / plan.household_size)};
}

state::KeyGrant grant_for(const PublicKey& key, state::AccountKind kind) {
  state::KeyGrant grant;
  grant.key = key;
  grant.rights = wallet::first_key_rights(kind);
  return grant;
}

rules::OpenAccount open_resident(const TownFile& town, const TownPlan& plan, std::uint32_t resident,
                                 const PublicKey& key) {
  rules::OpenAccount open = open_any(state::AccountKind::person, key);
  open.level = state::Level::verified;
  open.person = person_of(town, resident);
  open.household = household_of(town, plan, resident);
  return open;
}

rules::OpenAccount open_shop(const TownFile& town, const TownPlan& plan, const ShopPlan& shop,
                             const PublicKey& key) {
  rules::OpenAccount open = open_any(state::AccountKind::shop, key);
  open.category = shop.category;
  open.accepted_coins.push_back(CoinId{0});
  const std::uint32_t owner = (shop.owner - 1) % plan.residents;
  open.related_persons.push_back(person_of(town, owner));
  open.related_households.push_back(household_of(town, plan, owner));
  open.payee_digest = wallet::payee_digest(open.salt, shop.name);
  return open;
}

rules::OpenAccount open_agent(const PublicKey& key) {
  return open_any(state::AccountKind::agent, key);
}

Actor actor_at(KeyPair key, AccountId account) {
  // Keys given at opening stand in slot 0, 1, ... with generation 1 and have used no sequence.
  return {std::move(key), {account, 0, 1}, 1};
}

}  // namespace hansatsu::town
