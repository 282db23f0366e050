#pragma once

#include <array>
#include <cstdint>

namespace hansatsu::simulation {

/// xoshiro256** seeded by splitmix64: the same numbers on every machine and compiler, which the
/// standard library's distributions do not promise.
class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15ULL;
      std::uint64_t mixed = seed;
      mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
      mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
      word = mixed ^ (mixed >> 31U);
    }
  }

  std::uint64_t next() {
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }
  /// 0..bound-1; 0 for bound 0. The bias of the remainder is below 2^-30 for bounds used here.
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  /// least..most, both included.
  std::uint64_t between(std::uint64_t least, std::uint64_t most) {
    return least + below(most - least + 1);
  }
  /// True in `per_mille` of 1,000 cases.
  bool chance(std::uint64_t per_mille) { return below(1'000) < per_mille; }

 private:
  static std::uint64_t rotate(std::uint64_t value, unsigned bits) {
    return value << bits | value >> (64U - bits);
  }
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace hansatsu::simulation
