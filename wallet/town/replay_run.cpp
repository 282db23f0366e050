#include "wallet/town/replay_run.h"

#include <algorithm>
#include <set>

namespace hansatsu::town {
namespace {

constexpr std::chrono::seconds kRoundMax{120};
constexpr std::size_t kGrantsTogether = 500;

state::ProgramAmounts by_program(const std::map<ProgramId, Amount>& sums) {
  state::ProgramAmounts amounts;
  for (const auto& [program, amount] : sums) {
    if (!amount.is_zero()) amounts.push_back({program, amount});
  }
  return amounts;
}

}  // namespace

ReplayRun::ReplayRun(Desk& desk, const History& history, ReplayStage& stage)
    : desk_{desk},
      history_{history},
      stage_{stage},
      plan_{history},
      verdicts_(history.rows.size(), 0),
      takings_(history.ids.size()) {}

Attempt<void> ReplayRun::run() {
  const auto issuer = desk_.staff("issuer");
  if (!issuer) return Err{issuer.error()};
  Bar bar{"rows", history_.rows.size()};
  while (!plan_.is_done() || !payouts_.empty()) {
    wishes_.clear();
    tasks_.clear();
    wish_payouts();
    for (const std::size_t row : plan_.next_round()) wish_row(row);
    wish_grants(**issuer);
    const auto done =
        desk_.run(wishes_, kRoundMax, [&](std::size_t count) { bar.show(settled_ + count); });
    if (!done) return Err{done.error()};
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      if (auto ok = read(tasks_[i], (*done)[i]); !ok) return ok;
    }
    // What never entered a block used no sequence up.
    std::set<Actor*> stuck;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      if (!(*done)[i].is_final) stuck.insert(wishes_[i].actor);
    }
    for (Actor* actor : stuck) {
      if (auto ready = desk_.prepare(*actor); !ready) return ready;
    }
    ++rounds_;
    bar.show(settled_);
  }
  return {};
}

void ReplayRun::wish(Actor& actor, rules::Operation operation, Task task) {
  wishes_.push_back({&actor, std::move(operation), nullptr});
  tasks_.push_back(std::move(task));
}

void ReplayRun::wish_row(std::size_t row) {
  const HistoryRow& one = history_.rows[row];
  if (one.kind == RowKind::grant) return grants_.push_back(row);
  if (one.kind == RowKind::charge) {
    const AccountId receiver = stage_.people[one.to].reference.account;
    return wish(stage_.offices[ReplayStage::kAgent],
                {rules::Charge{receiver, *stage_.charges, one.amount, Amount{}}}, {{row}, false});
  }
  Actor& giver = stage_.people[one.from];
  if (one.kind == RowKind::redeem && stage_.is_shop[one.from]) {
    return wish(giver, {rules::Redeem{stage_.coin, take(takings_[one.from], one.amount)}},
                {{row}, false});
  }
  Actor& receiver = one.kind == RowKind::redeem ? cash_out() : stage_.people[one.to];
  if (one.kind == RowKind::redeem || stage_.is_shop[one.to]) {
    OrderReference order;
    fill_random(order.bytes);
    return wish(giver, {rules::Pay{receiver.reference.account, stage_.coin, one.amount, order}},
                {{row}, false});
  }
  wish(giver, {rules::Send{receiver.reference.account, stage_.coin, one.amount}}, {{row}, false});
}

void ReplayRun::wish_grants(Actor& issuer) {
  // Too little budget for all refuses a list as a whole: then each row stands alone.
  const std::size_t together = stage_.is_scarce ? 1 : kGrantsTogether;
  std::vector<std::size_t> left = std::move(grants_);
  grants_.clear();
  while (!left.empty()) {
    rules::Grant grant;
    grant.program = *stage_.grants;
    fill_random(grant.batch.bytes);
    Task task;
    std::set<NameIndex> named;  // a list names an account once
    std::vector<std::size_t> later;
    for (const std::size_t row : left) {
      const HistoryRow& one = history_.rows[row];
      if (task.rows.size() >= together || !named.insert(one.to).second) {
        later.push_back(row);
        continue;
      }
      grant.entries.push_back(
          {stage_.people[one.to].reference.account, one.amount, {}, Date{Date::kNever}});
      task.rows.push_back(row);
    }
    wish(issuer, {std::move(grant)}, std::move(task));
    left = std::move(later);
  }
}

void ReplayRun::wish_payouts() {
  for (Payout& payout : payouts_) {
    wish(cash_out(), {rules::Redeem{stage_.coin, std::move(payout.amounts)}}, {{payout.row}, true});
  }
  payouts_.clear();
}

state::ProgramAmounts ReplayRun::take(Takings& takings, Amount amount) const {
  Amount left = amount;
  Takings taken;
  for (const auto& [program, there] : takings) {
    taken[program] = std::min(there, left);
    left.subtract(taken[program]);
  }
  if (left.is_zero()) {
    for (const auto& [program, part] : taken) takings[program].subtract(part);
    return by_program(taken);
  }
  taken[stage_.charges ? *stage_.charges : stage_.grants.value_or(ProgramId{})].add(left);
  return by_program(taken);
}

Attempt<void> ReplayRun::read(const Task& task, const Done& done) {
  if (task.is_payout) {
    if (done.ok()) return {};
    return Err{"line " + std::to_string(history_.rows[task.rows.front()].line) +
               ": the cash-out shop could not redeem: " + explain(done.code)};
  }
  if (history_.rows[task.rows.front()].kind == RowKind::grant) {
    read_grants(task, done);
  } else {
    read_row(task.rows.front(), done);
  }
  return {};
}

void ReplayRun::read_grants(const Task& task, const Done& done) {
  std::vector<std::uint16_t> codes(task.rows.size(), done.code);
  for (const rules::RefusedEntry& entry : done.outcome.private_part.refused_entries) {
    if (entry.index < codes.size()) codes[entry.index] = entry.code;
  }
  for (std::size_t i = 0; i < codes.size(); ++i) settle(task.rows[i], codes[i]);
}

void ReplayRun::read_row(std::size_t row, const Done& done) {
  const HistoryRow& one = history_.rows[row];
  settle(row, done.code);
  if (!done.ok()) return;
  const bool is_person = one.from != kNobody && !stage_.is_shop[one.from];
  const bool pays_shop = one.kind == RowKind::pay && stage_.is_shop[one.to];
  Takings moved;
  for (const state::Lot& lot : done.outcome.private_part.lots) moved[lot.program].add(lot.amount);
  if (pays_shop) {
    for (const auto& [program, amount] : moved) takings_[one.to][program].add(amount);
  }
  if (one.kind == RowKind::redeem && is_person) payouts_.push_back({row, by_program(moved)});
}

void ReplayRun::settle(std::size_t row, std::uint16_t code) {
  verdicts_[row] = code;
  plan_.settle(row, code == 0);
  ++settled_;
}

}  // namespace hansatsu::town
