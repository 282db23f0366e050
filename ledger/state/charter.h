#pragma once

#include "ledger/chain/validators.h"
#include "ledger/state/account.h"

namespace hansatsu::state {

/// Staff roles, by coin, each grant with an end date. DO NOT RENUMBER.
enum class Role : std::uint8_t {
  enroller = 1,
  registrar = 2,
  issuer = 3,
  treasurer = 4,
  council = 5,
  auditor = 6,
  operator_ = 7,
};
constexpr bool known(Role r) { return r >= Role::enroller && r <= Role::operator_; }

/// Who issues decides which law applies. DO NOT RENUMBER.
enum class IssuerKind : std::uint8_t { municipality = 1, other = 2 };
constexpr bool known(IssuerKind k) {
  return k >= IssuerKind::municipality && k <= IssuerKind::other;
}

/// Limits of one coin. Amounts in its smallest unit; counts a local day.
struct CoinLimits {
  Amount balance_unverified;
  Amount balance_verified;
  Amount payment;  ///< one payment or send
  Amount day;      ///< paid and sent by one account in a day
  Amount charge_day_unverified;
  Amount charge_day_verified;
  std::uint32_t payments_day = 0;  ///< payments and sends of one account
  std::uint32_t refunds_day = 0;   ///< refunds of one shop
  std::uint8_t lots_send = 32;     ///< a send may not raise its receiver above
  std::uint8_t lots_grant = 48;
  std::uint8_t lots_charge = 60;
  bool operator==(const CoinLimits&) const = default;
};
template <class C, FieldsOf<CoinLimits> L>
void fields(C& c, L& l) {
  c(l.balance_unverified, l.balance_verified, l.payment, l.day, l.charge_day_unverified,
    l.charge_day_verified, l.payments_day, l.refunds_day, l.lots_send, l.lots_grant, l.lots_charge);
}

struct Coin {
  BoundedText<32> name;  ///< unique; lower-case letters, digits and hyphens
  BoundedText<64> display_name;
  BoundedText<64> issuer;
  IssuerKind issuer_kind = IssuerKind::municipality;
  bool six_month_exemption = false;  ///< expiry <= issue + 6 months - 1 day, checked at each issue
  CoinLimits limits;
  std::uint16_t refund_window_days = 90;    ///< at most 90
  std::uint16_t fee_basis_points = 0;       ///< of what a shop redeems
  std::uint32_t key_waiting_minutes = 0;    ///< before a loosening of keys takes effect
  bool sends_bound_value = false;           ///< grant and premium lots may be sent
  PublicKey card_desk;                      ///< zero = no paper cards
  BoundedVector<BoundedText<64>, 64> tags;  ///< meaning of tag bit i
  Hash directory_digest;                    ///< zero = no shop directory yet
  bool operator==(const Coin&) const = default;
};
template <class C, FieldsOf<Coin> K>
void fields(C& c, K& k) {
  c(k.name, k.display_name, k.issuer, k.issuer_kind, k.six_month_exemption, k.limits,
    k.refund_window_days, k.fee_basis_points, k.key_waiting_minutes, k.sends_bound_value,
    k.card_desk, k.tags, k.directory_digest);
  c.require(k.refund_window_days <= 90 && k.fee_basis_points <= 10'000);
}

struct RoleGrant {
  Role role = Role::registrar;
  CoinId coin;
  AccountId account;  ///< of kind staff
  Date until;         ///< last local day
  bool operator==(const RoleGrant&) const = default;
};
template <class C, FieldsOf<RoleGrant> R>
void fields(C& c, R& r) {
  c(r.role, r.coin, r.account, r.until);
}

/// How many people an operation of a class needs from a threshold on. DO NOT RENUMBER.
enum class PolicyClass : std::uint8_t {
  accounts = 1,
  programs = 2,
  grants = 3,
  floats = 4,
  settlement = 5,
  governance = 6,
};
constexpr bool known(PolicyClass k) {
  return k >= PolicyClass::accounts && k <= PolicyClass::governance;
}
struct PolicyRow {
  PolicyClass policy_class = PolicyClass::accounts;
  CoinId coin;
  Amount threshold;         ///< this row counts from this amount on
  std::uint8_t people = 1;  ///< who asks included
  bool operator==(const PolicyRow&) const = default;
};
template <class C, FieldsOf<PolicyRow> P>
void fields(C& c, P& p) {
  c(p.policy_class, p.coin, p.threshold, p.people);
  c.require(p.people >= 1);
}

/// Quotas of one kind of account: by key and local day.
struct Quota {
  AccountKind kind = AccountKind::person;
  std::uint32_t transactions = 0;
  std::uint32_t refusals = 0;
  bool operator==(const Quota&) const = default;
};
template <class C, FieldsOf<Quota> Q>
void fields(C& c, Q& q) {
  c(q.kind, q.transactions, q.refusals);
}

// What a charter may ask of blocks: room for the largest transaction, and no more than peers carry.
inline constexpr std::uint32_t kBlockTransactionsMax = 65'535;
inline constexpr std::uint32_t kBlockBytesMin = 262'144;
inline constexpr std::uint32_t kBlockBytesMax = 4'194'304;
inline constexpr std::uint32_t kBlockRecordsMin = 10'000;

/// Bounds of the chain as a whole.
struct ChainLimits {
  BoundedVector<Quota, 5> quotas;              ///< one row a kind; ascending by kind
  std::uint32_t holder_validity_ms = 600'000;  ///< a holder's transaction lives at most
  std::uint32_t staff_validity_ms = 604'800'000;
  std::uint32_t block_transactions = 8'192;
  std::uint32_t block_bytes = 1'048'576;
  std::uint32_t block_records = 40'000;  ///< records changed, or more where operations declare more
  bool operator==(const ChainLimits&) const = default;
};
template <class C, FieldsOf<ChainLimits> L>
void fields(C& c, L& l) {
  c(l.quotas, l.holder_validity_ms, l.staff_validity_ms, l.block_transactions, l.block_bytes,
    l.block_records);
}

/// Timing of the agreement; the same for all validators.
struct ConsensusParameters {
  std::uint32_t delta_ms = 15;        ///< message delay to plan for
  std::uint32_t sync_ms = 5;          ///< slowest sync to plan for
  std::uint32_t heartbeat_s = 3'600;  ///< 0 = off
  bool operator==(const ConsensusParameters&) const = default;
};
template <class C, FieldsOf<ConsensusParameters> P>
void fields(C& c, P& p) {
  c(p.delta_ms, p.sync_ms, p.heartbeat_s);
}

using TlsKey = FixedBytes<struct TlsKeyKind, 32>;  ///< Ed25519
struct Validator {
  BoundedText<32> name;
  PublicKey key;
  TlsKey tls_key;
  PublicKey operator_key;
  BoundedText<128> address;  ///< host:port of the peer listener
  bool operator==(const Validator&) const = default;
};
template <class C, FieldsOf<Validator> V>
void fields(C& c, V& v) {
  c(v.name, v.key, v.tls_key, v.operator_key, v.address);
}

/// An account that exists from genesis; its index is its place in the list.
struct FoundingAccount {
  Salt salt;
  AccountKind kind = AccountKind::staff;
  CoinId home;
  PersonId person;
  BoundedVector<KeyGrant, kKeySlots> keys;
  bool operator==(const FoundingAccount&) const = default;
};
template <class C, FieldsOf<FoundingAccount> A>
void fields(C& c, A& a) {
  c(a.salt, a.kind, a.home, a.person, a.keys);
}

/// The chain's constitution. Its canonical binary form's hash is the chain id; row 0 of its table.
struct Charter {
  std::uint16_t version = 0;
  BoundedText<64> chain_name;
  UtcOffset utc_offset;
  Timestamp founded;
  BoundedVector<Coin, 64> coins;  ///< index = CoinId
  BoundedVector<RoleGrant, 1024> roles;
  BoundedVector<PolicyRow, 256> policy;
  ChainLimits limits;
  ConsensusParameters consensus;
  BoundedVector<Validator, chain::kValidatorsMax> validators;  ///< ascending by key
  BoundedVector<FoundingAccount, 1024> accounts;
  std::uint32_t bip44_coin_type = 1;
  bool operator==(const Charter&) const = default;
};
template <class C, FieldsOf<Charter> K>
void fields(C& c, K& k) {
  c(k.version, k.chain_name, k.utc_offset, k.founded, k.coins, k.roles, k.policy, k.limits,
    k.consensus, k.validators, k.accounts, k.bip44_coin_type);
  c.require(k.version == 0);
}

[[nodiscard]] Hash chain_id(const Charter& charter);
[[nodiscard]] chain::ValidatorSet validator_set(const Charter& charter);

enum class CharterError : std::uint8_t {
  no_coin = 1,         ///< no coin, or a coin's name is malformed or taken
  bad_validators = 2,  ///< not ascending, twice a key or a name, 2 or 3 of them, an invalid key
  bad_account = 3,     ///< a shop; no keys, an invalid key, or an unknown coin
  bad_role = 4,        ///< a role of an account that is not staff, or of an unknown coin
  bad_policy = 5,      ///< a row of an unknown coin
  bad_limits = 6,      ///< a kind without quota, zero limits, or over what blocks can carry
};
/// What decoding cannot see: that the charter's parts fit each other.
[[nodiscard]] Result<void, CharterError> check_charter(const Charter& charter);

}  // namespace hansatsu::state
