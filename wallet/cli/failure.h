#pragma once

#include <string>

#include "ledger/types/result.h"

namespace hansatsu::wallet {

/// How the program ends; printed by `hansatsu --help`. DO NOT RENUMBER: scripts rely on it.
enum class ExitCode : int {
  done = 0,
  refused = 1,  ///< no, finally, and nothing changed: a rule of the ledger, by receipt, or before
                ///< anything was sent, or all of several nodes (docs/decisions/0007-a-node-s-no.md)
  wrong_input = 2,  ///< arguments, configuration or a file are wrong; nothing was sent
  unreachable = 3,  ///< no node answered; nothing is known to have changed
  unknown = 4,      ///< sent, and neither final nor proven impossible: ask again
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
