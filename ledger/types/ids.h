#pragma once

#include <compare>
#include <cstdint>

namespace hansatsu {
inline namespace types {

/// An integer with a meaning: ids of different tables do not mix, and none converts by itself.
template <class Tag, class Representation>
struct StrongId {
  using Raw = Representation;
  Raw raw = 0;

  constexpr StrongId() = default;
  explicit constexpr StrongId(Raw value) : raw{value} {}
  constexpr auto operator<=>(const StrongId&) const = default;
};

// Dense ids: the next free index of their table.
using AccountId = StrongId<struct AccountTag, std::uint32_t>;
using ProgramId = StrongId<struct ProgramTag, std::uint32_t>;
using PaymentId = StrongId<struct PaymentTag, std::uint64_t>;
using RedemptionId = StrongId<struct RedemptionTag, std::uint64_t>;
using CoinId = StrongId<struct CoinTag, std::uint16_t>;

// Pseudonyms: random numbers given by the office, renewable; 0 = none.
using PersonId = StrongId<struct PersonTag, std::uint64_t>;
using HouseholdId = StrongId<struct HouseholdTag, std::uint64_t>;

// Of the chain.
using Epoch = StrongId<struct EpochTag, std::uint64_t>;
using View = StrongId<struct ViewTag, std::uint64_t>;      ///< from 1; 0 is the anchor
using Height = StrongId<struct HeightTag, std::uint64_t>;  ///< genesis is 0
using ValidatorIndex = StrongId<struct ValidatorTag, std::uint8_t>;

[[nodiscard]] constexpr Height next(Height height) { return Height{height.raw + 1}; }
[[nodiscard]] constexpr View next(View view) { return View{view.raw + 1}; }

}  // namespace types
}  // namespace hansatsu
