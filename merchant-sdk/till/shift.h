#pragma once

#include <set>
#include <string>
#include <vector>

#include "merchant-sdk/till/keyboard.h"
#include "merchant-sdk/till/sentences.h"
#include "merchant-sdk/till/settings.h"

namespace hansatsu::till {

struct ShiftOptions {
  Settings settings;
  wallet::Language language = wallet::Language::en;
  bool json = false;  ///< a JSON object a line on standard output instead of text
};

/// One sitting at a till: amounts come in, requests and slips go out. Results go to standard
/// output, prompts and troubles to standard error. One thread.
class Shift {
 public:
  Shift(merchant::Till till, ShiftOptions options);

  /// Tells what was paid while the till was off, asks for amounts until told to quit, looks for
  /// what came late, then says what was taken.
  [[nodiscard]] ExitCode run();
  /// One order: shows it, waits, prints the slip.
  [[nodiscard]] ExitCode sell(std::string_view amount);
  /// Tells of payments that the shop does not know of yet: of orders that nobody waited for, and
  /// second ones, and those of another amount.
  [[nodiscard]] ExitCode look_back();

 private:
  [[nodiscard]] std::string say(wallet::Sentence sentence,
                                std::initializer_list<std::string_view> values = {}) const;
  void show(const merchant::Order& order) const;
  [[nodiscard]] merchant::Result<merchant::Payment> wait(const merchant::Order& order);
  /// Asks the nodes once more for an order that may have been paid after all.
  [[nodiscard]] merchant::Result<merchant::Payment> look_once(const merchant::Order& order);
  /// Prints the slip, and only then notes the payment: what the shop was not told of is told again.
  void take(const merchant::Order& order, const merchant::Payment& payment);
  void take_stray(const merchant::FoundPayment& found);
  struct Told {
    merchant::Order order;
    merchant::Payment payment;
  };
  void note(Told told);
  /// What was told in this sitting, but could not be noted; its proof may not be kept either.
  void note_again();
  /// The same as look_back, and says so when there was nothing.
  void look_again();
  void say_found(const merchant::LookBack& looked) const;
  /// Where the proof was kept; empty if it could not be.
  [[nodiscard]] std::string keep(const merchant::Payment& payment) const;
  /// That it was not paid, and why.
  void complain(const merchant::Error& error, const merchant::Order* order = nullptr) const;
  void say_trouble(const merchant::Error& error, const merchant::Order* order) const;
  void say_total() const;

  merchant::Till till_;
  ShiftOptions options_;
  merchant::Town town_;
  Keyboard keyboard_;
  std::set<merchant::OrderReference> unpaid_;  ///< this sitting's, while they may be paid yet
  std::set<std::string> told_;                 ///< transactions: each has one slip, and counts once
  std::set<merchant::OrderReference> settled_;  ///< by a slip: who pays one again is stray
  std::vector<Told> unnoted_;
  bool found_any_ = false;  ///< when it looked back last
  std::uint64_t payments_ = 0;
  std::uint64_t taken_ = 0;
};

/// "1200" or "1,200", also in the full-width digits of a Japanese keyboard. Zero for what is no
/// amount: "1,20" is none.
[[nodiscard]] std::uint64_t amount_of(std::string_view text);

}  // namespace hansatsu::till
