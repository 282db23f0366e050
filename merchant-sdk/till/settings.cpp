#include "merchant-sdk/till/settings.h"

#include <toml++/toml.h>

#include <cstdlib>

namespace hansatsu::till {
namespace {

constexpr std::int64_t kMinutesMax = 1'440;

std::filesystem::path below_home(const char* variable, const char* fallback) {
  const char* named = std::getenv(variable);
  if (named != nullptr && *named != '\0') return std::filesystem::path{named} / "hansatsu";
  const char* home = std::getenv("HOME");
  return std::filesystem::path{home != nullptr ? home : "."} / fallback / "hansatsu";
}

std::string take_nodes(Settings& settings, const toml::node& node) {
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

/// Takes one entry of the file; empty on success, otherwise what is wrong with it.
std::string take(Settings& settings, std::string_view key, const toml::node& node) {
  if (key == "nodes") return take_nodes(settings, node);
  if (key == "light") {
    const auto value = node.value_exact<bool>();
    if (!value) return "must be true or false";
    settings.light = settings.light || *value;
    return "";
  }
  if (key == "minutes") {
    const auto number = node.value_exact<std::int64_t>();
    if (!number || *number < 1 || *number > kMinutesMax) return "must be from 1 to 1440";
    if (settings.minutes == 0) settings.minutes = static_cast<std::uint32_t>(*number);
    return "";
  }
  const auto text = node.value_exact<std::string>();
  const auto take_text = [&](auto& place) -> std::string {
    if (!text) return "must be text";
    if (place.empty()) place = *text;
    return "";
  };
  if (key == "charter") return take_text(settings.charter);
  if (key == "shop") return take_text(settings.shop);
  if (key == "coin") return take_text(settings.coin);
  if (key == "keystore") return take_text(settings.keystore);
  if (key == "key") return take_text(settings.key);
  if (key == "passphrase_file") return take_text(settings.passphrase_file);
  if (key == "name") return take_text(settings.name);
  if (key == "language") return take_text(settings.language);
  if (key == "receipts") return take_text(settings.receipts);
  if (key == "journal") return take_text(settings.journal);
  return "is not a known setting";
}

Result<void, std::string> read_config(Settings& settings, const std::filesystem::path& config) {
  try {  // toml++ throws
    const toml::table table = toml::parse_file(config.string());
    for (const auto& [key, node] : table) {
      const std::string fault = take(settings, key.str(), node);
      if (!fault.empty()) return Err{config.string() + ": " + std::string{key.str()} + " " + fault};
    }
    return {};
  } catch (const toml::parse_error& error) {
    return Err{config.string() + ": " + std::string{error.description()}};
  }
}

}  // namespace

std::filesystem::path default_config_path() {
  return below_home("XDG_CONFIG_HOME", ".config") / "till.toml";
}

Result<void, std::string> complete_settings(Settings& settings, const std::filesystem::path& config,
                                            bool must_exist) {
  std::error_code fault;
  if (std::filesystem::exists(config, fault)) {
    if (const auto read = read_config(settings, config); !read) return read;
  } else if (must_exist) {
    return Err{config.string() + ": no such file"};
  }
  const auto data = below_home("XDG_DATA_HOME", ".local/share");
  if (settings.nodes.empty()) settings.nodes = {"http://127.0.0.1:8080"};
  if (settings.keystore.empty()) settings.keystore = data / "keys";
  if (settings.key.empty()) settings.key = "till";
  if (settings.charter.empty()) settings.charter = data / "charter.json";
  if (settings.receipts.empty()) settings.receipts = data / "receipts";
  if (settings.journal.empty()) settings.journal = data / "till.journal";
  if (settings.minutes == 0) settings.minutes = kMinutesDefault;
  return {};
}

}  // namespace hansatsu::till
