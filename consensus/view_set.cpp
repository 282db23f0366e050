#include "consensus/view_set.h"

#include <iterator>

namespace hansatsu::consensus {

void ViewSet::insert(View view) {
  if (contains(view)) return;
  View first = view;
  View last = view;
  const auto above = runs_.upper_bound(view);
  if (above != runs_.begin()) {
    const auto below = std::prev(above);
    if (below->second.raw + 1 == view.raw) {
      first = below->first;
      runs_.erase(below);
    }
  }
  if (const auto follows = runs_.find(next(view)); follows != runs_.end()) {
    last = follows->second;
    runs_.erase(follows);
  }
  runs_.emplace(first, last);
  if (runs_.size() > kRunsMax) runs_.erase(runs_.begin());
}

bool ViewSet::contains(View view) const { return run_start(view) <= view; }

View ViewSet::run_start(View view) const {
  const auto above = runs_.upper_bound(view);
  if (above == runs_.begin()) return next(view);
  const auto run = std::prev(above);
  return run->second >= view ? run->first : next(view);
}

void ViewSet::erase_below(View view) {
  while (!runs_.empty() && runs_.begin()->second < view) runs_.erase(runs_.begin());
}

}  // namespace hansatsu::consensus
