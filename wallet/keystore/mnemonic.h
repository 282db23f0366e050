#pragma once

#include <optional>

#include "ledger/crypto/keys.h"
#include "ledger/types/result.h"
#include "wallet/keystore/secret_text.h"
#include "wallet/keystore/word_list.h"

namespace hansatsu::wallet {

/// What 24 words stand for.
using Entropy = SecretBytes<32>;
/// What keys are derived from.
using Seed = SecretBytes<64>;

inline constexpr std::size_t kRecoveryWords = 24;

enum class MnemonicError : std::uint8_t {
  not_text = 1,    ///< not UTF-8, or longer than any recovery words
  wrong_count,     ///< not 24 words
  unknown_word,    ///< a word stands in neither list, or the words mix languages
  wrong_checksum,  ///< every word is known, but they do not belong together: one is wrong or moved
};

struct Words {
  Entropy entropy;
  WordLanguage language = WordLanguage::english;
};

/// The words of `entropy` (16, 20, 24, 28 or 32 bytes) in the list's own form (NFKD), parted by
/// ASCII spaces: what a seed is made from.
[[nodiscard]] SecretText words_of(ByteView entropy, WordLanguage language);
/// As people should see and write them: composed characters (NFC), Japanese words parted by U+3000.
[[nodiscard]] SecretText words_for_people(const Entropy& entropy, WordLanguage language);

/// Reads 24 words as people type them: any Unicode form, any white space, capitals. The language
/// is found from the words. `unknown`, if given, receives the place (1..24) of the first word that
/// is in neither list.
[[nodiscard]] Result<Words, MnemonicError> parse_words(std::string_view text,
                                                       std::size_t* unknown = nullptr);

/// BIP39 seed: PBKDF2-HMAC-SHA512 over both texts in NFKD, 2,048 rounds. Absent for text that is
/// not UTF-8 or too long. Cost: about 1 ms.
/// Source: BIP39; vectors in tests/vectors/bip39.json.
[[nodiscard]] std::optional<Seed> seed_of(std::string_view words, std::string_view passphrase);

}  // namespace hansatsu::wallet
