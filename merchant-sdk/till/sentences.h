#pragma once

#include "merchant-sdk/include/hansatsu/merchant.h"
#include "wallet/screen/language.h"

namespace hansatsu::till {

/// How the program ends; printed by `hansatsu-till --help`. DO NOT RENUMBER: scripts rely on it.
/// Where the wallet's program ends alike, the number is the same.
enum class ExitCode : int {
  done = 0,         ///< paid, and proven; without --once: the shift ended in order
  not_paid = 1,     ///< the time was over, or somebody cancelled
  wrong_input = 2,  ///< arguments, configuration or a file are wrong; nothing was shown
  unreachable = 3,  ///< no node answered: whether it was paid is not known
  locked = 5,       ///< keystore or passphrase
  unproven = 6,     ///< answers without valid proof: do not trust those nodes
  untold = 8,       ///< standard output took not all; the next sitting tells of it
};
[[nodiscard]] ExitCode exit_of(merchant::ErrorCode code);

/// The error in the language of the person.
[[nodiscard]] std::string sentence(const merchant::Error& error, wallet::Language language);

}  // namespace hansatsu::till
