#pragma once

#include <set>

#include "ledger/types/bytes.h"

namespace hansatsu::rpc {

enum class ReplayCheck : std::uint8_t {
  fresh = 1,
  seen = 2,
  full = 3,  ///< as many are remembered as may be: nobody is forgotten early
};

/// Remembers signed requests for as long as their signature would be taken again.
class ReplayCache {
 public:
  ReplayCache(std::size_t entries_max, std::uint64_t kept_s)
      : entries_max_{entries_max}, kept_s_{kept_s} {}

  /// `request` names the signed request; a fresh one is remembered until created_s + kept_s.
  [[nodiscard]] ReplayCheck check(const Hash& request, std::uint64_t created_s,
                                  std::uint64_t now_s);

 private:
  void forget(std::uint64_t now_s);

  std::size_t entries_max_;
  std::uint64_t kept_s_;
  std::set<std::pair<std::uint64_t, Hash>> by_end_;  ///< (last second it counts, request)
  std::set<Hash> requests_;
};

}  // namespace hansatsu::rpc
