#pragma once

#include <string>
#include <vector>

#include "ledger/types/result.h"

namespace hansatsu::town {

/// Runs a program to its end; what it printed on standard output, at most 1 MiB. Its standard error
/// stays ours. Errors: a sentence, when it can't be run or its exit code is not 0.
[[nodiscard]] Result<std::string, std::string> run_program(const std::vector<std::string>& words);

}  // namespace hansatsu::town
