#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "wallet/cli/failure.h"
#include "wallet/screen/language.h"

namespace hansatsu::wallet {

/// What a person sets once. Each comes from, in this order: the command line, an environment
/// variable HANSATSU_..., the configuration file, a default.
struct Settings {
  std::vector<std::string> nodes;         ///< node URLs, tried in turn
  std::filesystem::path keystore;         ///< file of the keys
  std::string key;                        ///< name in it; empty: the only one
  std::optional<std::uint32_t> holder;    ///< n-th holder of the key's words (demo towns)
  std::string account;                    ///< number, where a key stands on several accounts
  std::filesystem::path passphrase_file;  ///< empty: ask on the terminal
  std::filesystem::path charter;          ///< the charter that is trusted
  std::string language;                   ///< "en" or "ja"; empty: by LANG
  std::uint32_t wait_seconds = 0;         ///< for a final answer; 0: the default
};

inline constexpr std::uint32_t kWaitSecondsDefault = 30;

/// $XDG_CONFIG_HOME/hansatsu/wallet.toml, or below ~/.config.
[[nodiscard]] std::filesystem::path default_config_path();
/// $XDG_DATA_HOME/hansatsu, or ~/.local/share/hansatsu.
[[nodiscard]] std::filesystem::path default_data_folder();

/// Fills what is still empty from the file, then from the defaults. An absent file is fine unless
/// `must_exist`. A key that is unknown or of the wrong type is refused by name.
[[nodiscard]] Attempt<void> complete_settings(Settings& settings,
                                              const std::filesystem::path& config, bool must_exist);

}  // namespace hansatsu::wallet
