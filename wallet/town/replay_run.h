#pragma once

#include "wallet/town/replay_plan.h"
#include "wallet/town/replay_stage.h"

namespace hansatsu::town {

/// Submits a history's rows round by round and keeps the ledger's verdicts.
class ReplayRun {
 public:
  /// All outlive the run.
  ReplayRun(Desk& desk, const History& history, ReplayStage& stage);

  /// Until every row has its verdict. Errors: a sentence, when the town gives no final answers.
  [[nodiscard]] Attempt<void> run();

  /// 0 = accepted, else the refusal; by place in History::rows.
  [[nodiscard]] const std::vector<std::uint16_t>& verdicts() const { return verdicts_; }
  [[nodiscard]] std::size_t rounds() const { return rounds_; }
  /// Rows whose first submission came before the gift they hang on.
  [[nodiscard]] std::size_t again() const { return again_; }

 private:
  /// What became of a wish decides about these rows.
  struct Task {
    std::vector<std::size_t> rows;
    bool is_payout = false;  ///< the second half of a person's redemption
  };
  using Takings = std::map<ProgramId, Amount>;

  void wish(Actor& actor, rules::Operation operation, Task task);
  [[nodiscard]] Attempt<void> wish_row(std::size_t row);
  [[nodiscard]] Attempt<void> wish_redemption(std::size_t row);
  void wish_grants(Actor& issuer);
  [[nodiscard]] Attempt<void> wish_payouts();
  [[nodiscard]] Actor& cash_out() { return stage_.offices[ReplayStage::kCashOut]; }
  /// A shop's takings of this replay, once the node that is asked has come as far as the one whose
  /// final answers made them `total`.
  [[nodiscard]] Attempt<Takings> read_takings(AccountId shop, std::uint64_t total);
  /// The amount by program, taken off the takings; with too few of them, something that the ledger
  /// will refuse.
  [[nodiscard]] state::ProgramAmounts take(Takings& takings, Amount amount) const;

  [[nodiscard]] Attempt<void> read(const Task& task, const Done& done);
  [[nodiscard]] Attempt<void> read_grants(const Task& task, const Done& done);
  void settle(std::size_t row, std::uint16_t code);

  Desk& desk_;
  const History& history_;
  ReplayStage& stage_;
  ReplayPlan plan_;
  std::vector<std::uint16_t> verdicts_;
  std::vector<std::size_t> payouts_;  ///< persons' redemptions that were paid in
  // Of the round under way.
  std::map<NameIndex, Takings> takings_;  ///< of shops that redeem
  std::vector<std::size_t> grants_;
  std::vector<Wish> wishes_;
  std::vector<Task> tasks_;
  std::size_t settled_ = 0;
  std::size_t rounds_ = 0;
  std::size_t again_ = 0;
};

}  // namespace hansatsu::town
