#pragma once

#include <cstdint>

namespace hansatsu::town {

/// splitmix64: the same day again from the same seed, on every machine.
class DayRandom {
 public:
  explicit DayRandom(std::uint64_t seed) : state_{seed} {}
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31U);
  }
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  /// least..most in steps of 10 yen, as prices are.
  std::uint64_t price(std::uint64_t least, std::uint64_t most) {
    return (least + below(most - least + 1) + 9) / 10 * 10;
  }

 private:
  std::uint64_t state_;
};

}  // namespace hansatsu::town
