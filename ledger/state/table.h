#pragma once

#include <algorithm>
#include <memory>

#include "ledger/state/account_parts.h"
#include "ledger/state/id_index.h"
#include "ledger/state/merkle_tree.h"
#include "ledger/state/tables.h"

/// How one table lies in memory: in the base state (Table) and in an overlay (TableLayer).
/// Everyone else goes through State and Overlay.
namespace hansatsu::state {

/// What is kept of a row's hashing, so that the next change hashes only what it changed.
struct NoParts {
  bool operator==(const NoParts&) const = default;
};
template <class Row>
struct PartsOf {
  using Type = NoParts;
};
template <>
struct PartsOf<Account> {
  using Type = AccountParts;
};

template <class Row>
struct StoredRow {
  Row row;
  [[no_unique_address]] typename PartsOf<Row>::Type parts;
};

[[nodiscard]] inline Hash leaf_of(StoredRow<Account>& stored, const StoredRow<Account>* earlier) {
  stored.parts = earlier != nullptr ? parts_of(stored.row, earlier->row, earlier->parts)
                                    : parts_of(stored.row);
  return account_leaf(stored.parts);
}
template <class Row>
[[nodiscard]] Hash leaf_of(StoredRow<Row>& stored, const StoredRow<Row>* /*earlier*/) {
  return record_hash(stored.row);
}

/// Rows first..next of the base state, with their tree.
template <class Row>
class Table {
 public:
  [[nodiscard]] std::uint64_t first() const { return first_; }
  [[nodiscard]] std::uint64_t next() const { return first_ + rows_.size(); }
  /// Null when pruned or not there yet.
  [[nodiscard]] const StoredRow<Row>* find(std::uint64_t index) const {
    return index >= first_ && index < next() ? &rows_[index - first_] : nullptr;
  }
  [[nodiscard]] const MerkleTree& tree() const { return tree_; }

  // Changes: by State alone.
  void load_bounds(std::uint64_t first) { first_ = first; }
  void load(Row row) { rows_.push_back({std::move(row), {}}); }
  /// Hashes every row; ends loading.
  void build_tree() {
    std::vector<Hash> leaves;
    leaves.reserve(rows_.size());
    const StoredRow<Row>* const no_earlier = nullptr;
    for (StoredRow<Row>& stored : rows_) leaves.push_back(leaf_of(stored, no_earlier));
    tree_ = MerkleTree{first_, leaves};
  }
  /// Requires: index is at most next.
  void put(std::uint64_t index, StoredRow<Row> stored) {
    ASSERT(index >= first_ && index <= next());
    if (index == next()) {
      rows_.push_back(std::move(stored));
    } else {
      rows_[index - first_] = std::move(stored);
    }
  }
  void drop_first() {
    ASSERT(!rows_.empty());
    rows_.pop_front();
    ++first_;
  }
  void apply_tree(const MerkleChanges& changes) { tree_.apply(changes, first_, next()); }

 private:
  std::uint64_t first_ = 0;
  std::deque<StoredRow<Row>> rows_;
  MerkleTree tree_;
};

/// One overlay's changes of one table. Rows never move while the layer lives.
template <class Row>
class TableLayer {
 public:
  struct Entry {
    std::uint64_t index = 0;
    StoredRow<Row> stored;
  };

  [[nodiscard]] StoredRow<Row>* find(std::uint64_t index) {
    const std::uint32_t at = positions_.find(index);
    return at == IdIndex::kAbsent ? nullptr : &entries_[at]->stored;
  }
  [[nodiscard]] const StoredRow<Row>* find(std::uint64_t index) const {
    const std::uint32_t at = positions_.find(index);
    return at == IdIndex::kAbsent ? nullptr : &entries_[at]->stored;
  }
  /// Requires: no entry of that index.
  Row& insert(std::uint64_t index, Row row) {
    return insert(std::make_unique<Entry>(Entry{index, {std::move(row), {}}}));
  }
  void absorb(TableLayer&& newer) {
    for (std::unique_ptr<Entry>& entry : newer.entries_) {
      if (StoredRow<Row>* mine = find(entry->index)) {
        *mine = std::move(entry->stored);
      } else {
        insert(std::move(entry));
      }
    }
    first = newer.first;
    next = newer.next;
    newer.clear();
  }
  void clear() {
    positions_.clear();
    entries_.clear();
    nodes.clear();
  }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// In order of insertion until sort().
  [[nodiscard]] const std::vector<std::unique_ptr<Entry>>& entries() const { return entries_; }
  /// Ascending by index; drops rows pruned in the same layer. Rows do not move.
  void sort() {
    std::erase_if(entries_, [this](const auto& entry) { return entry->index < first; });
    std::sort(entries_.begin(), entries_.end(),
              [](const auto& a, const auto& b) { return a->index < b->index; });
    positions_.clear();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      positions_.insert(entries_[i]->index, static_cast<std::uint32_t>(i));
    }
  }

  std::uint64_t first = 0;
  std::uint64_t next = 0;
  MerkleChanges nodes;  ///< after sealing

 private:
  Row& insert(std::unique_ptr<Entry> entry) {
    positions_.insert(entry->index, static_cast<std::uint32_t>(entries_.size()));
    entries_.push_back(std::move(entry));
    return entries_.back()->stored.row;
  }

  IdIndex positions_;
  std::vector<std::unique_ptr<Entry>> entries_;
};

namespace tables {
template <template <class> class Of, class List>
struct ForEachRow;
template <template <class> class Of, class... Entry>
struct ForEachRow<Of, std::tuple<Entry...>> {
  using Type = std::tuple<Of<typename Entry::Row>...>;
};
}  // namespace tables
using BaseTables = tables::ForEachRow<Table, TableList>::Type;
using LayerTables = tables::ForEachRow<TableLayer, TableList>::Type;

}  // namespace hansatsu::state
