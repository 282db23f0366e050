#include "ledger/block/statement.h"

namespace hansatsu::block {
namespace {

const Hash& part_of(const state::AccountParts& parts, state::AccountPart part) {
  switch (part) {
    case state::AccountPart::identity:
      return parts.identity;
    case state::AccountPart::keys:
      return parts.keys;
    case state::AccountPart::value:
      return parts.value;
  }
  ASSERT(false);
  return parts.value;
}

}  // namespace

AccountProof prove_account(const state::State& state, AccountId account, state::AccountPart part) {
  const auto* stored = state.table<state::Account>().find(account.raw);
  ASSERT(stored != nullptr);
  AccountProof proof;
  proof.account = account;
  proof.part = part;
  proof.part_salt = state::part_salt(part, stored->row.salt);
  const Bytes content = state::encode_part(part, stored->row);
  proof.content.assign(content.begin(), content.end());
  proof.parts = stored->parts;
  proof.path = state.table<state::Account>().tree().path(account.raw);
  proof.tables = state.commitments();
  return proof;
}

bool verify_account(const Hash& state_root, const AccountProof& proof) {
  const state::TableCommitment& accounts = proof.tables[state::kTablePosition<state::Account>];
  return state::part_hash(proof.part, proof.part_salt, proof.content) ==
             part_of(proof.parts, proof.part) &&
         proof.path.index == proof.account.raw && proof.path.index < accounts.next &&
         proof.path.siblings.size() == state::merkle_depth(accounts.next) &&
         merkle_root_from(proof.path, state::account_leaf(proof.parts)) == accounts.root &&
         state::state_root(proof.tables) == state_root;
}

Result<void, StatementError> verify_statement(const Trust& trust, const Statement& statement) {
  if (!verify_account(statement.header.state_root, statement.proof)) {
    return Err{StatementError::not_in_state};
  }
  if (!chain::verify_finality(trust.context, trust.validators, statement.header,
                              statement.finality)) {
    return Err{StatementError::not_final};
  }
  return {};
}

}  // namespace hansatsu::block
