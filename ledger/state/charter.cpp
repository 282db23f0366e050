#include "ledger/state/charter.h"

#include <algorithm>

#include "ledger/crypto/keys.h"

namespace hansatsu::state {
namespace {

bool is_coin_name(std::string_view name) {
  if (name.empty() || name.front() == '-' || name.back() == '-') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool coins_are_good(const Charter& charter) {
  if (charter.coins.empty()) return false;
  for (std::size_t i = 0; i < charter.coins.size(); ++i) {
    const Coin& coin = charter.coins[i];
    if (!is_coin_name(coin.name.text)) return false;
    if (!coin.card_desk.is_zero() && !is_valid_key(coin.card_desk)) return false;
    for (std::size_t k = 0; k < i; ++k) {
      if (charter.coins[k].name == coin.name) return false;
    }
  }
  return true;
}

bool has_coin(const Charter& charter, CoinId coin) { return coin.raw < charter.coins.size(); }

bool validators_are_good(const Charter& charter) {
  const auto& validators = charter.validators;
  if (validators.empty() || validators.size() == 2 || validators.size() == 3) return false;
  for (std::size_t i = 0; i < validators.size(); ++i) {
    const Validator& validator = validators[i];
    if (!is_valid_key(validator.key) || !is_valid_key(validator.operator_key)) return false;
    if (validator.name.text.empty() || validator.tls_key.is_zero()) return false;
    if (i > 0 && validators[i - 1].key >= validator.key) return false;
    for (std::size_t k = 0; k < i; ++k) {
      if (validators[k].name == validator.name || validators[k].tls_key == validator.tls_key) {
        return false;
      }
    }
  }
  return true;
}

bool account_is_good(const Charter& charter, const FoundingAccount& account) {
  if (account.keys.empty() || !has_coin(charter, account.home)) return false;
  // A shop opens with owners, a category and a payee, which founding has no place for.
  if (account.kind == AccountKind::shop) return false;
  return std::all_of(account.keys.begin(), account.keys.end(), [](const KeyGrant& grant) {
    return is_valid_key(grant.key) && grant.rights != 0;
  });
}

bool role_is_good(const Charter& charter, const RoleGrant& role) {
  return has_coin(charter, role.coin) && role.account.raw < charter.accounts.size() &&
         charter.accounts[role.account.raw].kind == AccountKind::staff;
}

bool limits_are_good(const Charter& charter) {
  const ChainLimits& limits = charter.limits;
  constexpr auto kKinds = static_cast<std::size_t>(AccountKind::town);
  if (limits.quotas.size() != kKinds) return false;
  for (std::size_t i = 0; i < kKinds; ++i) {
    const Quota& quota = limits.quotas[i];
    if (quota.kind != static_cast<AccountKind>(i + 1)) return false;
    if (quota.transactions == 0 || quota.refusals == 0) return false;
  }
  for (const Coin& coin : charter.coins) {
    const CoinLimits& lots = coin.limits;
    if (lots.lots_send > kLotsPerCoin || lots.lots_grant > kLotsPerCoin ||
        lots.lots_charge > kLotsPerCoin) {
      return false;
    }
  }
  return limits.holder_validity_ms > 0 && limits.staff_validity_ms > 0 &&
         limits.block_transactions > 0 && limits.block_transactions <= kBlockTransactionsMax &&
         limits.block_bytes >= kBlockBytesMin && limits.block_bytes <= kBlockBytesMax &&
         limits.block_records >= kBlockRecordsMin;
}

}  // namespace

Hash chain_id(const Charter& charter) { return hash_of(HashTag::charter, charter); }

chain::ValidatorSet validator_set(const Charter& charter) {
  chain::ValidatorSet set;
  for (const Validator& validator : charter.validators) set.keys.push_back(validator.key);
  return set;
}

Result<void, CharterError> check_charter(const Charter& charter) {
  if (!coins_are_good(charter)) return Err{CharterError::no_coin};
  if (!validators_are_good(charter)) return Err{CharterError::bad_validators};
  for (const FoundingAccount& account : charter.accounts) {
    if (!account_is_good(charter, account)) return Err{CharterError::bad_account};
  }
  for (const RoleGrant& role : charter.roles) {
    if (!role_is_good(charter, role)) return Err{CharterError::bad_role};
  }
  for (const PolicyRow& row : charter.policy) {
    if (!has_coin(charter, row.coin)) return Err{CharterError::bad_policy};
  }
  if (!limits_are_good(charter)) return Err{CharterError::bad_limits};
  return {};
}

}  // namespace hansatsu::state
