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

 private:
  /// What became of a wish decides about these rows.
  struct Task {
    std::vector<std::size_t> rows;
    bool is_payout = false;  ///< the second half of a person's redemption
  };
  struct Payout {
    std::size_t row = 0;
    state::ProgramAmounts amounts;
  };
  using Takings = std::map<ProgramId, Amount>;

  void wish(Actor& actor, rules::Operation operation, Task task);
  void wish_row(std::size_t row);
  void wish_grants(Actor& issuer);
  void wish_payouts();
  [[nodiscard]] Actor& cash_out() { return stage_.offices[ReplayStage::kCashOut]; }
  /// The amount from a shop's takings by program; with too few takings, something that the ledger
  /// will refuse.
  [[nodiscard]] state::ProgramAmounts take(Takings& takings, Amount amount) const;

  [[nodiscard]] Attempt<void> read(const Task& task, const Done& done);
  void read_grants(const Task& task, const Done& done);
  void read_row(std::size_t row, const Done& done);
  void settle(std::size_t row, std::uint16_t code);

  Desk& desk_;
  const History& history_;
  ReplayStage& stage_;
  ReplayPlan plan_;
  std::vector<std::uint16_t> verdicts_;
  std::vector<Takings> takings_;  ///< by NameIndex: shops' in their final blocks' order
  std::vector<Payout> payouts_;
  std::vector<std::size_t> grants_;  ///< of the round under way
  std::vector<Wish> wishes_;
  std::vector<Task> tasks_;
  std::size_t settled_ = 0;
  std::size_t rounds_ = 0;
};

}  // namespace hansatsu::town
