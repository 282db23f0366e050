#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ledger/types/result.h"

namespace hansatsu::till {

/// What a shop sets once. Each comes from, in this order: the command line, an environment variable
/// HANSATSU_TILL_..., the configuration file, a default.
struct Settings {
  std::vector<std::string> nodes;         ///< URLs, asked in turn
  std::filesystem::path charter;          ///< pinned
  std::string shop;                       ///< account number
  std::string coin;                       ///< empty: the charter's only one
  std::filesystem::path keystore;         ///< as `hansatsu` makes it
  std::string key;                        ///< its name in it
  std::filesystem::path passphrase_file;  ///< empty: ask on the terminal
  std::string name;                       ///< of the shop, on requests and slips
  std::string language;                   ///< "en" or "ja"; empty: by LANG
  std::filesystem::path receipts;         ///< folder that keeps the proofs
  std::filesystem::path journal;          ///< file of the till's orders
  std::uint32_t minutes = 0;              ///< how long a request may be paid; 0: the default
  bool light = false;                     ///< the terminal is light
};

inline constexpr std::uint32_t kMinutesDefault = 5;

/// $XDG_CONFIG_HOME/hansatsu/till.toml, or below ~/.config.
[[nodiscard]] std::filesystem::path default_config_path();

/// Fills what is still empty from the file, then from the defaults. An absent file is fine unless
/// `must_exist`. Errors: a sentence that names file, key and reason.
[[nodiscard]] Result<void, std::string> complete_settings(Settings& settings,
                                                          const std::filesystem::path& config,
                                                          bool must_exist);

}  // namespace hansatsu::till
