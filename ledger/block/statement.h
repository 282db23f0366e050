#pragma once

#include "ledger/block/receipt.h"
#include "ledger/state/account_parts.h"
#include "ledger/state/state.h"

namespace hansatsu::block {

/// One part of an account and its way up to a state root. The other two parts show as hashes,
/// which tell nothing: each part is hashed with a salt of its own.
/// Source: docs/protocol/block.md "Statement".
struct AccountProof {
  AccountId account;
  state::AccountPart part = state::AccountPart::value;
  Salt part_salt;
  BoundedVector<std::uint8_t, 65'535> content;  ///< the part's canonical binary form
  state::AccountParts parts;
  MerklePath path;            ///< in the accounts' tree; its index is the account's
  state::Commitments tables;  ///< what the state root is the hash of
  bool operator==(const AccountProof&) const = default;
};
template <class C, FieldsOf<AccountProof> P>
void fields(C& c, P& p) {
  c(p.account, p.part, p.part_salt, p.content, p.parts, p.path, p.tables);
}

/// Requires: the account exists. Cost: two hashes.
[[nodiscard]] AccountProof prove_account(const state::State& state, AccountId account,
                                         state::AccountPart part);
/// True if a state of that root holds the account with just this part.
[[nodiscard]] bool verify_account(const Hash& state_root, const AccountProof& proof);

/// A part of an account at the height of a final block: what a holder shows others.
struct Statement {
  chain::Header header;
  chain::FinalityProof finality;
  AccountProof proof;
  bool operator==(const Statement&) const = default;
};
template <class C, FieldsOf<Statement> S>
void fields(C& c, S& s) {
  c(s.header, s.finality, s.proof);
}
enum class StatementError : std::uint8_t {
  not_final = 1,     ///< another chain, or no proof that the block is final
  not_in_state = 2,  ///< the header's state does not hold this part
};
/// Cost: a quorum of signature checks.
[[nodiscard]] Result<void, StatementError> verify_statement(const Trust& trust,
                                                            const Statement& statement);

}  // namespace hansatsu::block
