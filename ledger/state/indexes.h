#pragma once

#include <map>

#include "ledger/state/tables.h"

namespace hansatsu::state {

/// Lookups by key, derived from the tables and never committed: the base state holds those of all
/// rows, an overlay those of the rows it appended. Keys never change after a row is appended.
struct Indexes {
  struct PaymentKey {
    AccountId payer;
    AccountId shop;
    OrderReference order;
    auto operator<=>(const PaymentKey&) const = default;
  };
  /// Batches and claims are named by offices: another office's names must not be in their way.
  struct BatchKey {
    ProgramId program;
    BatchId id;
    std::uint16_t part = 0;
    auto operator<=>(const BatchKey&) const = default;
  };
  struct ClaimKey {
    CoinId coin;
    ClaimId id;
    auto operator<=>(const ClaimKey&) const = default;
  };
  std::map<PersonId, PersonRow> persons;
  std::map<HouseholdId, HouseholdRow> households;
  std::map<BatchKey, BatchRow> batches;
  std::map<ClaimKey, ClaimRow> claims;
  std::map<PaymentKey, PaymentId> payments;  ///< newest with this non-zero order reference
  std::map<PaymentId, RefundedRow> refunded;
  std::map<ProgramId, std::vector<ProgramId>> premiums;        ///< by charge program, ascending
  std::map<AccountId, std::vector<RedemptionId>> redemptions;  ///< by shop, ascending

  void add(const Person& row, PersonRow id) { persons[row.id] = id; }
  void add(const Household& row, HouseholdRow id) { households[row.id] = id; }
  void add(const Batch& row, BatchRow id) { batches[{row.program, row.id, row.part}] = id; }
  void add(const Claim& row, ClaimRow id) { claims[{row.coin, row.id}] = id; }
  void add(const Payment& row, PaymentId id) {
    if (!row.order.is_zero()) payments[{row.payer, row.shop, row.order}] = id;
  }
  void add(const Refunded& row, RefundedRow id) { refunded[row.payment] = id; }
  void add(const Program& row, ProgramId id) {
    if (row.terms.kind == ProgramKind::premium) premiums[row.terms.charge_program].push_back(id);
  }
  void add(const Redemption& row, RedemptionId id) { redemptions[row.shop].push_back(id); }
  template <class Row, class Id>
  void add(const Row& /*no key*/, Id /*id*/) {}

  void remove(const Claim& row, ClaimRow id) {
    erase_if_newest(claims, ClaimKey{row.coin, row.id}, id);
  }
  void remove(const Payment& row, PaymentId id) {
    erase_if_newest(payments, PaymentKey{row.payer, row.shop, row.order}, id);
  }
  void remove(const Refunded& row, RefundedRow id) { erase_if_newest(refunded, row.payment, id); }
  template <class Row, class Id>
  void remove(const Row& /*never pruned, or no key*/, Id /*id*/) {}

  /// Takes over what a newer layer appended.
  void absorb(Indexes&& newer);
  void clear() { *this = Indexes{}; }

 private:
  template <class Map, class Key, class Id>
  static void erase_if_newest(Map& map, const Key& key, Id id) {
    const auto found = map.find(key);
    if (found != map.end() && found->second == id) map.erase(found);
  }
};

}  // namespace hansatsu::state
