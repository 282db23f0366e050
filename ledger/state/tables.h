#pragma once

#include <tuple>

#include "ledger/state/charter.h"
#include "ledger/state/records.h"

/// The list of the ledger's tables. Each is dense: rows are numbered from 0 and kept from `first`
/// (older ones are pruned and count as the zero hash) to before `next`.
/// Source: docs/protocol/state.md "Tables".
namespace hansatsu::state {

/// In the state root and on disk: DO NOT RENUMBER.
enum class TableId : std::uint8_t {
  charter = 1,  ///< one row
  accounts = 2,
  programs = 3,
  persons = 4,
  households = 5,
  batches = 6,
  claims = 7,
  charges = 8,
  permissions = 9,
  payments = 10,
  refunded = 11,
  redemptions = 12,
  proposals = 13,
  chronicle = 14,  ///< one row
};
inline constexpr std::size_t kTableCount = 14;
constexpr bool known(TableId t) { return t >= TableId::charter && t <= TableId::chronicle; }

// Row numbers of tables whose records are otherwise found by a key of their own.
using CharterRow = StrongId<struct CharterRowTag, std::uint64_t>;
using PersonRow = StrongId<struct PersonRowTag, std::uint64_t>;
using HouseholdRow = StrongId<struct HouseholdRowTag, std::uint64_t>;
using ClaimRow = StrongId<struct ClaimRowTag, std::uint64_t>;
using PermissionRow = StrongId<struct PermissionRowTag, std::uint64_t>;
using RefundedRow = StrongId<struct RefundedRowTag, std::uint64_t>;
using ProposalId = StrongId<struct ProposalTag, std::uint64_t>;
using ChronicleRow = StrongId<struct ChronicleRowTag, std::uint64_t>;

/// Ties a row's type to its table and to the type of its number, in both directions.
template <class RowType, class IdType, TableId Number>
struct TableEntry {
  using Row = RowType;
  using Id = IdType;
  static constexpr TableId kId = Number;
};
using TableList = std::tuple<TableEntry<Charter, CharterRow, TableId::charter>,
                             TableEntry<Account, AccountId, TableId::accounts>,
                             TableEntry<Program, ProgramId, TableId::programs>,
                             TableEntry<Person, PersonRow, TableId::persons>,
                             TableEntry<Household, HouseholdRow, TableId::households>,
                             TableEntry<Batch, BatchRow, TableId::batches>,
                             TableEntry<Claim, ClaimRow, TableId::claims>,
                             TableEntry<Charge, ChargeId, TableId::charges>,
                             TableEntry<Permission, PermissionRow, TableId::permissions>,
                             TableEntry<Payment, PaymentId, TableId::payments>,
                             TableEntry<Refunded, RefundedRow, TableId::refunded>,
                             TableEntry<Redemption, RedemptionId, TableId::redemptions>,
                             TableEntry<Proposal, ProposalId, TableId::proposals>,
                             TableEntry<Chronicle, ChronicleRow, TableId::chronicle>>;
static_assert(std::tuple_size_v<TableList> == kTableCount);

namespace tables {
template <class Key, std::size_t I = 0>
constexpr std::size_t position() {
  using Entry = std::tuple_element_t<I, TableList>;
  if constexpr (std::same_as<Key, typename Entry::Row> || std::same_as<Key, typename Entry::Id>) {
    return I;
  } else {
    return position<Key, I + 1>();
  }
}
}  // namespace tables

/// Place in TableList of a row's type or of its number's type; table number - 1.
template <class RowOrId>
inline constexpr std::size_t kTablePosition = tables::position<RowOrId>();
template <class Id>
using RowOf = typename std::tuple_element_t<kTablePosition<Id>, TableList>::Row;
template <class Row>
using IdOf = typename std::tuple_element_t<kTablePosition<Row>, TableList>::Id;

/// What the state root says of one table.
struct TableCommitment {
  std::uint64_t first = 0;
  std::uint64_t next = 0;
  Hash root;
  bool operator==(const TableCommitment&) const = default;
};
template <class C, FieldsOf<TableCommitment> T>
void fields(C& c, T& t) {
  c(t.first, t.next, t.root);
  c.require(t.first <= t.next);
}
using Commitments = std::array<TableCommitment, kTableCount>;  ///< in table order
/// Hash over (table number, first, next, root) in table order.
[[nodiscard]] Hash state_root(const Commitments& commitments);

}  // namespace hansatsu::state
