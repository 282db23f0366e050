#pragma once

#include <chrono>
#include <unordered_map>

#include "ledger/types/ids.h"
#include "rpc/server/config.h"

namespace hansatsu::rpc {

/// Counts each account's signed requests, by whichever of its keys, and says when it is enough. One
/// thread. Remembers at most AccountLimits::accounts; who has all of its burst back is forgotten.
class AccountGate {
 public:
  using Clock = std::chrono::steady_clock;

  explicit AccountGate(const AccountLimits& limits) : limits_{limits} {}

  /// False: too many requests lately. Requires: the request's signature holds, or anybody could use
  /// up another's.
  [[nodiscard]] bool take_request(AccountId account, Clock::time_point now);

 private:
  struct Use {
    double requests_left = 0;
    Clock::time_point refilled;
  };
  void refill(Use& use, Clock::time_point now) const;

  AccountLimits limits_;
  std::unordered_map<AccountId::Raw, Use> uses_;
};

}  // namespace hansatsu::rpc
