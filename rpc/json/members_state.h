#pragma once

#include "ledger/state/charter.h"
#include "ledger/state/records.h"
#include "rpc/json/codec.h"

/// Names and members of the ledger's records. Source: docs/protocol/api.md "Records".
namespace hansatsu::state {

using rpc::EnumName;

constexpr auto names(AccountKind) {
  return std::to_array<EnumName<AccountKind>>({{AccountKind::person, "person"},
                                               {AccountKind::shop, "shop"},
                                               {AccountKind::agent, "agent"},
                                               {AccountKind::staff, "staff"},
                                               {AccountKind::town, "town"}});
}
constexpr auto names(AccountStatus) {
  return std::to_array<EnumName<AccountStatus>>({{AccountStatus::active, "active"},
                                                 {AccountStatus::frozen, "frozen"},
                                                 {AccountStatus::closed, "closed"}});
}
constexpr auto names(Level) {
  return std::to_array<EnumName<Level>>(
      {{Level::unverified, "unverified"}, {Level::verified, "verified"}});
}
constexpr auto names(ProgramKind) {
  return std::to_array<EnumName<ProgramKind>>({{ProgramKind::charge, "charge"},
                                               {ProgramKind::premium, "premium"},
                                               {ProgramKind::grant, "grant"}});
}
constexpr auto names(ExpiryKind) {
  return std::to_array<EnumName<ExpiryKind>>({{ExpiryKind::fixed_date, "fixed_date"},
                                              {ExpiryKind::week_after, "week_after"},
                                              {ExpiryKind::month_after, "month_after"},
                                              {ExpiryKind::day_after, "day_after"}});
}
constexpr auto names(Role) {
  return std::to_array<EnumName<Role>>({{Role::enroller, "enroller"},
                                        {Role::registrar, "registrar"},
                                        {Role::issuer, "issuer"},
                                        {Role::treasurer, "treasurer"},
                                        {Role::council, "council"},
                                        {Role::auditor, "auditor"},
                                        {Role::operator_, "operator"}});
}
constexpr auto names(IssuerKind) {
  return std::to_array<EnumName<IssuerKind>>(
      {{IssuerKind::municipality, "municipality"}, {IssuerKind::other, "other"}});
}
constexpr auto names(PolicyClass) {
  return std::to_array<EnumName<PolicyClass>>({{PolicyClass::accounts, "accounts"},
                                               {PolicyClass::programs, "programs"},
                                               {PolicyClass::grants, "grants"},
                                               {PolicyClass::floats, "floats"},
                                               {PolicyClass::settlement, "settlement"},
                                               {PolicyClass::governance, "governance"}});
}
constexpr auto names(RedemptionState) {
  return std::to_array<EnumName<RedemptionState>>({{RedemptionState::requested, "requested"},
                                                   {RedemptionState::held, "held"},
                                                   {RedemptionState::filed, "filed"},
                                                   {RedemptionState::paid, "paid"},
                                                   {RedemptionState::returned, "returned"},
                                                   {RedemptionState::rejected, "rejected"}});
}

inline constexpr auto kRightNames =
    std::to_array<std::pair<Rights, std::string_view>>({{kRightPay, "pay"},
                                                        {kRightSend, "send"},
                                                        {kRightCollect, "collect"},
                                                        {kRightRefund, "refund"},
                                                        {kRightRedeem, "redeem"},
                                                        {kRightCharge, "charge"},
                                                        {kRightOffice, "office"},
                                                        {kRightManage, "manage"},
                                                        {kRightRead, "read"}});

/// A list of rights' names.
template <class J, class R>
void members_of_rights(J& j, R& rights) {
  std::vector<std::string> list;
  for (const auto& [bit, name] : kRightNames) {
    if (!J::kReads && (rights & bit) != 0) list.emplace_back(name);
  }
  j("rights", list);
  if constexpr (J::kReads) {
    rights = 0;
    for (const std::string& given : list) {
      const auto found =
          std::find_if(kRightNames.begin(), kRightNames.end(),
                       [&given](const auto& entry) { return entry.second == given; });
      j.require(found != kRightNames.end(), "names a right that is not known");
      if (found != kRightNames.end()) rights = static_cast<Rights>(rights | found->first);
    }
  }
}

template <class J, FieldsOf<AccountIdentity> A>
void members(J& j, A& a) {
  j("kind", a.kind)("home", a.home)("status", a.status)("frozen_until", a.frozen_until);
  j("level", a.level)("person", a.person)("household", a.household)("tags", a.tags);
  j("receives_sends", a.receives_sends)("category", a.category);
  j("accepted_coins", a.accepted_coins)("related_persons", a.related_persons);
  j("related_households", a.related_households)("payee_digest", a.payee_digest);
  j("float_limit", a.float_limit)("float_used", a.float_used);
}
template <class J, FieldsOf<SequenceWindow> W>
void members(J& j, W& w) {
  j("highest", w.highest)("used_below", w.used_below);
}
template <class J, FieldsOf<KeyGrant> K>
void members(J& j, K& k) {
  j("key", k.key);
  members_of_rights(j, k.rights);
  j.optional("limit_payment", k.limit_payment).optional("limit_day", k.limit_day);
  j.optional("shops", k.shops).optional("needs_cosignature", k.needs_cosignature);
  j.optional("last_day", k.last_day);
}
template <class J, FieldsOf<KeySlot> K>
void members(J& j, K& k) {
  j("filled", k.filled)("generation", k.generation)("grant", k.grant);
  j("effective_from", k.effective_from)("window", k.window);
  j("day", k.day)("spent", k.spent)("transactions", k.transactions)("refusals", k.refusals);
}
template <class J, FieldsOf<Lot> L>
void members(J& j, L& l) {
  j("program", l.program)("expiry", l.expiry)("amount", l.amount);
}
template <class J, FieldsOf<ProgramAmount> P>
void members(J& j, P& p) {
  j("program", p.program)("amount", p.amount);
}
template <class J, FieldsOf<CoinValue> V>
void members(J& j, V& v) {
  j("coin", v.coin)("lots", v.lots)("takings", v.takings)("received", v.received);
  j("day", v.day)("payments", v.payments)("refunds", v.refunds);
  j("paid", v.paid)("charged", v.charged);
}
template <class J, FieldsOf<Account> A>
void members(J& j, A& a) {
  j("salt", a.salt)("identity", a.identity)("keys", a.keys)("value", a.value);
}

template <class J, FieldsOf<ExpiryRule> E>
void members(J& j, E& e) {
  j("kind", e.kind).optional("date", e.date).optional("days", e.days);
}
template <class J, FieldsOf<ProgramTerms> P>
void members(J& j, P& p) {
  j("name", p.name)("coin", p.coin)("kind", p.kind)("paid", p.paid)("budget", p.budget);
  j.optional("cap_account", p.cap_account).optional("cap_person", p.cap_person);
  j.optional("cap_household", p.cap_household);
  j("opens", p.opens).optional("closes", p.closes)("expiry", p.expiry);
  j.optional("shops", p.shops).optional("categories", p.categories);
  j.optional("sendable", p.sendable).optional("onward", p.onward);
  j.optional("eligible_tags", p.eligible_tags).optional("eligible_level", p.eligible_level);
  j.optional("priority", p.priority).optional("redeem_until", p.redeem_until);
  j.optional("charge_program", p.charge_program);
  j.optional("rate_basis_points", p.rate_basis_points);
}
template <class J, FieldsOf<HeldUntil> H>
void members(J& j, H& h) {
  j("expiry", h.expiry)("amount", h.amount);
}
template <class J, FieldsOf<ProgramCounters> P>
void members(J& j, P& p) {
  j("issued", p.issued)("held", p.held)("takings", p.takings)("pending", p.pending);
  j("settled", p.settled)("repaid", p.repaid)("expired", p.expired);
  j("withdrawn", p.withdrawn)("voided", p.voided);
}
template <class J, FieldsOf<Program> P>
void members(J& j, P& p) {
  j("terms", p.terms)("closed", p.closed)("revision", p.revision)("counters", p.counters);
}
template <class J, FieldsOf<Redemption> R>
void members(J& j, R& r) {
  j("shop", r.shop)("coin", r.coin)("gross", r.gross)("fee", r.fee);
  j("payee_digest", r.payee_digest)("state", r.state)("time", r.time)("bank_file", r.bank_file);
}

template <class J, FieldsOf<CoinLimits> L>
void members(J& j, L& l) {
  j("balance_unverified", l.balance_unverified)("balance_verified", l.balance_verified);
  j("payment", l.payment)("day", l.day);
  j("charge_day_unverified", l.charge_day_unverified);
  j("charge_day_verified", l.charge_day_verified);
  j("payments_day", l.payments_day)("refunds_day", l.refunds_day);
  j.optional("lots_send", l.lots_send).optional("lots_grant", l.lots_grant);
  j.optional("lots_charge", l.lots_charge);
}
template <class J, FieldsOf<Coin> K>
void members(J& j, K& k) {
  j("name", k.name)("display_name", k.display_name)("issuer", k.issuer);
  j("issuer_kind", k.issuer_kind)("six_month_exemption", k.six_month_exemption);
  j("limits", k.limits).optional("refund_window_days", k.refund_window_days);
  j.optional("fee_basis_points", k.fee_basis_points);
  j.optional("key_waiting_minutes", k.key_waiting_minutes);
  j.optional("sends_bound_value", k.sends_bound_value).optional("card_desk", k.card_desk);
  j.optional("tags", k.tags).optional("directory_digest", k.directory_digest);
}
template <class J, FieldsOf<RoleGrant> R>
void members(J& j, R& r) {
  j("role", r.role)("coin", r.coin)("account", r.account)("until", r.until);
}
template <class J, FieldsOf<PolicyRow> P>
void members(J& j, P& p) {
  j("class", p.policy_class)("coin", p.coin)("threshold", p.threshold)("people", p.people);
}
template <class J, FieldsOf<Quota> Q>
void members(J& j, Q& q) {
  j("kind", q.kind)("transactions", q.transactions)("refusals", q.refusals);
}
template <class J, FieldsOf<ChainLimits> L>
void members(J& j, L& l) {
  j("quotas", l.quotas).optional("holder_validity_ms", l.holder_validity_ms);
  j.optional("staff_validity_ms", l.staff_validity_ms);
  j.optional("block_transactions", l.block_transactions);
  j.optional("block_bytes", l.block_bytes).optional("block_records", l.block_records);
}
template <class J, FieldsOf<ConsensusParameters> P>
void members(J& j, P& p) {
  j.optional("delta_ms", p.delta_ms).optional("sync_ms", p.sync_ms);
  j.optional("heartbeat_s", p.heartbeat_s);
}
template <class J, FieldsOf<Validator> V>
void members(J& j, V& v) {
  j("name", v.name)("key", v.key)("tls_key", v.tls_key)("operator_key", v.operator_key);
  j("address", v.address);
}
template <class J, FieldsOf<FoundingAccount> A>
void members(J& j, A& a) {
  j("salt", a.salt)("kind", a.kind)("home", a.home).optional("person", a.person)("keys", a.keys);
}
template <class J, FieldsOf<Charter> K>
void members(J& j, K& k) {
  j.optional("version", k.version);
  j("chain_name", k.chain_name)("utc_offset_minutes", k.utc_offset)("founded", k.founded);
  j("coins", k.coins)("roles", k.roles).optional("policy", k.policy)("limits", k.limits);
  j.optional("consensus", k.consensus)("validators", k.validators)("accounts", k.accounts);
  j.optional("bip44_coin_type", k.bip44_coin_type);
}

}  // namespace hansatsu::state
