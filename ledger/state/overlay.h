#pragma once

#include "ledger/state/state.h"

namespace hansatsu::state {

/// Changes above a parent overlay or the base state: those of one block, or of one transaction on
/// trial. Reads see through to what lies below; nothing below ever changes.
///
///     Overlay trial = Overlay::trial_on(block_overlay);         // one transaction
///     const Program* program = trial.find(id);         // null if there is none
///     trial.edit(account_id).identity.float_used.add(amount);   // a copy, made at first touch
///     const PaymentId payment = trial.append(Payment{...});
///     block_overlay.absorb(trial);                     // or drop it: as if nothing had happened
///
/// Rules get a trial overlay: whatever they changed before refusing is thrown away, so a rule may
/// check and change in the order that reads best. Numbers' types name the tables: find(AccountId)
/// gives an Account, append(Payment) a PaymentId.
///
/// Life:    open (may change) -> sealed (root known, no more changes) -> merged (empty; see
///          State::merge). A trial is absorbed or dropped while open.
/// Requires: what lies below outlives it and is sealed, except for a trial's own block.
/// Threads: one thread. Cost: find and edit O(depth of the chain), plus a copy of the row at the
///          first edit; append O(log appended).
class Overlay {
 public:
  explicit Overlay(const State& base);
  /// A block above an executed, not yet committed block. Requires: the parent is sealed or merged.
  explicit Overlay(std::shared_ptr<const Overlay> parent);
  /// A trial above an open or sealed overlay, which must outlive it.
  [[nodiscard]] static Overlay trial_on(const Overlay& below) { return Overlay{&below}; }

  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  /// Null for a row that is pruned or was never there. The pointer shows the row as it is now: an
  /// `edit` of the same row in this overlay may leave it showing the row as it was.
  template <class Id>
  [[nodiscard]] const RowOf<Id>* find(Id id) const {
    const auto* stored = find_stored<RowOf<Id>>(id.raw);
    return stored == nullptr ? nullptr : &stored->row;
  }
  /// The row, writable. Requires: it exists, and keys it is looked up by (a claim's id, a person's
  /// pseudonym, a payment's order, a program's kind) stay as they are. The reference stays good
  /// while this overlay is open.
  template <class Id>
  [[nodiscard]] RowOf<Id>& edit(Id id) {
    using Row = RowOf<Id>;
    ASSERT(!sealed_);
    TableLayer<Row>& own = layer<Row>();
    ASSERT(id.raw >= own.first && id.raw < own.next);
    if (StoredRow<Row>* mine = own.find(id.raw)) return mine->row;
    const StoredRow<Row>* below = find_stored<Row>(id.raw);
    ASSERT(below != nullptr);
    return own.insert(id.raw, below->row);
  }
  /// Adds the table's next row; gives its number.
  template <class Row>
  IdOf<Row> append(Row row) {
    ASSERT(!sealed_);
    TableLayer<Row>& own = layer<Row>();
    const IdOf<Row> id = next<Row>();
    indexes_.add(row, id);
    own.insert(own.next, std::move(row));
    ++own.next;
    return id;
  }
  /// Prunes every row below `id`. Requires: first <= id <= next. Cost: one zero leaf a row.
  template <class Id>
  void prune_below(Id id) {
    ASSERT(!sealed_);
    TableLayer<RowOf<Id>>& own = layer<RowOf<Id>>();
    ASSERT(id.raw >= own.first && id.raw <= own.next);
    own.first = id.raw;
  }
  /// Rows of the table are numbered first..next-1: `overlay.next<Payment>()`.
  template <class Row>
  [[nodiscard]] IdOf<Row> first() const {
    return IdOf<Row>{static_cast<typename IdOf<Row>::Raw>(layer<Row>().first)};
  }
  template <class Row>
  [[nodiscard]] IdOf<Row> next() const {
    return IdOf<Row>{static_cast<typename IdOf<Row>::Raw>(layer<Row>().next)};
  }

  [[nodiscard]] const Charter& charter() const;
  [[nodiscard]] const Chronicle& chronicle() const;

