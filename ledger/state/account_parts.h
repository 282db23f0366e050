#pragma once

#include "ledger/state/account.h"

namespace hansatsu::state {

/// The three parts an account's leaf is made of. Each is hashed with a salt of its own, derived
/// from the account's: showing one part's salt tells nothing of the others.
/// Source: docs/protocol/state.md "Account".
struct AccountParts {
  Hash identity;
  Hash keys;
  Hash value;
  bool operator==(const AccountParts&) const = default;
};
template <class C, FieldsOf<AccountParts> P>
void fields(C& c, P& p) {
  c(p.identity, p.keys, p.value);
}

/// On the wire of statements: DO NOT RENUMBER.
enum class AccountPart : std::uint8_t { identity = 1, keys = 2, value = 3 };
constexpr bool known(AccountPart p) {
  return p >= AccountPart::identity && p <= AccountPart::value;
}

[[nodiscard]] Salt part_salt(AccountPart part, const Salt& account_salt);
/// `encoded` is the part's canonical binary form.
[[nodiscard]] Hash part_hash(AccountPart part, const Salt& part_salt, ByteView encoded);
[[nodiscard]] Bytes encode_part(AccountPart part, const Account& account);

[[nodiscard]] AccountParts parts_of(const Account& account);
/// Hashes again only the parts that differ from an earlier version of the same account.
[[nodiscard]] AccountParts parts_of(const Account& account, const Account& earlier,
                                    const AccountParts& earlier_parts);
[[nodiscard]] Hash account_leaf(const AccountParts& parts);

}  // namespace hansatsu::state
