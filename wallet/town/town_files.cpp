#include "wallet/town/town_files.h"

#include <toml++/toml.h>

#include <charconv>
#include <chrono>
#include <fstream>
#include <regex>

#include "rpc/json/json.h"
#include "wallet/csv.h"
#include "wallet/keystore/atomic_file.h"

namespace hansatsu::town {
namespace {

using nlohmann::json;

constexpr std::size_t kFileBytesMax = 16U << 20U;

Err<std::string> unreadable(const Path& path, std::string_view why) {
  return Err{path.string() + ": " + std::string{why}};
}

/// The next day with this month and day, today included.
Date next_day(Date today, std::uint32_t month, std::uint32_t day) {
  const CivilDate now = civil_of(today);
  for (std::uint32_t year = now.year; year < now.year + 5; ++year) {
    const auto date = date_of({year, month, day});
    if (date && *date >= today) return *date;
  }
  return today;
}

std::string month_day(Date date) { return to_string(date).substr(5); }

}  // namespace

Path keys_folder(const Path& dir) { return dir / "keys"; }
Path passphrase_file(const Path& dir) { return keys_folder(dir) / "passphrase"; }

Attempt<std::string> read_text(const Path& path) {
  auto bytes = wallet::read_file(path, kFileBytesMax);
  if (!bytes) return unreadable(path, "can't be read");
  return std::string{as_text(*bytes)};
}

Attempt<void> write_text(const Path& path, const std::string& text) {
  const auto before = wallet::read_file(path, kFileBytesMax);
  const auto written = before ? wallet::replace_file(path, *before, as_bytes(text))
                              : wallet::write_new_file(path, as_bytes(text));
  if (!written) return unreadable(path, "can't be written");
  return {};
}

std::string resolve_dates(std::string text, Timestamp now, UtcOffset offset) {
  const Date today = local_date(now, offset);
  const auto replace_all = [&text](const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
      text.replace(at, from.size(), to);
      at += to.size();
    }
  };
  replace_all("\"today\"", "\"" + to_string(today) + "\"");
  replace_all("\"now\"", "\"" + to_string(now, offset) + "\"");
  for (std::uint32_t month = 1; month <= 12; ++month) {
    for (std::uint32_t day = 1; day <= 31; ++day) {
      const auto probe = date_of({2000, month, day});  // a leap year
      if (!probe) continue;
      replace_all("\"next " + month_day(*probe) + "\"",
                  "\"" + to_string(next_day(today, month, day)) + "\"");
    }
  }
  return text;
}

Attempt<TownFile> load_town(const Path& dir) {
  const Path path = dir / "town.json";
  const auto text = read_text(path);
  if (!text) return Err{"no town in " + dir.string() + ": run ./town up first"};
  try {
    const json value = json::parse(*text);
    TownFile town;
    const auto chain = fixed_from_hex<Hash>(value.at("chain").get<std::string>());
    if (!chain) return unreadable(path, "chain is no hash");
    town.chain_id = *chain;
    town.seed = value.at("seed").get<std::uint64_t>();
    town.day = value.at("day").get<std::uint32_t>();
    town.replays = value.at("replays").get<std::uint32_t>();
    for (const json& one : value.at("validators")) {
      town.validators.push_back({one.at("name"), one.at("api")});
    }
    return town;
  } catch (const json::exception& error) {
    return unreadable(path, error.what());
  }
}

Attempt<void> save_town(const Path& dir, const TownFile& town) {
  json value{{"chain", to_hex(town.chain_id.view())},
             {"seed", town.seed},
             {"day", town.day},
             {"replays", town.replays},
             {"validators", json::array()}};
  for (const ValidatorPlace& one : town.validators) {
    value["validators"].push_back({{"name", one.name}, {"api", one.api}});
  }
  return write_text(dir / "town.json", value.dump(2) + "\n");
}

