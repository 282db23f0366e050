#pragma once

#include <cstdint>
#include <vector>

namespace hansatsu::state {

/// Where the row of a number lies in a layer's list: open addressing over dense row numbers. Never
/// iterated, so nothing depends on its order; empty until the first insertion.
class IdIndex {
 public:
  static constexpr std::uint32_t kAbsent = 0xffff'ffff;

  [[nodiscard]] std::uint32_t find(std::uint64_t id) const {
    if (slots_.empty()) return kAbsent;
    for (std::size_t at = start(id);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].position == kAbsent) return kAbsent;
      if (slots_[at].id == id) return slots_[at].position;
    }
  }
  /// Requires: the number is not there yet.
  void insert(std::uint64_t id, std::uint32_t position) {
    if ((used_ + 1) * 2 > slots_.size()) grow();
    place(id, position);
    ++used_;
  }
  void clear() {
    slots_.clear();
    used_ = 0;
  }

 private:
  struct Slot {
    std::uint64_t id = 0;
    std::uint32_t position = kAbsent;
  };
  [[nodiscard]] std::size_t start(std::uint64_t id) const {
    constexpr std::uint64_t kGolden = 0x9e37'79b9'7f4a'7c15;  // spreads neighbours apart
    return static_cast<std::size_t>(id * kGolden >> 32U) & (slots_.size() - 1);
  }
  void place(std::uint64_t id, std::uint32_t position) {
    std::size_t at = start(id);
    while (slots_[at].position != kAbsent) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {id, position};
  }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 8 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.position != kAbsent) place(slot.id, slot.position);
    }
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace hansatsu::state
