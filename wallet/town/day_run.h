#pragma once

#include <ostream>

#include "wallet/keystore/derivation.h"
#include "wallet/payout_list.h"
#include "wallet/town/day_books.h"
#include "wallet/town/day_plan.h"
#include "wallet/town/people.h"

namespace hansatsu::town {

/// A day while it is lived: stages in order, each final before the next. Every stage's error is a
/// sentence; refusals of single wishes are counted, not errors.
class DayRun {
 public:
  DayRun(Desk& desk, const TownPlan& plan, Places places, DayPlan wishes)
      : desk_{desk}, plan_{plan}, places_{std::move(places)}, wishes_{std::move(wishes)} {}

  [[nodiscard]] Attempt<void> live();
  [[nodiscard]] const DayTally& tally() const { return tally_; }
  void print_figures(std::ostream& out) const;

 private:
  /// A payment that was done: what a refund or a second tap needs.
  struct Paid {
    std::size_t shop = 0;
    PaymentId payment;
    Wish wish;
  };
  struct Line {
    std::uint32_t done = 0;
    std::map<std::uint16_t, std::uint32_t> refused;
  };

  Attempt<void> wake_up();
  Attempt<void> charge();
  Attempt<void> give_benefit();
  Attempt<void> pay();
  Attempt<void> tap_twice();
  Attempt<void> send();
  Attempt<void> refund();
  Attempt<void> redeem_and_settle();
  Attempt<void> hand_in();
  Attempt<Actor*> resident(std::uint32_t number);
  Attempt<std::vector<Done>> run(const std::string& what, const std::vector<Wish>& wishes);
  Attempt<void> settle();
  Attempt<void> settle(const std::vector<wallet::PayoutEntry>& entries, std::uint32_t part);
  [[nodiscard]] std::string benefit_roster() const;
  void count(const std::string& what, const Done& done);

  Desk& desk_;
  const TownPlan& plan_;
  Places places_;
  DayPlan wishes_;
  DayTally tally_;
  std::optional<wallet::Seed> seed_;
  std::map<std::uint32_t, std::unique_ptr<Actor>> residents_;
  std::vector<std::unique_ptr<Actor>> agents_;
  std::vector<std::unique_ptr<Actor>> shops_;
  std::vector<Paid> paid_;
  std::vector<std::uint32_t> may_send_;  ///< who charged coin today that may be sent on
  std::vector<std::pair<std::string, Line>> lines_;
};

}  // namespace hansatsu::town
