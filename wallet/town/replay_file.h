#pragma once

#include <limits>

#include "wallet/town/replay_time.h"
#include "wallet/town/town_files.h"

namespace hansatsu::town {

enum class RowKind : std::uint8_t { grant = 1, charge, pay, send, redeem };
[[nodiscard]] std::string_view to_string(RowKind kind);

/// A name in a history: its place in History::ids.
using NameIndex = std::uint32_t;
inline constexpr NameIndex kNobody = std::numeric_limits<NameIndex>::max();

struct HistoryRow {
  std::uint32_t line = 0;  ///< of the file, from 1
  RowTime time;
  RowKind kind = RowKind::grant;
  NameIndex from = kNobody;  ///< pay, send, redeem
  NameIndex to = kNobody;    ///< grant, charge, pay, send
  Amount amount;
  bool operator==(const HistoryRow&) const = default;
};

/// A row that is not executed, or one that the ledger refused.
struct RowFault {
  std::uint32_t line = 0;
  std::uint32_t column = 0;  ///< from 1; 0 = the row as a whole
  std::string reason;
  bool operator==(const RowFault&) const = default;
};

struct History {
  std::vector<std::string> ids;  ///< in the order in which the file names them
  std::vector<HistoryRow> rows;  ///< in order of time, then line
  std::vector<RowFault> faults;  ///< in order of line; such rows stand in no other list
  std::size_t rows_in_file = 0;  ///< rows and faults, the header not counted
};

/// What a history's amounts and times are held against.
struct HistoryRules {
  Amount amount_max;
  UtcOffset local;
};

/// The bytes of a CSV file in UTF-8 or CP932 with the columns time, kind, from, to and amount, in
/// any order, among any others. Names are taken as they are, byte by byte; who grants or charges,
/// and where a redemption goes, is not looked at. The kind of the first readable time is the
/// file's: rows of the other kind are faults.
/// Errors: a sentence, when it is no text, has no such header, or more rows than we take.
[[nodiscard]] Attempt<History> parse_history(ByteView bytes, const HistoryRules& rules);
/// The same of a file, of at most 128 MiB.
[[nodiscard]] Attempt<History> read_history(const Path& file, const HistoryRules& rules);

}  // namespace hansatsu::town
