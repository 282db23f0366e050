#pragma once

#include <bitset>

#include "ledger/crypto/hash.h"

namespace hansatsu::state {

/// On the ledger and in the API: DO NOT RENUMBER.
enum class AccountKind : std::uint8_t { person = 1, shop = 2, agent = 3, staff = 4, town = 5 };
enum class AccountStatus : std::uint8_t { active = 1, frozen = 2, closed = 3 };
enum class Level : std::uint8_t { unverified = 0, verified = 1 };
constexpr bool known(AccountKind k) { return k >= AccountKind::person && k <= AccountKind::town; }
constexpr bool known(AccountStatus s) {
  return s >= AccountStatus::active && s <= AccountStatus::closed;
}
constexpr bool known(Level l) { return l <= Level::verified; }

/// What a key may sign: bits, so that a key holds any set of them.
using Rights = std::uint16_t;
inline constexpr Rights kRightPay = 1;
inline constexpr Rights kRightSend = 2;
inline constexpr Rights kRightCollect = 4;
inline constexpr Rights kRightRefund = 8;
inline constexpr Rights kRightRedeem = 16;
inline constexpr Rights kRightCharge = 32;
inline constexpr Rights kRightOffice = 64;   ///< the account's staff roles
inline constexpr Rights kRightManage = 128;  ///< keys and settings of the account itself
inline constexpr Rights kRightRead = 256;    ///< sign API requests about the account
inline constexpr Rights kRightsAll = 511;

inline constexpr std::size_t kKeySlots = 8;
inline constexpr std::size_t kLotsPerCoin = 64;
inline constexpr std::size_t kCoinsPerAccount = 16;
inline constexpr std::size_t kProgramsPerAccount = 128;

/// Who the account is. Shown to its holder and to staff by role.
struct AccountIdentity {
  AccountKind kind = AccountKind::person;
  CoinId home;
  AccountStatus status = AccountStatus::active;
  Timestamp frozen_until;  ///< frozen counts only before this time
  Level level = Level::unverified;
  PersonId person;        ///< 0 = none
  HouseholdId household;  ///< 0 = none
  std::uint64_t tags = 0;
  bool receives_sends = true;
  // Shops only.
  std::uint16_t category = 0;
  BoundedVector<CoinId, kCoinsPerAccount> accepted_coins;  ///< ascending
  BoundedVector<PersonId, 16> related_persons;             ///< its owners; ascending
  BoundedVector<HouseholdId, 16> related_households;       ///< ascending
  Hash payee_digest;                                       ///< salted hash of its bank details
  // Agents only: cash taken and not handed in stays within the limit.
  Amount float_limit;
  Amount float_used;
  bool operator==(const AccountIdentity&) const = default;
};
template <class C, FieldsOf<AccountIdentity> A>
void fields(C& c, A& a) {
  c(a.kind, a.home, a.status, a.frozen_until, a.level, a.person, a.household, a.tags,
    a.receives_sends, a.category, a.accepted_coins, a.related_persons, a.related_households,
    a.payee_digest, a.float_limit, a.float_used);
}

/// Replay protection that tolerates disorder: the highest sequence used and, in bit i, whether
/// highest - 1 - i was used too. Sequences start at 1.
struct SequenceWindow {
  static constexpr std::uint64_t kWidth = 64;
  std::uint64_t highest = 0;
  std::uint64_t used_below = 0;
  bool operator==(const SequenceWindow&) const = default;
};
template <class C, FieldsOf<SequenceWindow> W>
void fields(C& c, W& w) {
  c(w.highest, w.used_below);
}
enum class SequenceUse : std::uint8_t { fresh = 0, used = 1, too_old = 2, too_far = 3 };
[[nodiscard]] SequenceUse check_sequence(const SequenceWindow& window, std::uint64_t sequence);
/// Requires: check_sequence says fresh.
void use_sequence(SequenceWindow& window, std::uint64_t sequence);

/// What a key is allowed; given when it is added.
struct KeyGrant {
  PublicKey key;
  Rights rights = 0;
  Amount limit_payment = Amount::of(Amount::kMax);
  Amount limit_day = Amount::of(Amount::kMax);
  BoundedVector<AccountId, 8> shops;  ///< it may pay only these; empty = all
  bool needs_cosignature = false;     ///< by the coin's card desk key
  Date last_day{Date::kNever};
  bool operator==(const KeyGrant&) const = default;
};
template <class C, FieldsOf<KeyGrant> K>
void fields(C& c, K& k) {
  c(k.key, k.rights, k.limit_payment, k.limit_day, k.shops, k.needs_cosignature, k.last_day);
  c.require((k.rights & ~kRightsAll) == 0);
}

/// One place for a key. The generation rises whenever the slot is refilled, so that a key put back
/// never revives old signatures.
struct KeySlot {
  bool filled = false;
  std::uint32_t generation = 0;
  KeyGrant grant;
  Timestamp effective_from;  ///< signatures count from this time on (the coin's waiting time)
  SequenceWindow window;
  // Counts of one local day; they read as zero on any other day.
  Date day;
  Amount spent;
  std::uint32_t transactions = 0;
  std::uint32_t refusals = 0;
  bool operator==(const KeySlot&) const = default;
};
template <class C, FieldsOf<KeySlot> K>
void fields(C& c, K& k) {
  c(k.filled, k.generation, k.grant, k.effective_from, k.window, k.day, k.spent, k.transactions,
    k.refusals);
}

/// Part of a balance. It lives to the end of its local day `expiry`.
struct Lot {
  ProgramId program;
  Date expiry;
  Amount amount;
  bool operator==(const Lot&) const = default;
};
template <class C, FieldsOf<Lot> L>
void fields(C& c, L& l) {
  c(l.program, l.expiry, l.amount);
}

struct ProgramAmount {
  ProgramId program;
  Amount amount;
  bool operator==(const ProgramAmount&) const = default;
};
template <class C, FieldsOf<ProgramAmount> P>
void fields(C& c, P& p) {
  c(p.program, p.amount);
}
/// Ascending by program, no zero amounts.
using ProgramAmounts = BoundedVector<ProgramAmount, kProgramsPerAccount>;

/// What an account has of one coin.
struct CoinValue {
  CoinId coin;
  BoundedVector<Lot, kLotsPerCoin> lots;  ///< ascending by (expiry, program), no zero amounts
  ProgramAmounts takings;                 ///< shops: received and not yet redeemed
  ProgramAmounts received;                ///< by program, all time, for caps
  Date day;                               ///< the counts below are of this local day
  std::uint32_t payments = 0;             ///< payments and sends made
  std::uint32_t refunds = 0;              ///< refunds given
  Amount paid;
  Amount charged;
  bool operator==(const CoinValue&) const = default;
};
template <class C, FieldsOf<CoinValue> V>
void fields(C& c, V& v) {
  c(v.coin, v.lots, v.takings, v.received, v.day, v.payments, v.refunds, v.paid, v.charged);
}

/// Three parts, each hashed with the account's salt, so that one can be proven without the others.
struct Account {
  Salt salt;
  AccountIdentity identity;
  BoundedVector<KeySlot, kKeySlots> keys;            ///< index = slot
  BoundedVector<CoinValue, kCoinsPerAccount> value;  ///< ascending by coin
  bool operator==(const Account&) const = default;
};
template <class C, FieldsOf<Account> A>
void fields(C& c, A& a) {
  c(a.salt, a.identity, a.keys, a.value);
}
/// Leaf of the accounts' tree: hash over the three parts' salted hashes.
[[nodiscard]] Hash record_hash(const Account& account);

}  // namespace hansatsu::state
