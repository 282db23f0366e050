#include "wallet/cli/settings.h"

#include <toml++/toml.h>

#include <cstdlib>

namespace hansatsu::wallet {
namespace {

std::filesystem::path below_home(const char* variable, const char* fallback) {
  const char* named = std::getenv(variable);
  if (named != nullptr && *named != '\0') return std::filesystem::path{named} / "hansatsu";
  const char* home = std::getenv("HOME");
  return std::filesystem::path{home != nullptr ? home : "."} / fallback / "hansatsu";
}

Failure wrong(const std::filesystem::path& file, std::string_view reason) {
  return {ExitCode::wrong_input, "", file.string() + ": " + std::string{reason}};
}

/// Takes one entry of the file; empty on success, otherwise what is wrong with it.
std::string take(Settings& settings, std::string_view key, const toml::node& node) {
  const auto text = node.value_exact<std::string>();
  const auto take_text = [&](auto& place) -> std::string {
    if (!text) return "must be text";
    if (place.empty()) place = *text;
    return "";
  };
  if (key == "keystore") return take_text(settings.keystore);
  if (key == "key") return take_text(settings.key);
  if (key == "account") return take_text(settings.account);
  if (key == "passphrase_file") return take_text(settings.passphrase_file);
  if (key == "charter") return take_text(settings.charter);
  if (key == "language") return take_text(settings.language);
  if (key == "nodes") {
    const toml::array* list = node.as_array();
    if (list == nullptr) return "must be a list of URLs";
    std::vector<std::string> urls;
    for (const toml::node& element : *list) {
      const auto url = element.value_exact<std::string>();
      if (!url) return "must be a list of URLs";
      urls.push_back(*url);
    }
    if (settings.nodes.empty()) settings.nodes = std::move(urls);
    return "";
  }
  if (key == "holder" || key == "wait_seconds") {
    const auto number = node.value_exact<std::int64_t>();
    if (!number || *number < 0 || *number > 0x7fff'ffff) return "must be a whole number";
    const auto value = static_cast<std::uint32_t>(*number);
    if (key == "holder" && !settings.holder) settings.holder = value;
    if (key == "wait_seconds" && settings.wait_seconds == 0) settings.wait_seconds = value;
    return "";
  }
  return "is not a known setting";
}

Attempt<void> read_config(Settings& settings, const std::filesystem::path& config) {
  try {  // toml++ throws
    const toml::table table = toml::parse_file(config.string());
    for (const auto& [key, node] : table) {
      const std::string fault = take(settings, key.str(), node);
      if (!fault.empty()) return Err{wrong(config, std::string{key.str()} + " " + fault)};
    }
    return {};
  } catch (const toml::parse_error& error) {
    return Err{wrong(config, error.description())};
  }
}

}  // namespace

std::filesystem::path default_config_path() {
  return below_home("XDG_CONFIG_HOME", ".config") / "wallet.toml";
}

std::filesystem::path default_data_folder() { return below_home("XDG_DATA_HOME", ".local/share"); }

Attempt<void> complete_settings(Settings& settings, const std::filesystem::path& config,
                                bool must_exist) {
  std::error_code fault;
  if (std::filesystem::exists(config, fault)) {
    if (const auto read = read_config(settings, config); !read) return read;
  } else if (must_exist) {
    return Err{wrong(config, "no such file")};
  }
  if (settings.nodes.empty()) settings.nodes = {"http://127.0.0.1:8080"};
  if (settings.keystore.empty()) settings.keystore = default_data_folder() / "keys";
  if (settings.charter.empty()) settings.charter = default_data_folder() / "charter.json";
  if (settings.wait_seconds == 0) settings.wait_seconds = kWaitSecondsDefault;
  return {};
}

}  // namespace hansatsu::wallet
