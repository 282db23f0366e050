#include "wallet/screen/language.h"

#include <cstdlib>

namespace hansatsu::wallet {

Language language_of_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view{value}.starts_with("ja") ? Language::ja : Language::en;
  }
  return Language::en;
}

std::string filled(std::string_view text, std::initializer_list<std::string_view> values) {
  std::string result;
  for (const std::string_view value : values) {
    const std::size_t place = text.find("{}");
    if (place == std::string_view::npos) break;
    result += text.substr(0, place);
    result += value;
    text.remove_prefix(place + 2);
  }
  return result.append(text);
}

}  // namespace hansatsu::wallet
