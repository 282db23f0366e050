#pragma once

#include <filesystem>

#include "ledger/types/result.h"
#include "wallet/keystore/atomic_file.h"
#include "wallet/keystore/secret_text.h"

namespace hansatsu::wallet {

/// Secrets come from a file or from the terminal, never from arguments.
enum class PassphraseError : std::uint8_t {
  no_file = 1,     ///< the file is missing or can't be read
  open_to_others,  ///< the file's mode lets others than its owner read it
  too_long,        ///< more than a line of 1,024 bytes
  empty,           ///< nothing was given
  no_terminal,     ///< there is no terminal to ask on: name a file
  differ,          ///< typed twice, and not the same
};

/// The file's first line. The file must be its owner's alone (mode 0600 or stricter).
[[nodiscard]] Result<SecretText, PassphraseError> passphrase_from_file(
    const std::filesystem::path& path);
/// Asks on the terminal without showing what is typed; standard input and output stay free.
[[nodiscard]] Result<SecretText, PassphraseError> ask_secret(std::string_view question);
/// Asks twice: for a new passphrase.
[[nodiscard]] Result<SecretText, PassphraseError> ask_secret_twice(std::string_view question,
                                                                   std::string_view again);

}  // namespace hansatsu::wallet
