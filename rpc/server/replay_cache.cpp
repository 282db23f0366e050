#include "rpc/server/replay_cache.h"

namespace hansatsu::rpc {

ReplayCheck ReplayCache::check(const Hash& request, std::uint64_t created_s, std::uint64_t now_s) {
  forget(now_s);
  if (requests_.contains(request)) return ReplayCheck::seen;
  if (requests_.size() >= entries_max_) return ReplayCheck::full;
  requests_.insert(request);
  by_end_.emplace(created_s + kept_s_, request);
  return ReplayCheck::fresh;
}

void ReplayCache::forget(std::uint64_t now_s) {
  while (!by_end_.empty() && by_end_.begin()->first < now_s) {
    requests_.erase(by_end_.begin()->second);
    by_end_.erase(by_end_.begin());
  }
}

}  // namespace hansatsu::rpc
