#include "ledger/state/account.h"

#include "ledger/state/account_parts.h"

namespace hansatsu::state {
namespace {

HashTag tag_of(AccountPart part) {
  switch (part) {
    case AccountPart::identity:
      return HashTag::account_identity;
    case AccountPart::keys:
      return HashTag::account_keys;
    case AccountPart::value:
      return HashTag::account_value;
  }
  ASSERT(false);
  return HashTag::account;
}

Hash hash_part(AccountPart part, const Account& account) {
  return part_hash(part, part_salt(part, account.salt), encode_part(part, account));
}

}  // namespace

SequenceUse check_sequence(const SequenceWindow& window, std::uint64_t sequence) {
  if (sequence > window.highest) {
    return sequence - window.highest <= SequenceWindow::kWidth ? SequenceUse::fresh
                                                               : SequenceUse::too_far;
  }
  const std::uint64_t below = window.highest - sequence;
  if (sequence == 0 || below > SequenceWindow::kWidth) return SequenceUse::too_old;
  if (below == 0) return SequenceUse::used;
  return (window.used_below >> (below - 1) & 1U) != 0 ? SequenceUse::used : SequenceUse::fresh;
}

void use_sequence(SequenceWindow& window, std::uint64_t sequence) {
  ASSERT(check_sequence(window, sequence) == SequenceUse::fresh);
  if (sequence < window.highest) {
    window.used_below |= std::uint64_t{1} << (window.highest - sequence - 1);
    return;
  }
  const std::uint64_t up = sequence - window.highest;
  window.used_below = up >= SequenceWindow::kWidth ? 0 : window.used_below << up;
  // The old highest moves into the map; before the first use there is none.
  if (window.highest > 0) window.used_below |= std::uint64_t{1} << (up - 1);
  window.highest = sequence;
}

Salt part_salt(AccountPart part, const Salt& account_salt) {
  return Salt{hash(tag_of(part), account_salt.view()).bytes};
}

Hash part_hash(AccountPart part, const Salt& part_salt, ByteView encoded) {
  return Hasher{tag_of(part)}.add(part_salt).add(encoded).finish();
}

Bytes encode_part(AccountPart part, const Account& account) {
  switch (part) {
    case AccountPart::identity:
      return encode(account.identity);
    case AccountPart::keys:
      return encode(account.keys);
    case AccountPart::value:
      return encode(account.value);
  }
  ASSERT(false);
  return {};
}

AccountParts parts_of(const Account& account) {
  return {hash_part(AccountPart::identity, account), hash_part(AccountPart::keys, account),
          hash_part(AccountPart::value, account)};
}

AccountParts parts_of(const Account& account, const Account& earlier,
                      const AccountParts& earlier_parts) {
  if (account.salt != earlier.salt) return parts_of(account);
  AccountParts parts = earlier_parts;
  if (account.identity != earlier.identity) {
    parts.identity = hash_part(AccountPart::identity, account);
  }
  if (account.keys != earlier.keys) parts.keys = hash_part(AccountPart::keys, account);
  if (account.value != earlier.value) parts.value = hash_part(AccountPart::value, account);
  return parts;
}

Hash account_leaf(const AccountParts& parts) { return hash_of(HashTag::account, parts); }

Hash record_hash(const Account& account) { return account_leaf(parts_of(account)); }

}  // namespace hansatsu::state