Attempt<TownPlan> load_plan(const Path& dir) {
  const Path path = dir / "town.toml";
  try {
    const toml::table table = toml::parse_file(path.string());
    TownPlan plan;
    std::string missing;
    const auto number = [&missing](const toml::node_view<const toml::node>& node,
                                   std::string_view name) -> std::uint64_t {
      const auto value = node.value_exact<std::int64_t>();
      if (!value || *value < 0 || *value > 1'000'000'000'000) {
        missing = name;
        return 0;
      }
      return static_cast<std::uint64_t>(*value);
    };
    const auto small = [&](const auto& node, std::string_view name) {
      return static_cast<std::uint32_t>(std::min<std::uint64_t>(number(node, name), 1'000'000));
    };
    plan.residents = small(table["residents"], "residents");
    plan.household_size = small(table["household_size"], "household_size");
    plan.agent_float = Amount::of(number(table["agent_float"], "agent_float"));
    plan.first_charge = small(table["first_charge"], "first_charge");
    const auto day = table["day"];
    plan.charges = small(day["charges"], "day.charges");
    plan.charge_least = number(day["charge_least"], "day.charge_least");
    plan.charge_most = number(day["charge_most"], "day.charge_most");
    plan.benefit_residents = small(day["benefit_residents"], "day.benefit_residents");
    plan.benefit_amount = Amount::of(number(day["benefit_amount"], "day.benefit_amount"));
    plan.sends = small(day["sends"], "day.sends");
    plan.refunds = small(day["refunds"], "day.refunds");
    plan.second_taps = small(day["second_taps"], "day.second_taps");
    plan.payment_least = number(day["payment_least"], "day.payment_least");
    plan.payment_most = number(day["payment_most"], "day.payment_most");
    if (const toml::array* agents = table["agents"].as_array()) {
      for (const toml::node& agent : *agents) {
        plan.agents.push_back(agent.value_or(std::string{}));
      }
    }
    if (!missing.empty()) return unreadable(path, missing + ": a whole number is needed");
    if (plan.residents < 10 || plan.household_size == 0 || plan.agents.empty() ||
        plan.first_charge == 0 || plan.payment_least == 0 ||
        plan.payment_least > plan.payment_most || plan.charge_least > plan.charge_most) {
      return unreadable(path, "at least 10 residents, one agent, and ranges from least to most");
    }
    return plan;
  } catch (const toml::parse_error& error) {
    return unreadable(path, "line " + std::to_string(error.source().begin.line) + ": " +
                                std::string{error.description()});
  }
}

Attempt<std::vector<ShopPlan>> load_shops(const Path& dir) {
  const Path path = dir / "shops.csv";
  const auto text = read_text(path);
  if (!text) return Err{text.error()};
  const wallet::CsvTable table = wallet::parse_csv(*text);
  if (!table.problems.empty()) {
    return unreadable(path, "line " + std::to_string(table.problems.front().place.line));
  }
  std::vector<ShopPlan> shops;
  for (std::size_t i = 1; i < table.rows.size(); ++i) {
    const wallet::CsvRow& row = table.rows[i];
    ShopPlan shop;
    const auto number = [](const std::string& field, auto& value) {
      const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
      return error == std::errc{} && end == field.data() + field.size();
    };
    if (row.size() != 3 || row[0].text.empty() || !number(row[1].text, shop.category) ||
        !number(row[2].text, shop.owner) || shop.owner == 0) {
      return unreadable(path, "line " + std::to_string(row.front().place.line) +
                                  ": name, category, owner's number from 1");
    }
    shop.name = row[0].text;
    shops.push_back(std::move(shop));
  }
  return shops;
}

Attempt<state::Charter> load_charter(const Path& dir, const Hash& chain_id) {
  const Path path = dir / "charter.json";
  const auto text = read_text(path);
  if (!text) return Err{text.error()};
  auto charter = rpc::from_json<state::Charter>(*text);
  if (!charter) return unreadable(path, rpc::to_string(charter.error()));
  if (state::chain_id(*charter) != chain_id) return unreadable(path, "is not this town's charter");
  return *std::move(charter);
}

}  // namespace hansatsu::town
