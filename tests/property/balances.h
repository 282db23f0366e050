#pragma once

#include <map>

#include "ledger/block/transaction.h"
#include "ledger/rules/outcome.h"
#include "ledger/state/state.h"

namespace hansatsu::property {

/// What everybody has, counted from transactions and their outcomes alone: receipts add up to the
/// state, or somebody was told something that is not so.
class Balances {
 public:
  explicit Balances(const state::State& start);

  /// What is of a date before today has gone.
  void begin_day(Date today);
  void add(const block::UnsignedTransaction& transaction, const rules::Outcome& outcome);
  /// Empty when the state says the same; otherwise what differs.
  [[nodiscard]] std::string differences(const state::State& state) const;

 private:
  struct Place {
    AccountId account;
    ProgramId program;
    Date expiry;  ///< kNever: a shop's takings
    auto operator<=>(const Place&) const = default;
  };
  using Amounts = std::map<ProgramId, std::uint64_t>;
  struct Payment {
    AccountId payer;
    AccountId shop;
    std::map<std::pair<ProgramId, Date>, std::uint64_t> left;  ///< of its lots, not given back
  };
  struct Redemption {
    AccountId shop;
    Amounts gross;
    state::RedemptionState state = state::RedemptionState::requested;
    std::optional<std::uint64_t> payout{};  ///< of its line in the bank file
  };

  void count(const rules::Pay& pay, AccountId signer, const rules::Outcome& outcome);
  void count(const rules::Send& send, AccountId signer, const rules::Outcome& outcome);
  void count(const rules::Charge& charge, AccountId signer, const rules::Outcome& outcome);
  void count(const rules::Grant& grant, AccountId signer, const rules::Outcome& outcome);
  void count(const rules::Refund& refund, AccountId signer, const rules::Outcome& outcome);
  void count(const rules::Redeem& redeem, AccountId signer, const rules::Outcome& outcome);
  void count(const rules::File& file, AccountId signer, const rules::Outcome& outcome);
  void count(const rules::Settle& settle, AccountId signer, const rules::Outcome& outcome);
  void count(const rules::HandIn& hand_in, AccountId signer, const rules::Outcome& outcome);
  void count(const rules::OpenProgram& open, AccountId signer, const rules::Outcome& outcome);
  template <class Other>
  void count(const Other& /*moves nothing*/, AccountId /*signer*/,
             const rules::Outcome& /*outcome*/) {}

  [[nodiscard]] std::map<Place, std::uint64_t> held_in(const state::State& state) const;
  void give(const Place& place, Amount amount);
  void take(const Place& place, Amount amount);
  void draw_from_redemptions(AccountId shop, ProgramId program, std::uint64_t amount);

  Date today_;
  std::map<Place, std::uint64_t> held_;
  std::map<PaymentId, Payment> payments_;
  std::map<RedemptionId, Redemption> redemptions_;
  std::map<AccountId, std::uint64_t> floats_used_;
  std::map<ProgramId, state::ExpiryRule> expiries_;
  std::string fault_;  ///< the first move of what is not there
};

}  // namespace hansatsu::property
