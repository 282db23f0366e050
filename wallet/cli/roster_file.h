#pragma once

#include "wallet/cli/shell.h"
#include "wallet/roster.h"

namespace hansatsu::wallet {

/// A roster named on the command line.
struct RosterFile {
  std::filesystem::path path;
  std::string encoding;  ///< empty: found out

  void add_to(const Shell& shell, CLI::App* command);
  [[nodiscard]] RosterOptions options() const;
};

/// All problems of a roster, a line each.
[[nodiscard]] Failure roster_failure(const Console& console,
                                     const std::vector<RosterProblem>& problems);

}  // namespace hansatsu::wallet
