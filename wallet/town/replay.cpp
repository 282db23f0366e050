#include "wallet/town/replay.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>

#include "wallet/csv.h"
#include "wallet/town/replay_proof.h"
#include "wallet/town/replay_run.h"

namespace hansatsu::town {
namespace {

constexpr std::size_t kShownMax = 200;

std::string sentence(const RowFault& fault) {
  std::string text = "line " + std::to_string(fault.line);
  if (fault.column != 0) text += ", column " + std::to_string(fault.column);
  return text + ": " + fault.reason;
}

void print_faults(const std::string& title, const std::vector<RowFault>& faults) {
  if (faults.empty()) return;
  std::cout << title << "\n";
  for (std::size_t i = 0; i < std::min(faults.size(), kShownMax); ++i) {
    std::cout << "  " << sentence(faults[i]) << "\n";
  }
  if (faults.size() > kShownMax) {
    std::cout << "  ... and " << faults.size() - kShownMax << " more\n";
  }
}

/// Every row that was not done, for whoever has more of them than a screen shows.
Attempt<void> write_faults(const Path& path, const std::vector<RowFault>& unreadable,
                           const std::vector<RowFault>& refused) {
  std::vector<RowFault> all = unreadable;
  all.insert(all.end(), refused.begin(), refused.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const RowFault& a, const RowFault& b) { return a.line < b.line; });
  std::string text = wallet::csv_line({"line", "column", "reason"});
  for (const RowFault& fault : all) {
    text += wallet::csv_line({std::to_string(fault.line),
                              fault.column == 0 ? "" : std::to_string(fault.column), fault.reason});
  }
  return write_text(path, text);
}

std::vector<RowFault> refused_rows(const History& history,
                                   const std::vector<std::uint16_t>& verdicts) {
  std::vector<RowFault> refused;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    if (verdicts[i] == 0) continue;
    const HistoryRow& row = history.rows[i];
    refused.push_back({row.line, 0,
                       std::string{to_string(row.kind)} + " of " +
                           std::to_string(row.amount.units()) + ": " + explain(verdicts[i])});
  }
  std::stable_sort(refused.begin(), refused.end(),
                   [](const RowFault& a, const RowFault& b) { return a.line < b.line; });
  return refused;
}

void print_figures(const History& history, const std::vector<std::uint16_t>& verdicts,
                   const ReplayStage& stage) {
  std::map<std::uint16_t, std::size_t> codes;
  for (const std::uint16_t code : verdicts) ++codes[code];
  const auto shops = std::count(stage.is_shop.begin(), stage.is_shop.end(), true);
  std::cout << "rows      " << history.rows_in_file << "\n"
            << "accepted  " << codes[0] << "\n"
            << "refused   " << verdicts.size() - codes[0] << "\n";
  for (const auto& [code, count] : codes) {
    if (code != 0) std::cout << "          " << count << " x " << explain(code) << "\n";
  }
  std::cout << "bad rows  " << history.faults.size() << "\n"
            << "ids       " << history.ids.size() << " ("
            << history.ids.size() - static_cast<std::size_t>(shops) << " persons, " << shops
            << " shops)\n";
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Attempt<bool> replay(Desk& desk, const Path& file) {
  const auto started = std::chrono::steady_clock::now();
  const auto coin = find_replay_coin(desk.charter());
  if (!coin) return Err{coin.error()};
  const state::CoinLimits& limits = desk.charter().coins[coin->raw].limits;
  const auto history = read_history(file, {limits.balance_verified, desk.charter().utc_offset});
  if (!history) return Err{history.error()};
  print_faults("bad rows, not executed:", history->faults);

  auto stage = set_stage(desk, *history);
  if (!stage) return Err{stage.error()};
  const auto began = std::chrono::steady_clock::now();
  ReplayRun run{desk, *history, *stage};
  if (const auto ran = run.run(); !ran) return Err{ran.error()};
  const double rows_took = seconds_since(began);
  const auto proof = prove(desk, *history, run.verdicts(), *stage);
  if (!proof) return Err{proof.error()};

  const auto refused = refused_rows(*history, run.verdicts());
  print_faults("refused by the ledger:", refused);
  const std::size_t not_done = refused.size() + history->faults.size();
  if (not_done > 0) {
    const Path list = desk.dir() / ("replay-" + std::to_string(stage->number) + ".csv");
    if (const auto ok = write_faults(list, history->faults, refused); !ok) return Err{ok.error()};
    std::cout << "all " << not_done << " rows that were not done: " << list.string() << "\n";
  }
  print_figures(*history, run.verdicts(), *stage);
  const auto rows = static_cast<double>(history->rows.size());
  std::cout << std::fixed << std::setprecision(1) << "time      " << seconds_since(started)
            << " s; the rows " << rows_took << " s in " << run.rounds() << " rounds, "
            << run.again() << " submitted again, " << (rows_took > 0 ? rows / rows_took : 0)
            << " rows/s\n";
  for (const std::string& name : proof->silent) std::cout << "silent    " << name << "\n";
  for (const std::string& fault : proof->faults) std::cout << "fault: " << fault << "\n";
  if (!proof->faults.empty()) {
    std::cout << "FAILED: " << proof->faults.size() << " points do not fit\n";
    return false;
  }
  std::cout << "OK: the balances of " << history->ids.size()
            << " ids equal the model's, the books balance, "
            << desk.validators().size() - proof->silent.size() << " validators agree\n";
  return true;
}

}  // namespace hansatsu::town
