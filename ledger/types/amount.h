#pragma once

#include <compare>
#include <cstdint>

#include "ledger/types/result.h"

namespace hansatsu {
inline namespace types {

enum class AmountError : std::uint8_t {
  out_of_range = 1,  ///< above Amount::kMax, or below zero
};

/// Money in the smallest unit of its coin (1 yen for most). 0..kMax always holds.
/// Arithmetic is checked: `plus` and `minus` give an error instead of wrapping.
class Amount {
 public:
  static constexpr std::uint64_t kMax = 9'000'000'000'000'000;  // < 2^53: exact in JavaScript

  constexpr Amount() = default;

  [[nodiscard]] static constexpr Result<Amount, AmountError> from_units(std::uint64_t units) {
    if (units > kMax) return Err{AmountError::out_of_range};
    return Amount{units};
  }
  /// For constants and sums known to be in range; out of range is a bug.
  [[nodiscard]] static constexpr Amount of(std::uint64_t units) {
    ASSERT(units <= kMax);
    return Amount{units};
  }

  [[nodiscard]] constexpr Result<Amount, AmountError> plus(Amount other) const {
    return from_units(units_ + other.units_);  // 2 * kMax < 2^64: cannot wrap
  }
  [[nodiscard]] constexpr Result<Amount, AmountError> minus(Amount other) const {
    if (other.units_ > units_) return Err{AmountError::out_of_range};
    return Amount{units_ - other.units_};
  }
  /// For sums that an invariant keeps in range (a counter below its budget); otherwise a bug.
  constexpr void add(Amount other) { *this = of(units_ + other.units_); }
  constexpr void subtract(Amount other) {
    ASSERT(other.units_ <= units_);
    units_ -= other.units_;
  }
  /// floor(this * basis_points / 10,000), for basis points 0..10,000: never above this.
  [[nodiscard]] constexpr Amount share_floor(std::uint32_t basis_points) const {
    ASSERT(basis_points <= 10'000);
    return Amount{units_ / 10'000 * basis_points + units_ % 10'000 * basis_points / 10'000};
  }

  [[nodiscard]] constexpr std::uint64_t units() const { return units_; }
  [[nodiscard]] constexpr bool is_zero() const { return units_ == 0; }
  constexpr auto operator<=>(const Amount&) const = default;

 private:
  explicit constexpr Amount(std::uint64_t units) : units_{units} {}
  std::uint64_t units_ = 0;
};

}  // namespace types
}  // namespace hansatsu
