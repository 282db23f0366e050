#include "ledger/state/genesis.h"

#include "ledger/state/overlay.h"

namespace hansatsu::state {
namespace {

Account founding_account(const FoundingAccount& founding, Timestamp founded) {
  Account account;
  account.salt = founding.salt;
  account.identity.kind = founding.kind;
  account.identity.home = founding.home;
  account.identity.person = founding.person;
  for (const KeyGrant& grant : founding.keys) {
    account.keys.push_back(first_key_slot(grant, founded));
  }
  return account;
}

}  // namespace

KeySlot first_key_slot(const KeyGrant& grant, Timestamp now) {
  KeySlot slot;
  slot.filled = true;
  slot.generation = 1;
  slot.grant = grant;
  slot.effective_from = now;
  return slot;
}

State genesis_state(const Charter& charter) {
  State state;
  Overlay genesis{state};
  genesis.append(charter);
  for (const FoundingAccount& founding : charter.accounts) {
    genesis.append(founding_account(founding, charter.founded));
  }
  Chronicle chronicle;
  chronicle.time = charter.founded;
  chronicle.expired_until = local_date(charter.founded, charter.utc_offset);
  genesis.append(chronicle);
  genesis.seal();
  state.merge(genesis);
  return state;
}

}  // namespace hansatsu::state
