#pragma once

#include <map>

#include "ledger/types/ids.h"

namespace hansatsu::consensus {

/// A set of views as runs of neighbours: however many views were skipped in a row, they take one
/// entry. Holds at most kRunsMax runs; beyond that the lowest is forgotten.
class ViewSet {
 public:
  static constexpr std::size_t kRunsMax = 65'536;

  void insert(View view);
  [[nodiscard]] bool contains(View view) const;
  /// The lowest view of the run `view` is in; `view` + 1 if it is in none.
  [[nodiscard]] View run_start(View view) const;
  void erase_below(View view);

 private:
  std::map<View, View> runs_;  ///< first -> last, never touching
};

}  // namespace hansatsu::consensus
