#pragma once

#include "tests/property/crowd.h"

namespace hansatsu::property {

/// An operation and who signs it.
struct Deed {
  AccountId signer;
  rules::OperationVariant operation;
  std::vector<AccountId> cosigners{};
};
/// What the step's dice come to in this state.
[[nodiscard]] Deed deed_of(const state::State& state, Timestamp now, const Step& step);

/// Deeds are numbered below this.
inline constexpr std::uint8_t kDeeds = 28;

// Founders and furniture, in the order in which they were made.
inline constexpr std::uint32_t kPeople = 12;
inline constexpr std::uint32_t kShops = 4;
inline constexpr std::uint32_t kProgramsOfCoin = 5;
inline constexpr AccountId kFirstPerson{8};
inline constexpr AccountId kFirstShop{kFirstPerson.raw + kPeople};
inline constexpr AccountId kCardDesk{kFirstShop.raw + kShops};
/// The number of the card desk's key.
inline constexpr std::uint32_t kCardDeskKey = 9'000;

[[nodiscard]] rules::OpenAccount some_account(const Step& step);
[[nodiscard]] state::ProgramTerms some_terms(const state::State& state, Date today,
                                             const Step& step);

}  // namespace hansatsu::property
