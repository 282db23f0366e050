#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace hansatsu::wallet {

/// In keystore files: DO NOT RENUMBER.
enum class WordLanguage : std::uint8_t {
  english = 1,
  japanese = 2,
};
constexpr bool known(WordLanguage language) {
  return language == WordLanguage::english || language == WordLanguage::japanese;
}

inline constexpr std::size_t kWordListSize = 2048;
using WordList = std::array<std::string_view, kWordListSize>;

/// The BIP39 list of a language: UTF-8 in NFKD; a word's place is its number (words/README.md).
[[nodiscard]] const WordList& word_list(WordLanguage language);

}  // namespace hansatsu::wallet
