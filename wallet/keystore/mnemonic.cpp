#include "wallet/keystore/mnemonic.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "ledger/types/assert.h"

namespace hansatsu::wallet {
namespace {

constexpr std::size_t kBitsOfWord = 11;
constexpr int kSeedRounds = 2'048;
constexpr std::string_view kIdeographicSpace = "\u3000";

std::optional<SecretText> normalized(std::string_view text, utf8proc_option_t options) {
  if (text.size() > SecretText::kBytesMax) return std::nullopt;
  utf8proc_uint8_t* made = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &made, options);
  if (size < 0) return std::nullopt;
  const std::span<std::uint8_t> bytes{made, static_cast<std::size_t>(size)};
  SecretText result;
  const bool fits = result.append(as_text(bytes));
  wipe(bytes);
  std::free(made);  // NOLINT: utf8proc allocates with malloc
  if (!fits) return std::nullopt;
  return result;
}

std::optional<SecretText> nfkd(std::string_view text) {
  return normalized(
      text, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT));
}

/// Bit `position` of the entropy followed by its checksum, most significant first.
std::uint32_t bit_at(ByteView entropy, const std::uint8_t* checksum, std::size_t position) {
  const std::size_t entropy_bits = entropy.size() * 8;
  const bool in_entropy = position < entropy_bits;
  const std::size_t place = in_entropy ? position : position - entropy_bits;
  const std::uint8_t byte = in_entropy ? entropy[place / 8] : checksum[place / 8];
  return byte >> (7 - place % 8) & 1U;
}

SecretBytes<SHA256_DIGEST_LENGTH> checksum_of(ByteView entropy) {
  SecretBytes<SHA256_DIGEST_LENGTH> digest;
  unsigned size = 0;
  ASSERT(EVP_Digest(entropy.data(), entropy.size(), digest.writable().data(), &size, EVP_sha256(),
                    nullptr) == 1);
  return digest;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  constexpr std::string_view kSpaces = " \t\r\n";  // NFKD has made U+3000 a space
  while (words.size() <= kRecoveryWords) {
    const std::size_t start = text.find_first_not_of(kSpaces);
    if (start == std::string_view::npos) break;
    text.remove_prefix(start);
    const std::size_t end = std::min(text.find_first_of(kSpaces), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

struct Numbers {
  std::array<std::uint32_t, kRecoveryWords> of_word{};
  std::size_t known = 0;  ///< words found before the first that is not in the list
  ~Numbers() { wipe({reinterpret_cast<std::uint8_t*>(of_word.data()), sizeof of_word}); }
};

void look_up(const std::vector<std::string_view>& words, WordLanguage language, Numbers& numbers) {
  const WordList& list = word_list(language);
  for (const std::string_view word : words) {
    const auto found = std::find(list.begin(), list.end(), word);
    if (found == list.end()) return;
    numbers.of_word[numbers.known++] = static_cast<std::uint32_t>(found - list.begin());
  }
}

}  // namespace

SecretText words_of(ByteView entropy, WordLanguage language) {
  ASSERT(entropy.size() >= 16 && entropy.size() <= 32 && entropy.size() % 4 == 0);
  const auto checksum = checksum_of(entropy);
  const std::size_t bits = entropy.size() * 8 + entropy.size() / 4;
  const WordList& list = word_list(language);
  SecretText text;
  for (std::size_t start = 0; start < bits; start += kBitsOfWord) {
    std::uint32_t number = 0;
    for (std::size_t bit = start; bit < start + kBitsOfWord; ++bit)
      number = number << 1U | bit_at(entropy, checksum.view().data(), bit);
    if (start > 0) ASSERT(text.append(" "));
    ASSERT(text.append(list[number]));
  }
  return text;
}

SecretText words_for_people(const Entropy& entropy, WordLanguage language) {
  const SecretText plain = words_of(entropy.view(), language);
  auto composed =
      normalized(plain.view(), static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  ASSERT(composed.has_value());
  if (language != WordLanguage::japanese) return std::move(*composed);
  SecretText shown;
  for (const char& letter : composed->view())
    ASSERT(shown.append(letter == ' ' ? kIdeographicSpace : std::string_view{&letter, 1}));
  return shown;
}

Result<Words, MnemonicError> parse_words(std::string_view text, std::size_t* unknown) {
  const auto folded =
      normalized(text, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
                                                      UTF8PROC_COMPAT | UTF8PROC_CASEFOLD));
  if (!folded) return Err{MnemonicError::not_text};
  const std::vector<std::string_view> words = split(folded->view());
  if (words.size() != kRecoveryWords) return Err{MnemonicError::wrong_count};

  Numbers numbers;
  Words found;
  std::size_t best = 0;
  for (const WordLanguage language : {WordLanguage::english, WordLanguage::japanese}) {
    numbers.known = 0;
    look_up(words, language, numbers);
    found.language = language;
    best = std::max(best, numbers.known);
    if (numbers.known == kRecoveryWords) break;
  }
  if (numbers.known != kRecoveryWords) {
    if (unknown != nullptr) *unknown = best + 1;
    return Err{MnemonicError::unknown_word};
  }

  auto entropy = found.entropy.writable();
  std::uint32_t checksum = 0;
  for (std::size_t bit = 0; bit < kRecoveryWords * kBitsOfWord; ++bit) {
    const std::uint32_t value =
        numbers.of_word[bit / kBitsOfWord] >> (kBitsOfWord - 1 - bit % kBitsOfWord) & 1U;
    if (bit < entropy.size() * 8) {
      entropy[bit / 8] = static_cast<std::uint8_t>(std::uint32_t{entropy[bit / 8]} << 1U | value);
    } else {
      checksum = checksum << 1U | value;
    }
  }
  if (checksum != checksum_of(found.entropy.view()).view()[0])
    return Err{MnemonicError::wrong_checksum};
  return found;
}

std::optional<Seed> seed_of(std::string_view words, std::string_view passphrase) {
  const auto password = nfkd(words);
  SecretText salted{"mnemonic"};
  if (!salted.append(passphrase)) return std::nullopt;
  const auto salt = nfkd(salted.view());
  if (!password || !salt) return std::nullopt;
  Seed seed;
  ASSERT(PKCS5_PBKDF2_HMAC(password->view().data(), static_cast<int>(password->view().size()),
                           as_bytes(salt->view()).data(), static_cast<int>(salt->view().size()),
                           kSeedRounds, EVP_sha512(), static_cast<int>(seed.writable().size()),
                           seed.writable().data()) == 1);
  return seed;
}

}  // namespace hansatsu::wallet
