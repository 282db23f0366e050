#include "wallet/town/replay_file.h"

using namespace hansatsu;

/// Another system's history, to be lived again. Every row is either understood, with a name and an
/// amount where it needs them, or told of.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const town::HistoryRules rules{Amount::of(1'000'000), UtcOffset{540}};
  const auto history = town::parse_history({data, size}, rules);
  if (!history) {
    ASSERT(!history.error().empty());
    return 0;
  }
  ASSERT(history->rows.size() + history->faults.size() == history->rows_in_file);
  for (const town::HistoryRow& row : history->rows) {
    ASSERT(row.amount <= rules.amount_max);
    ASSERT(row.from == town::kNobody || row.from < history->ids.size());
    ASSERT(row.to == town::kNobody || row.to < history->ids.size());
    ASSERT(row.from != town::kNobody || row.to != town::kNobody);
  }
  return 0;
}
