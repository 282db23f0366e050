#pragma once

#include "wallet/town/replay_file.h"

namespace hansatsu::town {

/// Which names of a history are shops: those that are ever paid or ever redeem, and never pay, send
/// or receive grants, charges or sends themselves. True = a shop; all others are persons.
[[nodiscard]] std::vector<bool> find_shops(const History& history);

/// Decides which rows may run side by side so that every row has the verdict it would have if all
/// ran one after the other: in rounds, each of which is settled before the next.
///
/// A row that takes from X may run when its verdict can't hang on what is still open before it: X
/// surely has enough even if everything open before it is taken, or, with no gift to X open before
/// it, X surely has too little already. A row that gives to X may run when no open row before it
/// takes from X in doubt. Gifts to one X, and sure takings from it, run in one round in any order.
///
/// Where value goes from hand to hand, a row that hangs on gifts of its own round is tried in it:
/// if the gifts came first, it is done, and in line it would have been; if not, its refusal says
/// nothing, and the row is open again and waits like any other.
///
/// Cost: O(open rows, at most kWindow) a round. A round is never empty while rows are open.
class ReplayPlan {
 public:
  explicit ReplayPlan(const History& history);

  /// The rows (places in History::rows, ascending) to run next; empty when all are settled.
  /// Requires: every row of the round before was settled.
  [[nodiscard]] std::vector<std::size_t> next_round();
  /// The ledger's answer on a row of the present round. False when it was a try that is no
  /// verdict: the row will stand in a later round again.
  [[nodiscard]] bool settle(std::size_t row, bool accepted);
  /// Instead: the ledger has not tried the row of the present round. It will stand in a later one.
  void reopen(std::size_t row);

  /// What a name has after all that is settled.
  [[nodiscard]] std::uint64_t balance(NameIndex name) const { return standings_[name].balance; }
  [[nodiscard]] bool is_done() const { return open_.empty(); }

 private:
  static constexpr std::size_t kWindow = 16'384;
  /// Together they fit into one request, which reaches the ledger in order.
  static constexpr std::size_t kTriesEach = 60;
  enum class Course : std::uint8_t { hold, run, attempt };

  /// What is known of a name while a round is chosen.
  struct Standing {
    std::uint64_t balance = 0;   ///< after all that is settled
    std::uint64_t round = 0;     ///< the round that what follows is of
    std::uint64_t sure = 0;      ///< left of the balance when all open takings before are done
    bool gift_open = false;      ///< a gift before is not settled
    bool gift_held = false;      ///< and is not in this round
    bool doubtful_open = false;  ///< a taking before is not settled and may fail
  };
  [[nodiscard]] Standing& standing(NameIndex name);
  [[nodiscard]] Course consider(const HistoryRow& row);
  [[nodiscard]] bool may_attempt(std::size_t row) const;

  const History& history_;
  std::vector<Standing> standings_;
  std::vector<std::size_t> open_;  ///< rows not yet chosen, ascending
  std::vector<bool> is_trying_;    ///< by row: in the present round, for luck
  std::vector<bool> was_tried_;    ///< by row: once is enough
  std::size_t tries_ = 0;          ///< of the present round
  std::uint64_t round_ = 0;
};

}  // namespace hansatsu::town
