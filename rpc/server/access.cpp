#include "rpc/server/access.h"

#include <algorithm>

namespace hansatsu::rpc {
namespace {

using state::Role;

/// Whether the caller's account holds one of the roles for the coin; absent = for any coin.
bool has_role(const Caller& caller, const state::Charter& charter, std::span<const Role> roles,
              std::optional<CoinId> coin, Date today) {
  if (!caller.account || (caller.rights & state::kRightOffice) == 0) return false;
  const auto& identity = caller.account->account.identity;
  if (identity.kind != state::AccountKind::staff ||
      identity.status == state::AccountStatus::closed) {
    return false;
  }
  return std::any_of(charter.roles.begin(), charter.roles.end(), [&](const state::RoleGrant& g) {
    return g.account == caller.account->id && today <= g.until && (!coin || g.coin == *coin) &&
           std::find(roles.begin(), roles.end(), g.role) != roles.end();
  });
}

std::optional<block::Transaction> decoded(const FinalTransaction& transaction) {
  auto decoded = decode<block::Transaction>(transaction.transaction);
  if (!decoded) return std::nullopt;
  return *std::move(decoded);
}

Amount value_where(const state::CoinValue& value, std::span<const ProgramRecord> programs,
                   bool paid, Date today) {
  Amount sum;
  for (const state::Lot& lot : value.lots) {
    if (lot.expiry < today || lot.program.raw >= programs.size()) continue;
    if (programs[lot.program.raw].program.terms.paid == paid) sum.add(lot.amount);
  }
  return sum;
}

}  // namespace

Access access_to_account(const Caller& caller, const AccountRecord& subject,
                         const state::Charter& charter, Date today) {
  if (caller.account && caller.account->id == subject.id) return Access::own;
  static constexpr std::array kRoles = {Role::registrar, Role::treasurer, Role::issuer,
                                        Role::auditor};
  if (has_role(caller, charter, kRoles, subject.account.identity.home, today)) {
    return Access::staff;
  }
  for (const state::CoinValue& value : subject.account.value) {
    if (has_role(caller, charter, kRoles, value.coin, today)) return Access::staff;
  }
  return Access::none;
}

bool may_read_blocks(const Caller& caller, const state::Charter& charter, Date today) {
  if (const auto* key = std::get_if<PublicKey>(&caller.key)) {
    return std::any_of(
        charter.validators.begin(), charter.validators.end(),
        [key](const state::Validator& v) { return v.key == *key || v.operator_key == *key; });
  }
  static constexpr std::array kRoles = {Role::auditor, Role::operator_};
  return has_role(caller, charter, kRoles, std::nullopt, today);
}

bool may_read_redemptions(const Caller& caller, const state::Charter& charter, CoinId coin,
                          Date today) {
  static constexpr std::array kRoles = {Role::treasurer, Role::issuer, Role::auditor};
  return has_role(caller, charter, kRoles, coin, today);
}

bool may_read_counters(const Caller& caller, const state::Charter& charter, CoinId coin,
                       Date today) {
  return may_read_redemptions(caller, charter, coin, today);
}

Parties parties_of(const FinalTransaction& transaction) {
  Parties parties;
  const auto full = decoded(transaction);
  if (!full) return parties;
  parties.signer = full->unsigned_part.signer;
  for (const block::KeyReference& cosigner : full->unsigned_part.cosigners) {
    parties.others.push_back(cosigner.account);
  }
  parties.others.push_back(transaction.outcome.subject);
  if (const auto* grant = std::get_if<rules::Grant>(&full->unsigned_part.operation.value)) {
    for (const rules::GrantEntry& entry : grant->entries) parties.others.push_back(entry.account);
  }
  return parties;
}

FinalTransaction as_seen_by(FinalTransaction transaction, AccountId account) {
  const auto full = decoded(transaction);
  if (full && full->unsigned_part.signer.account == account) return transaction;
  transaction.transaction.clear();
  transaction.private_outcome.reset();
  return transaction;
}

std::vector<CoinTotals> totals_of(const state::Account& account,
                                  std::span<const ProgramRecord> programs, Date today) {
  std::vector<CoinTotals> totals;
  for (const state::CoinValue& value : account.value) {
    CoinTotals total;
    total.coin = value.coin;
    total.prepaid = value_where(value, programs, true, today);
    total.free = value_where(value, programs, false, today);
    for (const state::ProgramAmount& taken : value.takings) total.takings.add(taken.amount);
    totals.push_back(total);
  }
  return totals;
}

}  // namespace hansatsu::rpc
