#pragma once

#include <set>

#include "ledger/state/indexes.h"
#include "ledger/state/table.h"

namespace hansatsu::state {

class Overlay;

/// The ledger's state as of the last committed block: all tables, their trees and lookups by key.
/// Source:  docs/protocol/state.md.
/// Threads: only State::merge changes it, and whoever calls that excludes all readers meanwhile;
///          otherwise reads need no lock among themselves.
/// Cost:    reads by number O(1), by key O(log n).
class State {
 public:
  /// Null for a row that is pruned or was never there. `state.find(AccountId{3})` is an account.
  template <class Id>
  [[nodiscard]] const RowOf<Id>* find(Id id) const {
    const auto* stored = table<RowOf<Id>>().find(id.raw);
    return stored == nullptr ? nullptr : &stored->row;
  }
  template <class Row>
  [[nodiscard]] const Table<Row>& table() const {
    return std::get<kTablePosition<Row>>(tables_);
  }
  template <class Row>
  [[nodiscard]] IdOf<Row> first() const {
    return IdOf<Row>{static_cast<typename IdOf<Row>::Raw>(table<Row>().first())};
  }
  template <class Row>
  [[nodiscard]] IdOf<Row> next() const {
    return IdOf<Row>{static_cast<typename IdOf<Row>::Raw>(table<Row>().next())};
  }
  [[nodiscard]] const Charter& charter() const;
  [[nodiscard]] const Chronicle& chronicle() const;

  [[nodiscard]] const Indexes& indexes() const { return indexes_; }
  /// Accounts that hold the key in a filled slot, ascending. A key may be in several.
  [[nodiscard]] std::vector<AccountId> accounts_with_key(const PublicKey& key) const;

  [[nodiscard]] const Hash& root() const { return root_; }
  /// Bounds and root of each table: what `root` is the hash of.
  [[nodiscard]] const Commitments& commitments() const { return commitments_; }

  /// Takes over a sealed overlay that lies directly on this state, in O(its changes). Afterwards
  /// overlays that were built on it read through it; overlays built on a rival of it must not be
  /// used any more. The merged overlay itself is empty.
  void merge(Overlay& overlay);

 private:
  friend class StateBuilder;

  template <class Row>
  void merge_table(TableLayer<Row>& layer);
  void index_keys(const Account* before, const Account& after, AccountId id);

  BaseTables tables_;
  Indexes indexes_;
  std::set<std::pair<PublicKey, AccountId>> keys_;
  Commitments commitments_{};
  Hash root_;
};

}  // namespace hansatsu::state
