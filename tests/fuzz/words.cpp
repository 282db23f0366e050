#include "ledger/types/assert.h"
#include "wallet/keystore/mnemonic.h"

using namespace hansatsu;

/// Recovery words as somebody types them. What is understood, shown again, is understood alike.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::size_t unknown = 0;
  const auto words = wallet::parse_words(as_text({data, size}), &unknown);
  if (!words) {
    ASSERT(words.error() != wallet::MnemonicError::unknown_word ||
           unknown <= wallet::kRecoveryWords);
    return 0;
  }
  const auto shown = wallet::words_for_people(words->entropy, words->language);
  const auto again = wallet::parse_words(shown.view());
  ASSERT(again && again->language == words->language);
  ASSERT(std::ranges::equal(again->entropy.view(), words->entropy.view()));
  return 0;
}
