#pragma once

#include <string>

#include "ledger/types/result.h"

namespace hansatsu::wallet {

/// How the program ends; printed by `hansatsu --help`. DO NOT RENUMBER: scripts rely on it.
enum class ExitCode : int {
  done = 0,
  refused = 1,      ///< the ledger's rules said no, finally; nothing changed
  wrong_input = 2,  ///< arguments, configuration or a file are wrong; nothing was sent
  unreachable = 3,  ///< no node answered; nothing is known to have changed
  unknown = 4,      ///< sent, and not final yet when the time was up: ask again
  locked = 5,       ///< keystore or passphrase
  unproven = 6,     ///< an answer came without valid proof, or an audit found a fault: do not trust
                    ///< that node
  declined = 7,     ///< the person said no at the preview
};

/// Why a command stops.
struct Failure {
  ExitCode exit = ExitCode::wrong_input;
  std::string code;        ///< "E-PAY-05" where the ledger or the API gave one
  std::string text;        ///< a sentence in the language of the person
  bool in_result = false;  ///< the JSON that was printed says it already
};
template <class T>
using Attempt = Result<T, Failure>;

}  // namespace hansatsu::wallet
