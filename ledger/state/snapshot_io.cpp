#include "ledger/state/snapshot_io.h"

namespace hansatsu::state {
namespace {

/// Calls f.operator()<Row>() for the table's row type.
template <class F, std::size_t I = 0>
auto with_row_type(TableId table, const F& f) {
  if constexpr (I + 1 < kTableCount) {
    if (table != std::tuple_element_t<I, TableList>::kId) {
      return with_row_type<F, I + 1>(table, f);
    }
  }
  return f.template operator()<typename std::tuple_element_t<I, TableList>::Row>();
}

/// Calls f.operator()<Row>() for every table, in table order.
template <class F, std::size_t... I>
void for_each_row_type(const F& f, std::index_sequence<I...> /*tables*/) {
  (f.template operator()<typename std::tuple_element_t<I, TableList>::Row>(), ...);
}
template <class F>
void for_each_row_type(const F& f) {
  for_each_row_type(f, std::make_index_sequence<kTableCount>{});
}

}  // namespace

std::vector<RowKey> changed_rows(const Overlay& overlay) {
  std::vector<RowKey> keys;
  keys.reserve(overlay.changed_rows());
  overlay.for_each_changed_row(
      [&keys](TableId table, std::uint64_t index) { keys.push_back({table, index}); });
  return keys;
}

Bounds bounds_of(const State& state) {
  Bounds bounds;
  for_each_row_type([&]<class Row>() {
    bounds[kTablePosition<Row>] = {state.table<Row>().first(), state.table<Row>().next()};
  });
  return bounds;
}

Bounds bounds_of(const Overlay& overlay) {
  Bounds bounds;
  for_each_row_type([&]<class Row>() {
    bounds[kTablePosition<Row>] = {overlay.first<Row>().raw, overlay.next<Row>().raw};
  });
  return bounds;
}

Bytes encode_row(const State& state, RowKey key) {
  return with_row_type(key.table, [&]<class Row>() {
    const StoredRow<Row>* stored = state.table<Row>().find(key.index);
    return stored == nullptr ? Bytes{} : encode(stored->row);
  });
}

StateBuilder::StateBuilder(const Bounds& bounds) : bounds_{bounds} {
  for_each_row_type([this]<class Row>() {
    std::get<kTablePosition<Row>>(state_.tables_).load_bounds(bounds_[kTablePosition<Row>].first);
  });
}

template <class Row>
Result<void, RestoreError> StateBuilder::add_to(std::uint64_t index, ByteView bytes) {
  Table<Row>& table = std::get<kTablePosition<Row>>(state_.tables_);
  if (index != table.next() || index >= bounds_[kTablePosition<Row>].next) {
    return Err{RestoreError::out_of_order};
  }
  auto row = decode<Row>(bytes);
  if (!row) return Err{RestoreError::malformed_row};
  const IdOf<Row> id{static_cast<typename IdOf<Row>::Raw>(index)};
  state_.indexes_.add(*row, id);
  if constexpr (std::same_as<Row, Account>) state_.index_keys(nullptr, *row, id);
  table.load(*std::move(row));
  return {};
}

Result<void, RestoreError> StateBuilder::add(RowKey key, ByteView bytes) {
  if (!known(key.table)) return Err{RestoreError::out_of_order};
  return with_row_type(key.table, [&]<class Row>() { return this->add_to<Row>(key.index, bytes); });
}

template <class Row>
void StateBuilder::finish_table() {
  Table<Row>& table = std::get<kTablePosition<Row>>(state_.tables_);
  table.build_tree();
  state_.commitments_[kTablePosition<Row>] = {table.first(), table.next(), table.tree().root()};
}

Result<State, RestoreError> StateBuilder::finish() {
  if (bounds_of(state_) != bounds_) return Err{RestoreError::incomplete};
  if (state_.find(CharterRow{0}) == nullptr || state_.find(ChronicleRow{0}) == nullptr) {
    return Err{RestoreError::incomplete};
  }
  for_each_row_type([this]<class Row>() { this->finish_table<Row>(); });
  state_.root_ = state_root(state_.commitments_);
  return std::move(state_);
}

}  // namespace hansatsu::state
