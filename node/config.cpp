#include "node/config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>

namespace hansatsu::node {
namespace {

/// One key of the file: how a text or a number given for it lands in the Config.
struct Key {
  std::string_view name;
  bool (*set_text)(Config&, std::string_view);
  bool (*set_number)(Config&, std::int64_t);
};

template <auto Member>
bool set_text(Config& config, std::string_view value) {
  config.*Member = value;
  return true;
}
template <auto Member, std::int64_t Min, std::int64_t Max>
bool set_number(Config& config, std::int64_t value) {
  if (value < Min || value > Max) return false;
  using Value = std::remove_reference_t<decltype(config.*Member)>;
  config.*Member = Value{static_cast<std::uint32_t>(value)};
  return true;
}

constexpr std::array<Key, 8> kKeys{{
    {"peer_listen", set_text<&Config::peer_listen>, nullptr},
    {"api_listen", set_text<&Config::api_listen>, nullptr},
    {"metrics_listen", set_text<&Config::metrics_listen>, nullptr},
    {"log_level", set_text<&Config::log_level>, nullptr},
    {"verify_threads", nullptr, set_number<&Config::verify_threads, 0, 256>},
    {"mempool_transactions_max", nullptr,
     set_number<&Config::mempool_transactions_max, 64, 4'000'000>},
    {"checkpoint_interval_ms", nullptr, set_number<&Config::checkpoint_interval, 100, 600'000>},
    {"api_requests_per_second", nullptr,
     set_number<&Config::api_requests_per_second, 1, 10'000'000>},
}};

std::string environment_name(std::string_view key) {
  std::string name = "HANSATSUD_";
  for (const char letter : key) {
    name.push_back(letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter);
  }
  return name;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Err<ConfigError> wrong(const std::string& where, std::string_view key, std::string_view reason) {
  return Err{ConfigError{where + ": " + std::string{key} + ": " + std::string{reason}}};
}

Result<void, ConfigError> apply_file(Config& config, const std::filesystem::path& path) {
  toml::table table;
  try {
    table = toml::parse_file(path.string());
  } catch (const toml::parse_error& error) {
    return Err{ConfigError{path.string() + ": line " + std::to_string(error.source().begin.line) +
                           ": " + std::string{error.description()}}};
  }
  for (const auto& [name, value] : table) {
    const auto key = std::find_if(kKeys.begin(), kKeys.end(),
                                  [&](const Key& k) { return k.name == name.str(); });
    if (key == kKeys.end()) return wrong(path.string(), name.str(), "no such key");
    if (key->set_text != nullptr) {
      const auto text = value.value_exact<std::string>();
      if (!text) return wrong(path.string(), name.str(), "a text in quotes is needed");
      if (!key->set_text(config, *text)) return wrong(path.string(), name.str(), "not allowed");
    } else {
      const auto number = value.value_exact<std::int64_t>();
      if (!number) return wrong(path.string(), name.str(), "a whole number is needed");
      if (!key->set_number(config, *number))
        return wrong(path.string(), name.str(), "out of range");
    }
  }
  return {};
}

Result<void, ConfigError> apply_environment(Config& config) {
  for (const Key& key : kKeys) {
    const std::string name = environment_name(key.name);
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) continue;
    if (key.set_text != nullptr) {
      if (!key.set_text(config, value)) return wrong("environment", name, "not allowed");
      continue;
    }
    const auto number = parse_number(value);
    if (!number) return wrong("environment", name, "a whole number is needed");
    if (!key.set_number(config, *number)) return wrong("environment", name, "out of range");
  }
  return {};
}

}  // namespace

Result<Config, ConfigError> load_config(const std::filesystem::path& data) {
  Config config;
  config.data = data;
  const std::filesystem::path path = data / "hansatsud.toml";
  std::error_code ec;
  if (std::filesystem::exists(path, ec)) {
    if (const auto read = apply_file(config, path); !read) return Err{read.error()};
  }
  if (const auto read = apply_environment(config); !read) return Err{read.error()};
  return config;
}

}  // namespace hansatsu::node
