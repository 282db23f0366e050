#pragma once

#include "rpc/client/payment_uri.h"
#include "wallet/cli/console.h"
#include "wallet/keystore/keystore.h"
#include "wallet/keystore/mnemonic.h"
#include "wallet/keystore/passphrase.h"

/// What the errors of the floors below mean to a person.
namespace hansatsu::wallet {

[[nodiscard]] Failure failure_of(const Console& console, KeystoreError error);
[[nodiscard]] Failure failure_of(const Console& console, PassphraseError error);
[[nodiscard]] Failure failure_of(const Console& console, MnemonicError error);
[[nodiscard]] Failure failure_of(const Console& console, FileError error, std::string_view file);
[[nodiscard]] Failure failure_of(const Console& console, rpc::PaymentUriError error);
[[nodiscard]] Failure failure_of(const Console& console, AccountNumberError error,
                                 std::string_view number);

/// A Failure of exit 2 with this sentence.
[[nodiscard]] Failure wrong_input(const Console& console, Sentence sentence,
                                  std::initializer_list<std::string_view> values = {});

}  // namespace hansatsu::wallet
