#include "wallet/town/replay_proof.h"

#include "wallet/text_file.h"
#include "wallet/town/replay_model.h"

namespace hansatsu::town {
namespace {

constexpr std::chrono::seconds kAgreeMax{20};

class Checks {
 public:
  Checks(Desk& desk, const ReplayStage& stage) : desk_{desk}, stage_{stage} {}

  void expect(const std::string& what, std::int64_t should_be, std::int64_t is) {
    if (should_be == is) return;
    faults.push_back(what + ": the ledger says " + std::to_string(is) + ", the model " +
                     std::to_string(should_be));
  }

  /// What the account has of this replay's programs: a person's lots, a shop's takings.
  Attempt<std::int64_t> balance(AccountId account, bool is_shop) {
    const auto answer = desk_.account(account);
    if (!answer) return Err{answer.error()};
    std::uint64_t sum = 0;
    for (const state::CoinValue& value : answer->record.account.value) {
      if (value.coin != stage_.coin) continue;
      for (const state::Lot& lot : value.lots) {
        if (!is_shop && is_ours(lot.program)) sum += lot.amount.units();
      }
      for (const state::ProgramAmount& taken : value.takings) {
        if (is_shop && is_ours(taken.program)) sum += taken.amount.units();
      }
    }
    return static_cast<std::int64_t>(sum);
  }

  std::vector<std::string> faults;
  std::int64_t held = 0;     ///< by all persons
  std::int64_t takings = 0;  ///< of all shops

 private:
  [[nodiscard]] bool is_ours(ProgramId program) const {
    return program == stage_.charges || program == stage_.grants;
  }

  Desk& desk_;
  const ReplayStage& stage_;
};

Attempt<void> prove_balances(Checks& checks, const History& history, const ReplayModel& model,
                             const ReplayStage& stage) {
  Bar bar{"balances", history.ids.size()};
  for (NameIndex name = 0; name < history.ids.size(); ++name) {
    const bool is_shop = stage.is_shop[name];
    const auto is = checks.balance(stage.people[name].reference.account, is_shop);
    if (!is) return Err{is.error()};
    checks.expect("balance of " + wallet::shown(history.ids[name]), model.balance(name), *is);
    (is_shop ? checks.takings : checks.held) += *is;
    bar.show(name + 1);
  }
  const auto left = checks.balance(stage.offices[ReplayStage::kCashOut].reference.account, true);
  if (!left) return Err{left.error()};
  checks.expect("takings of the cash-out shop", 0, *left);
  return {};
}

Attempt<void> prove_books(Desk& desk, Checks& checks, const ReplayModel& model,
                          const ReplayStage& stage) {
  const auto auditor = desk.staff("auditor");
  if (!auditor) return Err{auditor.error()};
  const auto programs = desk.client().programs((*auditor)->signer());
  if (!programs) return Err{std::string{"the programs can't be read"}};
  std::int64_t held = 0;
  std::int64_t takings = 0;
  std::int64_t pending = 0;
  std::int64_t elsewhere = 0;
  for (const rpc::ProgramRecord& record : *programs) {
    const bool is_charges = record.id == stage.charges;
    if (!is_charges && record.id != stage.grants) continue;
    const state::ProgramCounters& counters = record.program.counters;
    const std::string& name = record.program.terms.name.text;
    if (!state::is_conserved(counters)) checks.faults.push_back(name + ": does not add up");
    checks.expect(name + ", issued", is_charges ? model.charged() : model.granted(),
                  static_cast<std::int64_t>(counters.issued.units()));
    held += static_cast<std::int64_t>(state::held_total(counters).units());
    takings += static_cast<std::int64_t>(counters.takings.units());
    pending += static_cast<std::int64_t>(counters.pending.units());
    for (const Amount amount : {counters.settled, counters.repaid, counters.expired,
                                counters.withdrawn, counters.voided}) {
      elsewhere += static_cast<std::int64_t>(amount.units());
    }
  }
  checks.expect("held by all persons", checks.held, held);
  checks.expect("takings of all shops", checks.takings, takings);
  checks.expect("redeemed", model.redeemed(), pending);
  checks.expect("settled, repaid, expired, withdrawn or void", 0, elsewhere);
  return {};
}

}  // namespace

Attempt<Proof> prove(Desk& desk, const History& history, const std::vector<std::uint16_t>& verdicts,
                     const ReplayStage& stage) {
  Checks checks{desk, stage};
  ReplayModel model;
  for (std::size_t i = 0; i < history.rows.size(); ++i) {
    if (verdicts[i] != 0 || model.apply(history.rows[i])) continue;
    checks.faults.push_back("line " + std::to_string(history.rows[i].line) +
                            ": accepted, but the model has too little for it");
  }
  std::vector<std::string> silent;
  if (!desk.agree(kAgreeMax, silent)) {
    checks.faults.emplace_back("the validators do not agree on the state root");
  }
  if (auto ok = prove_balances(checks, history, model, stage); !ok) return Err{ok.error()};
  if (auto ok = prove_books(desk, checks, model, stage); !ok) return Err{ok.error()};
  return Proof{std::move(checks.faults), std::move(silent)};
}

}  // namespace hansatsu::town
