#include "rpc/server/account_gate.h"

#include <algorithm>

namespace hansatsu::rpc {

void AccountGate::refill(Use& use, Clock::time_point now) const {
  const double seconds = std::chrono::duration<double>(now - use.refilled).count();
  use.requests_left = std::min<double>(limits_.requests_burst,
                                       use.requests_left + seconds * limits_.requests_a_second);
  use.refilled = now;
}

bool AccountGate::take_request(AccountId account, Clock::time_point now) {
  if (uses_.size() >= limits_.accounts && !uses_.contains(account.raw)) {
    std::erase_if(uses_, [&](const auto& entry) {
      Use use = entry.second;
      refill(use, now);
      return use.requests_left >= limits_.requests_burst;
    });
    if (uses_.size() >= limits_.accounts) return false;
  }
  const Use fresh{static_cast<double>(limits_.requests_burst), now};
  Use& use = uses_.try_emplace(account.raw, fresh).first->second;
  refill(use, now);
  if (use.requests_left < 1) return false;
  use.requests_left -= 1;
  return true;
}

}  // namespace hansatsu::rpc
