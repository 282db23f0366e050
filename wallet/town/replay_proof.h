#pragma once

#include "wallet/town/replay_stage.h"

namespace hansatsu::town {

struct Proof {
  std::vector<std::string> faults;  ///< sentences of what does not fit; none when all does
  std::vector<std::string> silent;  ///< validators that did not answer; the others were asked
};

/// Holds the ledger against a model of the rows that it accepted: every name's balance, the
/// programs' counters, and the validators against each other. `verdicts`: ReplayRun's.
/// Errors: a sentence, when the ledger can't be asked. Cost: a question an account.
[[nodiscard]] Attempt<Proof> prove(Desk& desk, const History& history,
                                   const std::vector<std::uint16_t>& verdicts,
                                   const ReplayStage& stage);

}  // namespace hansatsu::town