  // Lookups by key. Absent for what is pruned.
  [[nodiscard]] std::optional<PersonRow> person_row(PersonId person) const;
  [[nodiscard]] std::optional<HouseholdRow> household_row(HouseholdId household) const;
  [[nodiscard]] std::optional<BatchRow> batch_row(ProgramId program, const BatchId& batch,
                                                  std::uint16_t part) const;
  [[nodiscard]] std::optional<ClaimRow> claim_row(CoinId coin, const ClaimId& claim) const;
  /// The newest payment with this order reference; a zero reference is never found.
  [[nodiscard]] std::optional<PaymentId> newest_payment(AccountId payer, AccountId shop,
                                                        const OrderReference& order) const;
  [[nodiscard]] std::optional<RefundedRow> refunded_row(PaymentId payment) const;
  /// All premium programs that name the charge program, ascending.
  [[nodiscard]] std::vector<ProgramId> premium_programs(ProgramId charge_program) const;

  /// A shop's redemptions, newest first, at most `count_max` of them.
  [[nodiscard]] std::vector<RedemptionId> newest_redemptions(AccountId shop,
                                                             std::size_t count_max) const;

  /// Rows this overlay itself changed or added, over all tables.
  [[nodiscard]] std::size_t changed_rows() const;
  /// Takes over a trial on this overlay. Both stay open; the trial is empty and may be used again.
  void absorb(Overlay& trial);
  /// Forgets a trial's changes, so that it can be used for the next one.
  void reset();

  /// Computes the state root above these changes, hashing only changed rows and their paths; no
  /// change is possible afterwards. Requires: what lies below is sealed or merged.
  void seal();
  [[nodiscard]] bool is_sealed() const { return sealed_; }
  /// Requires: sealed.
  [[nodiscard]] const Hash& root() const;
  [[nodiscard]] const Commitments& commitments() const;

  /// Calls f(table, row number) for each row this sealed overlay changed or added and did not
  /// prune, ascending in each table. Requires: sealed, not merged.
  template <class F>
  void for_each_changed_row(const F& f) const {
    ASSERT(sealed_);
    std::apply([&f](const auto&... own) { (report(own, f), ...); }, layers_);
  }
  /// Calls f(row number, row) for this overlay's own changed rows of one table.
  template <class Row, class F>
  void for_each_changed(const F& f) const {
    for (const auto& entry : layer<Row>().entries()) f(entry->index, entry->stored.row);
  }

 private:
  friend class State;

  explicit Overlay(const Overlay* below);
  template <class Row>
  [[nodiscard]] const TableLayer<Row>& layer() const {
    return std::get<kTablePosition<Row>>(layers_);
  }
  template <class Row>
  [[nodiscard]] TableLayer<Row>& layer() {
    return std::get<kTablePosition<Row>>(layers_);
  }
  template <class Row>
  [[nodiscard]] const StoredRow<Row>* find_stored(std::uint64_t index) const {
    if (index < layer<Row>().first || index >= layer<Row>().next) return nullptr;
    if (const StoredRow<Row>* mine = layer<Row>().find(index)) return mine;
    return find_below<Row>(index);
  }
  template <class Row>
  [[nodiscard]] const StoredRow<Row>* find_below(std::uint64_t index) const {
    for (const Overlay* below = parent_; below != nullptr; below = below->parent_) {
      if (const StoredRow<Row>* stored = below->layer<Row>().find(index)) return stored;
    }
    return base_->table<Row>().find(index);
  }
  template <class Row, class F>
  static void report(const TableLayer<Row>& own, const F& f) {
    constexpr TableId kId = std::tuple_element_t<kTablePosition<Row>, TableList>::kId;
    for (const auto& entry : own.entries()) f(kId, entry->index);
  }
  template <class Row>
  void seal_table();
  template <class Row>
  [[nodiscard]] Hash node_below(std::uint32_t level, std::uint64_t index) const;
  template <class Map, class Id>
  [[nodiscard]] std::optional<Id> look_up(Map Indexes::* map, const typename Map::key_type& key,
                                          Id first) const;
  void copy_bounds();

  const State* base_;
  const Overlay* parent_ = nullptr;      ///< null: directly on the base
  std::shared_ptr<const Overlay> keep_;  ///< the parent; empty for a trial
  LayerTables layers_;
  Indexes indexes_;
  bool sealed_ = false;
  bool merged_ = false;
  Commitments commitments_{};
  Hash root_;
};
}  // namespace hansatsu::state
