#pragma once

#include "ledger/state/program.h"

/// Rows of the tables beside accounts and programs. Each row's leaf is hash_of(HashTag::record,
/// row).
namespace hansatsu::state {

using BatchRow = StrongId<struct BatchRowTag, std::uint64_t>;
using ChargeId = StrongId<struct ChargeTag, std::uint64_t>;
using BatchId = FixedBytes<struct BatchKind, 16>;  ///< the office's own, random or derived
using ClaimId = FixedBytes<struct ClaimKind, 16>;  ///< of a thing rewarded once; zero = none

/// What a person, or a household, received by program: for caps across accounts.
struct Person {
  PersonId id;
  ProgramAmounts received;
  bool operator==(const Person&) const = default;
};
template <class C, FieldsOf<Person> P>
void fields(C& c, P& p) {
  c(p.id, p.received);
}
struct Household {
  HouseholdId id;
  ProgramAmounts received;
  bool operator==(const Household&) const = default;
};
template <class C, FieldsOf<Household> H>
void fields(C& c, H& h) {
  c(h.id, h.received);
}

/// A part of a batch of grants that has run.
struct Batch {
  BatchId id;
  std::uint16_t part = 0;
  ProgramId program;
  Hash entries_root;  ///< Merkle root over the entries' hashes
  std::uint16_t entries = 0;
  BoundedVector<std::uint8_t, 256> withdrawn;  ///< bit map of withdrawn entries; empty = none
  bool operator==(const Batch&) const = default;
};
template <class C, FieldsOf<Batch> B>
void fields(C& c, B& b) {
  c(b.id, b.part, b.program, b.entries_root, b.entries, b.withdrawn);
}

/// A thing rewarded: once in a coin, by whichever of its programs.
struct Claim {
  ClaimId id;
  CoinId coin;
  ProgramId program;  ///< kept until a while after this one's last day of issuing
  bool operator==(const Claim&) const = default;
};
template <class C, FieldsOf<Claim> K>
void fields(C& c, K& k) {
  c(k.id, k.coin, k.program);
}

/// What a charge gave; kept until local midnight.
struct Charge {
  AccountId agent;
  AccountId account;
  Timestamp time;
  Lot lot;
  Lot premium;  ///< amount zero when there was none
  bool operator==(const Charge&) const = default;
};
template <class C, FieldsOf<Charge> K>
void fields(C& c, K& k) {
  c(k.agent, k.account, k.time, k.lot, k.premium);
}

/// Id of a used Authorise slip, until it lapses. (Authorise and Collect are not operations yet.)
struct Permission {
  AccountId payer;
  FixedBytes<struct PermissionKind, 16> id;
  Timestamp lapses;
  bool operator==(const Permission&) const = default;
};
template <class C, FieldsOf<Permission> P>
void fields(C& c, P& p) {
  c(p.payer, p.id, p.lapses);
}

/// Kept until the coin's refund window has passed.
struct Payment {
  AccountId payer;
  AccountId shop;
  CoinId coin;
  OrderReference order;
  Timestamp time;
  BoundedVector<Lot, kLotsPerCoin> lots;  ///< consumed, in the order of consumption
  bool operator==(const Payment&) const = default;
};
template <class C, FieldsOf<Payment> P>
void fields(C& c, P& p) {
  c(p.payer, p.shop, p.coin, p.order, p.time, p.lots);
}

/// What of a payment came back.
struct Refunded {
  PaymentId payment;
  Amount amount;
  bool operator==(const Refunded&) const = default;
};
template <class C, FieldsOf<Refunded> R>
void fields(C& c, R& r) {
  c(r.payment, r.amount);
}

/// DO NOT RENUMBER. held, returned and rejected have no operation yet.
enum class RedemptionState : std::uint8_t {
  requested = 1,
  held = 2,
  filed = 3,
  paid = 4,
  returned = 5,
  rejected = 6,
};
constexpr bool known(RedemptionState s) {
  return s >= RedemptionState::requested && s <= RedemptionState::rejected;
}
struct Redemption {
  AccountId shop;
  CoinId coin;
  ProgramAmounts gross;
  Amount fee;  ///< floor(gross x basis points / 10,000)
  Hash payee_digest;
  RedemptionState state = RedemptionState::requested;
  Timestamp time;
  Hash bank_file;  ///< zero before it is filed
  bool operator==(const Redemption&) const = default;
};
template <class C, FieldsOf<Redemption> R>
void fields(C& c, R& r) {
  c(r.shop, r.coin, r.gross, r.fee, r.payee_digest, r.state, r.time, r.bank_file);
}

/// An operation waiting for approval. (Proposals are not operations yet.)
struct Proposal {
  AccountId proposer;
  Timestamp lapses;
  BoundedVector<std::uint8_t, 65535> operation;
  BoundedVector<AccountId, 16> approvers;
  bool operator==(const Proposal&) const = default;
};
template <class C, FieldsOf<Proposal> P>
void fields(C& c, P& p) {
  c(p.proposer, p.lapses, p.operation, p.approvers);
}

/// What the ledger as a whole remembers between blocks: a table of one row.
struct Chronicle {
  Timestamp time;      ///< of the newest block
  Date expired_until;  ///< lots with expiry below this date have been counted as expired
  bool operator==(const Chronicle&) const = default;
};
template <class C, FieldsOf<Chronicle> K>
void fields(C& c, K& k) {
  c(k.time, k.expired_until);
}

template <class Row>
[[nodiscard]] Hash record_hash(const Row& row) {
  return hash_of(HashTag::record, row);
}

}  // namespace hansatsu::state
