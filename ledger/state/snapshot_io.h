#pragma once

#include "ledger/state/overlay.h"

/// How storage sees the state: rows as bytes by (table, row number), and the bounds of each table.
/// Bytes are the rows' canonical form; trees, lookups and roots are derived again from them.
namespace hansatsu::state {

struct RowKey {
  TableId table = TableId::charter;
  std::uint64_t index = 0;
  auto operator<=>(const RowKey&) const = default;
};
template <class C, FieldsOf<RowKey> K>
void fields(C& c, K& k) {
  c(k.table, k.index);
}

struct TableBounds {
  std::uint64_t first = 0;
  std::uint64_t next = 0;
  bool operator==(const TableBounds&) const = default;
};
template <class C, FieldsOf<TableBounds> B>
void fields(C& c, B& b) {
  c(b.first, b.next);
  c.require(b.first <= b.next);
}
using Bounds = std::array<TableBounds, kTableCount>;  ///< in table order

/// Rows a sealed block changed or added, ascending: what a checkpoint must write again. Rows it
/// pruned follow from the bounds. Requires: sealed, not merged.
[[nodiscard]] std::vector<RowKey> changed_rows(const Overlay& overlay);
[[nodiscard]] Bounds bounds_of(const State& state);
[[nodiscard]] Bounds bounds_of(const Overlay& overlay);
/// Empty for a row that is pruned or was never there.
[[nodiscard]] Bytes encode_row(const State& state, RowKey key);

enum class RestoreError : std::uint8_t {
  malformed_row = 1,  ///< not the canonical form of a row of its table
  out_of_order = 2,   ///< a row outside its table's bounds, or not the next one of its table
  incomplete = 3,     ///< rows are missing, or there is no charter or chronicle
};

/// Makes a state again from what storage kept.
///
///     StateBuilder builder{bounds};
///     for each row: builder.add({table, index}, bytes)   // each table's rows ascending
///     Result<State, RestoreError> state = builder.finish();
///
/// The caller compares the root with a finalized header's. Cost: a hash or four a row.
class StateBuilder {
 public:
  explicit StateBuilder(const Bounds& bounds);
  [[nodiscard]] Result<void, RestoreError> add(RowKey key, ByteView bytes);
  [[nodiscard]] Result<State, RestoreError> finish();

 private:
  template <class Row>
  [[nodiscard]] Result<void, RestoreError> add_to(std::uint64_t index, ByteView bytes);
  template <class Row>
  void finish_table();

  Bounds bounds_;
  State state_;
};

}  // namespace hansatsu::state
