#include <algorithm>
#include <iostream>

#include "rpc/json/json.h"
#include "rpc/json/machine_time.h"
#include "rpc/json/shop_directory.h"
#include "wallet/keystore/derivation.h"
#include "wallet/town/people.h"

namespace hansatsu::town {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kOpeningMax{120};
constexpr std::uint64_t kFirstChargeStep = 1'000;

std::string failed(const std::string& what, std::uint16_t code) {
  return what + ": " + explain(code);
}

/// The terms of programs.json, their charge programs still numbered by place in the file.
Attempt<std::vector<state::ProgramTerms>> load_terms(const Desk& desk) {
  const auto text = read_text(desk.dir() / "programs.json");
  if (!text) return Err{text.error()};
  std::vector<state::ProgramTerms> terms;
  try {
    const json list =
        json::parse(resolve_dates(*text, rpc::machine_time(), desk.charter().utc_offset));
    for (const json& one : list) {
      auto parsed = rpc::from_json<state::ProgramTerms>(one.dump());
      if (!parsed) return Err{"programs.json: " + rpc::to_string(parsed.error())};
      terms.push_back(*std::move(parsed));
    }
  } catch (const json::exception& error) {
    return Err{std::string{"programs.json: "} + error.what()};
  }
  return terms;
}

/// Programs of the town's coin are opened in the file's order, so the nth is the nth.
Attempt<void> open_programs(Desk& desk) {
  const auto known = desk.client().programs();
  if (!known) return Err{std::string{"the programs can't be read"}};
  std::vector<ProgramId> opened;
  for (const rpc::ProgramRecord& record : *known) {
    if (record.program.terms.coin == CoinId{0}) opened.push_back(record.id);
  }
  auto terms = load_terms(desk);
  if (!terms) return Err{terms.error()};
  if (opened.size() >= terms->size()) return {};
  const auto issuer = desk.staff("issuer");
  if (!issuer) return Err{issuer.error()};
  for (std::size_t i = opened.size(); i < terms->size(); ++i) {
    state::ProgramTerms& one = (*terms)[i];
    if (one.kind == state::ProgramKind::premium) {
      if (one.charge_program.raw >= opened.size()) {
        return Err{one.name.text + ": its charge program must stand before it"};
      }
      one.charge_program = opened[one.charge_program.raw];
    }
    const auto done = desk.run_one({*issuer, {rules::OpenProgram{one}}, nullptr});
    if (!done) return Err{done.error()};
    if (!done->ok()) return Err{failed(one.name.text, done->code)};
    opened.emplace_back(static_cast<std::uint32_t>(done->outcome.public_part.reference));
  }
  return {};
}

/// Accounts for these keys, opened where the ledger does not have them yet.
Attempt<std::vector<AccountId>> open_accounts(
    Desk& desk, const std::string& what, const std::vector<KeyPair>& keys, bool may_exist,
    const std::function<rules::OpenAccount(std::uint32_t)>& make) {
  std::vector<std::optional<AccountId>> found(keys.size());
  for (std::size_t i = 0; may_exist && i < keys.size(); ++i) {
    const auto places = desk.client().find_key(keys[i]);
    if (!places) return Err{std::string{"the ledger can't be asked for keys"}};
    if (!places->empty()) found[i] = places->front().account;
  }
  const auto registrar = desk.staff("registrar");
  if (!registrar) return Err{registrar.error()};
  std::vector<Wish> wishes;
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (found[i]) continue;
    wishes.push_back({*registrar, {make(static_cast<std::uint32_t>(i))}, nullptr});
    missing.push_back(i);
  }
  Bar bar{what, wishes.size()};
  const auto done = desk.run(wishes, kOpeningMax, [&bar](std::size_t count) { bar.show(count); });
  if (!done) return Err{done.error()};
  for (std::size_t i = 0; i < missing.size(); ++i) {
    if (!(*done)[i].ok()) return Err{failed(what, (*done)[i].code)};
    found[missing[i]] =
        AccountId{static_cast<std::uint32_t>((*done)[i].outcome.public_part.reference)};
  }
  std::vector<AccountId> accounts;
  for (const auto& account : found) accounts.push_back(*account);
  return accounts;
}

Attempt<std::vector<KeyPair>> named_keys(Desk& desk, const std::string& prefix, std::size_t count) {
  std::vector<KeyPair> keys;
  for (std::size_t i = 1; i <= count; ++i) {
    auto key = desk.key(kPlaceKeys, prefix + std::to_string(i));
    if (!key) return Err{key.error()};
    keys.push_back(*std::move(key));
  }
  return keys;
}

Attempt<void> open_agents(Desk& desk, const TownPlan& plan, bool may_exist, Places& places) {
  const auto keys = named_keys(desk, "agent-", plan.agents.size());
  if (!keys) return Err{keys.error()};
  const auto accounts = open_accounts(desk, "agents", *keys, may_exist, [&](std::uint32_t i) {
    return open_agent((*keys)[i].public_key());
  });
  if (!accounts) return Err{accounts.error()};
  places.agents = *accounts;
  const auto treasurer = desk.staff("treasurer");
  if (!treasurer) return Err{treasurer.error()};
  for (const AccountId agent : places.agents) {
    const auto done =
        desk.run_one({*treasurer, {rules::SetFloat{agent, plan.agent_float}}, nullptr});
    if (!done) return Err{done.error()};
    if (!done->ok()) return Err{failed("an agent's float", done->code)};
  }
  return {};
}

