#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ledger/state/charter.h"
#include "wallet/keystore/secret_text.h"

/// The demo town's folder: what ./town founded, and what it must remember between its commands.
/// None of it is a secret of real people; the keystores in it are made like real ones.
namespace hansatsu::town {

using Path = std::filesystem::path;
template <class T>
using Attempt = Result<T, std::string>;  ///< the error is a sentence for whoever ran ./town

struct ValidatorPlace {
  std::string name;
  std::string api;  ///< http://127.0.0.1:port
};

/// town.json: written whole at founding, its day number at each day.
struct TownFile {
  Hash chain_id;
  std::uint64_t seed = 0;  ///< pseudonyms of the demo's people follow from it
  std::uint32_t day = 0;   ///< how many days were begun
  std::uint32_t replays = 0;
  std::vector<ValidatorPlace> validators;
};

/// How many people there are and what they do; docs/example/town.toml.
struct TownPlan {
  std::uint32_t residents = 0;
  std::uint32_t household_size = 1;
  std::vector<std::string> agents;
  Amount agent_float;
  std::uint32_t first_charge = 1;
  std::uint32_t charges = 0;
  std::uint64_t charge_least = 0;
  std::uint64_t charge_most = 0;
  std::uint32_t benefit_residents = 0;
  Amount benefit_amount;
  std::uint32_t sends = 0;
  std::uint32_t refunds = 0;
  std::uint32_t second_taps = 0;
  std::uint64_t payment_least = 1;
  std::uint64_t payment_most = 1;
};

/// A line of docs/example/shops.csv.
struct ShopPlan {
  std::string name;
  std::uint16_t category = 0;
  std::uint32_t owner = 0;  ///< the resident's number
};

[[nodiscard]] Attempt<TownFile> load_town(const Path& dir);
[[nodiscard]] Attempt<void> save_town(const Path& dir, const TownFile& town);
[[nodiscard]] Attempt<TownPlan> load_plan(const Path& dir);
[[nodiscard]] Attempt<std::vector<ShopPlan>> load_shops(const Path& dir);
/// The charter the town was founded with; its id must be town.json's.
[[nodiscard]] Attempt<state::Charter> load_charter(const Path& dir, const Hash& chain_id);

[[nodiscard]] Attempt<std::string> read_text(const Path& path);
/// Whole or not at all, also through a crash.
[[nodiscard]] Attempt<void> write_text(const Path& path, const std::string& text);

/// Data files say "next 03-31", "today" and "now" where a date or a time belongs: replaced by the
/// real ones, as quoted JSON strings.
[[nodiscard]] std::string resolve_dates(std::string json, Timestamp now, UtcOffset offset);

/// Where keystores lie, and the passphrase that opens all of the demo's.
[[nodiscard]] Path keys_folder(const Path& dir);
[[nodiscard]] Path passphrase_file(const Path& dir);
inline constexpr const char* kStaffKeys = "staff.keys";  ///< registrar, issuer, treasurer, auditor
inline constexpr const char* kPlaceKeys = "shops.keys";  ///< shop-1.., agent-1..
inline constexpr const char* kResidentKeys =
    "residents.keys";  ///< one seed; holder n is resident n
inline constexpr const char* kResidentSeed = "residents";

}  // namespace hansatsu::town
