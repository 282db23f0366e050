#pragma once

#include <algorithm>
#include <vector>

namespace hansatsu::rules {

/// The form of a list that is a set: every element below the next.
template <class Element>
[[nodiscard]] bool ascends(const std::vector<Element>& list) {
  return std::adjacent_find(list.begin(), list.end(), [](const Element& a, const Element& b) {
           return !(a < b);
         }) == list.end();
}

}  // namespace hansatsu::rules
