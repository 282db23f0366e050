#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hansatsu::wallet {

/// What people are spoken to in.
enum class Language : std::uint8_t { english = 1, japanese = 2 };

/// One sentence in both languages, side by side where it is used, so that neither is forgotten.
struct Sentence {
  std::string_view english;
  std::string_view japanese;
  [[nodiscard]] constexpr std::string_view in(Language language) const {
    return language == Language::japanese ? japanese : english;
  }
};

/// Japanese when the first of LC_ALL, LC_MESSAGES and LANG that is set starts with "ja".
[[nodiscard]] Language language_of_environment();

/// `text` with each "{}" replaced by the next of `values`.
[[nodiscard]] std::string filled(std::string_view text,
                                 std::initializer_list<std::string_view> values);

}  // namespace hansatsu::wallet
