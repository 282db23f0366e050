#pragma once

#include <initializer_list>

#include "ledger/rules/apply.h"
#include "ledger/rules/books.h"
#include "ledger/state/genesis.h"

/// A small town to try rules in: two coins, its staff, and words for what people do. After every
/// operation the books must balance; a refusal must leave the state root as it was.
namespace hansatsu::scenario {

using namespace rules;  // NOLINT: the language tests are written in
using state::Lot;

inline constexpr CoinId kCoin{0};
inline constexpr CoinId kExemptCoin{1};  ///< six months at most; bound value may be sent
inline constexpr std::size_t kCoins = 2;

// Founding accounts, in their order.
inline constexpr AccountId kRegistrar{0};
inline constexpr AccountId kIssuer{1};
inline constexpr AccountId kTreasurer{2};
inline constexpr AccountId kEnroller{3};
inline constexpr AccountId kClerk{4};  ///< staff without a role
inline constexpr AccountId kAgent{5};  ///< float limit 0 until set
inline constexpr AccountId kExemptAgent{6};
inline constexpr AccountId kTown{7};
inline constexpr AccountId kNobody{4'000'000};

inline Amount yen(std::uint64_t units) { return Amount::of(units); }
Date day(std::uint32_t year, std::uint32_t month, std::uint32_t day);
/// Where every scenario begins: Friday 2026-11-20, noon in Japan.
Date first_day();

/// Key pairs are made from numbers.
std::array<std::uint8_t, 32> secret_of(std::uint32_t number);
PublicKey key_of(std::uint32_t number);
/// A key with all rights but `office`.
state::KeyGrant key_grant(std::uint32_t number,
                          state::Rights rights = state::kRightsAll & ~state::kRightOffice);
template <class Fixed>
Fixed numbered(std::uint8_t number) {
  Fixed fixed;
  fixed.bytes.back() = number;
  return fixed;
}

/// The charter of most tests; change it before founding where one needs other limits.
state::Charter town_charter();
/// From the threshold on, the class asks for two people.
void ask_for_two(state::Charter& charter, state::PolicyClass policy_class, Amount threshold = {});

// Operations in the form that is accepted, to be bent by tests.
OpenAccount verified_person(std::uint64_t person, std::uint64_t household = 0);
OpenAccount unverified_person();
OpenAccount shop_of(std::uint64_t owner);
state::ProgramTerms charge_terms(CoinId coin = kCoin);
state::ProgramTerms grant_terms(CoinId coin = kCoin);
state::ProgramTerms premium_terms(ProgramId charge, CoinId coin = kCoin);
Pay payment(AccountId shop, Amount amount, std::uint8_t order = 0);

class Scenario {
 public:
  explicit Scenario(const state::Charter& charter = town_charter());

  /// Runs it as one block. On success the books balance; on a refusal nothing has changed.
  Result<Outcome, Refusal> run(Signatory signer, const OperationVariant& operation,
                               std::initializer_list<Signatory> cosigners = {});
  Result<Outcome, Refusal> run(AccountId signer, const OperationVariant& operation,
                               std::initializer_list<Signatory> cosigners = {}) {
    return run(Signatory{signer, 0}, operation, cosigners);
  }
  /// The same, and it must be accepted.
  Outcome must(AccountId signer, const OperationVariant& operation,
               std::initializer_list<Signatory> cosigners = {});

  // What must succeed, in few words.
  AccountId open(const OpenAccount& operation);
  AccountId person(std::uint64_t pseudonym, std::uint64_t household = 0);
  AccountId visitor();
  AccountId shop(std::uint64_t owner = 900);
  ProgramId program(const state::ProgramTerms& terms);
  void charge(AccountId account, ProgramId program, std::uint64_t units);
  /// Gives each account the amount, in a batch of its own.
  Outcome grant(ProgramId program, std::initializer_list<AccountId> accounts, std::uint64_t units);
  /// One entry; gives its refusal, if it was passed over.
  Result<Outcome, Refusal> grant_entry(ProgramId program, const GrantEntry& entry);
  PaymentId pay(AccountId payer, AccountId shop, std::uint64_t units);
  RedemptionId redeem(AccountId shop);
  void set_float(AccountId agent, std::uint64_t units);
  /// Changes a row as no operation can yet (closing, an older ledger's leftovers).
  template <class Id, class F>
  void alter(Id id, const F& change) {
    state::Overlay overlay{state_};
    change(overlay.edit(id));
    overlay.seal();
    state_.merge(overlay);
  }

  void pass_days(std::uint32_t days);
  void pass_ms(std::uint64_t ms);

  [[nodiscard]] const state::State& state() const { return state_; }
  [[nodiscard]] Date today() const;
  [[nodiscard]] Timestamp now() const { return now_; }
  [[nodiscard]] const state::Account& account(AccountId id) const { return *state_.find(id); }
  [[nodiscard]] const state::ProgramCounters& counters(ProgramId id) const {
    return state_.find(id)->counters;
  }
  /// Live lots, in the order they are kept.
  [[nodiscard]] std::vector<Lot> lots(AccountId id, CoinId coin = kCoin) const;
  [[nodiscard]] std::uint64_t balance(AccountId id, CoinId coin = kCoin) const;
  [[nodiscard]] std::uint64_t takings(AccountId id, CoinId coin = kCoin) const;

 private:
  void begin_day();

  state::State state_;
  Timestamp now_;
  std::uint8_t batches_ = 0;
};

}  // namespace hansatsu::scenario
