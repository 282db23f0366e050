#include "wallet/town/replay_run.h"

#include <algorithm>
#include <set>
#include <thread>

namespace hansatsu::town {
namespace {

constexpr std::chrono::seconds kRoundMax{120};
constexpr std::size_t kGrantsTogether = 500;
constexpr std::chrono::seconds kTakingsMax{10};
constexpr std::chrono::milliseconds kTakingsPoll{2};

/// No two payments of a history are one order paid twice.
OrderReference fresh_order() {
  OrderReference order;
  fill_random(order.bytes);
  return order;
}

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
      verdicts_(history.rows.size(), 0) {}

Attempt<void> ReplayRun::run() {
  const auto issuer = desk_.staff("issuer");
  if (!issuer) return Err{issuer.error()};
  Bar bar{"rows", history_.rows.size()};
  while (!plan_.is_done() || !payouts_.empty()) {
    wishes_.clear();
    tasks_.clear();
    takings_.clear();
    if (auto ok = wish_payouts(); !ok) return ok;
    const std::vector<std::size_t> round = plan_.next_round();
    for (const std::size_t row : round) {
      if (history_.rows[row].kind == RowKind::grant) grants_.push_back(row);
    }
    wish_grants(**issuer);  // first: others may hang on them
    for (const std::size_t row : round) {
      if (auto ok = wish_row(row); !ok) return ok;
    }
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

Attempt<void> ReplayRun::wish_row(std::size_t row) {
  const HistoryRow& one = history_.rows[row];
  switch (one.kind) {
    case RowKind::grant:
      return {};  // stands in a list
    case RowKind::charge: {
      const AccountId receiver = stage_.people[one.to].reference.account;
      wish(stage_.offices[ReplayStage::kAgent],
           {rules::Charge{receiver, *stage_.charges, one.amount, Amount{}}}, {{row}});
      return {};
    }
    case RowKind::redeem:
      return wish_redemption(row);
    case RowKind::pay:
    case RowKind::send:
      break;
  }
  Actor& giver = stage_.people[one.from];
  const AccountId receiver = stage_.people[one.to].reference.account;
  if (stage_.is_shop[one.to]) {
    wish(giver, {rules::Pay{receiver, stage_.coin, one.amount, fresh_order()}}, {{row}});
  } else {
    wish(giver, {rules::Send{receiver, stage_.coin, one.amount}}, {{row}});
  }
  return {};
}

Attempt<void> ReplayRun::wish_redemption(std::size_t row) {
  const HistoryRow& one = history_.rows[row];
  Actor& giver = stage_.people[one.from];
  if (!stage_.is_shop[one.from]) {
    const AccountId shop = cash_out().reference.account;
    wish(giver, {rules::Pay{shop, stage_.coin, one.amount, fresh_order()}}, {{row}});
    return {};
  }
  auto known = takings_.find(one.from);
  if (known == takings_.end()) {
    const auto takings = read_takings(giver.reference.account, plan_.balance(one.from));
    if (!takings) return Err{takings.error()};
    known = takings_.emplace(one.from, *takings).first;
  }
  wish(giver, {rules::Redeem{stage_.coin, take(known->second, one.amount)}}, {{row}});
  return {};
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

Attempt<void> ReplayRun::wish_payouts() {
  if (payouts_.empty()) return {};
  std::uint64_t total = 0;
  for (const std::size_t row : payouts_) total += history_.rows[row].amount.units();
  auto takings = read_takings(cash_out().reference.account, total);
  if (!takings) return Err{takings.error()};
  for (const std::size_t row : payouts_) {
    const Amount amount = history_.rows[row].amount;
    wish(cash_out(), {rules::Redeem{stage_.coin, take(*takings, amount)}}, {{row}, true});
  }
  payouts_.clear();
  return {};
}

Attempt<ReplayRun::Takings> ReplayRun::read_takings(AccountId shop, std::uint64_t total) {
  const auto deadline = std::chrono::steady_clock::now() + kTakingsMax;
  do {
    const auto answer = desk_.account(shop);
    if (!answer) return Err{answer.error()};
    Takings takings;
    std::uint64_t sum = 0;
    for (const state::CoinValue& value : answer->record.account.value) {
      if (value.coin != stage_.coin) continue;
      for (const state::ProgramAmount& taken : value.takings) {
        if (taken.program != stage_.charges && taken.program != stage_.grants) continue;
        takings[taken.program] = taken.amount;
        sum += taken.amount.units();
      }
    }
    if (sum == total) return takings;
    std::this_thread::sleep_for(kTakingsPoll);
  } while (std::chrono::steady_clock::now() < deadline);
  return Err{std::string{"a shop's takings are not what the final answers make them"}};
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
  const std::size_t row = task.rows.front();
  const HistoryRow& one = history_.rows[row];
  // Others of the same key overtook it on the way, and it is in no block: no verdict on the row.
  constexpr auto kOvertaken = static_cast<std::uint16_t>(rules::Refusal::sequence_too_old);
  if (!done.is_final && done.code == kOvertaken) {
    again_ += task.rows.size();
    if (task.is_payout) {
      payouts_.push_back(row);
    } else {
      for (const std::size_t each : task.rows) plan_.reopen(each);
    }
    return {};
  }
  if (task.is_payout) {
    if (done.ok()) return {};
    return Err{"line " + std::to_string(one.line) +
               ": the cash-out shop could not redeem: " + explain(done.code)};
  }
  if (one.kind == RowKind::grant) return read_grants(task, done);
  settle(row, done.code);
  if (done.ok() && one.kind == RowKind::redeem && !stage_.is_shop[one.from]) {
    payouts_.push_back(row);
  }
  return {};
}

/// A list may pass entries over: who is told by the private part, which only the issuer may read.
Attempt<void> ReplayRun::read_grants(const Task& task, const Done& done) {
  std::vector<std::uint16_t> codes(task.rows.size(), done.code);
  std::uint64_t asked = 0;
  for (const std::size_t row : task.rows) asked += history_.rows[row].amount.units();
  if (done.ok() && done.outcome.public_part.amount.units() != asked) {
    const auto issuer = desk_.staff("issuer");
    if (!issuer) return Err{issuer.error()};
    const auto known = desk_.client().transaction(done.id, (*issuer)->signer());
    if (!known || !known->result || !known->result->private_outcome) {
      return Err{std::string{"the issuer can't read which grants were passed over"}};
    }
    for (const rules::RefusedEntry& entry : known->result->private_outcome->refused_entries) {
      if (entry.index < codes.size()) codes[entry.index] = entry.code;
    }
  }
  for (std::size_t i = 0; i < codes.size(); ++i) settle(task.rows[i], codes[i]);
  return {};
}

void ReplayRun::settle(std::size_t row, std::uint16_t code) {
  if (!plan_.settle(row, code == 0)) {
    ++again_;
    return;
  }
  verdicts_[row] = code;
  ++settled_;
}

}  // namespace hansatsu::town