/// Names are not on the ledger: the issuer signs a list of them, and every node serves it.
Attempt<void> publish_directory(Desk& desk, const std::vector<ShopPlan>& shops,
                                const std::vector<AccountId>& accounts) {
  const auto issuer = desk.staff("issuer");
  if (!issuer) return Err{issuer.error()};
  rpc::ShopDirectory directory{desk.town().chain_id, CoinId{0}, rpc::machine_time(), {}};
  for (std::size_t i = 0; i < shops.size(); ++i) {
    directory.shops.push_back({accounts[i], {shops[i].name}, shops[i].category});
  }
  const std::string file = rpc::to_directory_file(
      rpc::sign_directory(std::move(directory), (*issuer)->reference, (*issuer)->key),
      desk.charter().utc_offset);
  for (const ValidatorPlace& validator : desk.town().validators) {
    const auto written =
        write_text(desk.dir() / "validators" / validator.name / "shops.json", file);
    if (!written) return written;
  }
  return {};
}

Attempt<void> open_shops(Desk& desk, const TownPlan& plan, bool may_exist, Places& places) {
  const auto shops = load_shops(desk.dir());
  if (!shops) return Err{shops.error()};
  const auto keys = named_keys(desk, "shop-", shops->size());
  if (!keys) return Err{keys.error()};
  const auto accounts = open_accounts(desk, "shops", *keys, may_exist, [&](std::uint32_t i) {
    return open_shop(desk.town(), plan, (*shops)[i], (*keys)[i].public_key());
  });
  if (!accounts) return Err{accounts.error()};
  places.shops = *accounts;
  return publish_directory(desk, *shops, places.shops);
}

Attempt<void> open_residents(Desk& desk, const TownPlan& plan, bool may_exist, Places& places) {
  const auto seed = desk.seed(kResidentKeys, kResidentSeed);
  if (!seed) return Err{seed.error()};
  std::vector<KeyPair> keys;
  for (std::uint32_t i = 0; i < plan.residents; ++i) {
    auto key = wallet::holder_key(*seed, desk.charter().bip44_coin_type, i);
    if (!key) return Err{std::string{"a resident's key can't be derived"}};
    keys.push_back(*std::move(key));
  }
  const auto accounts = open_accounts(desk, "residents", keys, may_exist, [&](std::uint32_t i) {
    return open_resident(desk.town(), plan, i, keys[i].public_key());
  });
  if (!accounts) return Err{accounts.error()};
  places.residents = *accounts;
  return {};
}

/// Some residents have coin when the town opens, so that its first day has customers.
Attempt<void> charge_first(Desk& desk, const TownPlan& plan, const Places& places) {
  std::vector<std::unique_ptr<Actor>> agents;
  for (std::size_t i = 0; i < places.agents.size(); ++i) {
    auto key = desk.key(kPlaceKeys, "agent-" + std::to_string(i + 1));
    if (!key) return Err{key.error()};
    agents.push_back(std::make_unique<Actor>(actor_at(*std::move(key), places.agents[i])));
    if (auto ready = desk.prepare(*agents.back()); !ready) return ready;
  }
  std::vector<Wish> wishes;
  for (std::size_t i = 0; i < places.residents.size(); i += plan.first_charge) {
    const std::uint64_t units = 3'000 + i / plan.first_charge % 8 * kFirstChargeStep;
    wishes.push_back({agents[wishes.size() % agents.size()].get(),
                      {rules::Charge{places.residents[i], ProgramId{0}, Amount::of(units),
                                     Amount::of(units).share_floor(1'000)}},
                      nullptr});
  }
  Bar bar{"first charges", wishes.size()};
  const auto done = desk.run(wishes, kOpeningMax, [&bar](std::size_t count) { bar.show(count); });
  if (!done) return Err{done.error()};
  const auto refused =
      std::find_if(done->begin(), done->end(), [](const Done& one) { return !one.ok(); });
  if (refused != done->end()) return Err{failed("a first charge", refused->code)};
  return {};
}

}  // namespace

Attempt<void> open_town(Desk& desk) {
  const auto plan = load_plan(desk.dir());
  if (!plan) return Err{plan.error()};
  auto places = load_places(desk.dir());
  if (!places) return Err{places.error()};
  if (places->charged) return {};
  // Without programs nothing was opened yet, and no key needs to be looked for.
  const auto programs = desk.client().programs();
  if (!programs) return Err{std::string{"the programs can't be read"}};
  const bool may_exist = !programs->empty();
  if (auto opened = open_programs(desk); !opened) return opened;
  if (auto opened = open_agents(desk, *plan, may_exist, *places); !opened) return opened;
  if (auto opened = open_shops(desk, *plan, may_exist, *places); !opened) return opened;
  if (auto opened = open_residents(desk, *plan, may_exist, *places); !opened) return opened;
  if (auto saved = save_places(desk.dir(), *places); !saved) return saved;
  if (auto charged = charge_first(desk, *plan, *places); !charged) return charged;
  places->charged = true;
  return save_places(desk.dir(), *places);
}

}  // namespace hansatsu::town
