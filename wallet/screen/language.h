#pragma once

#include <string>
#include <string_view>

#include "ledger/rules/refusal.h"

namespace hansatsu::wallet {

using rules::Language;

/// One sentence in both languages, side by side where it is used, so that neither is forgotten.
struct Sentence {
  std::string_view english;
  std::string_view japanese;
  [[nodiscard]] constexpr std::string_view in(Language language) const {
    return language == Language::ja ? japanese : english;
  }
};

/// Japanese when the first of LC_ALL, LC_MESSAGES and LANG that is set starts with "ja".
[[nodiscard]] Language language_of_environment();

/// `text` with each "{}" replaced by the next of `values`.
[[nodiscard]] std::string filled(std::string_view text,
                                 std::initializer_list<std::string_view> values);

}  // namespace hansatsu::wallet
