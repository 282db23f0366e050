#pragma once

#include "ledger/crypto/hash.h"
#include "ledger/rules/operation.h"
#include "ledger/rules/refusal.h"

namespace hansatsu::rules {

/// What everybody who is shown a receipt may see of what an operation did.
/// Source: docs/protocol/ledger.md "Outcomes".
struct PublicOutcome {
  std::uint16_t code = 0;  ///< 0 = accepted, else the Refusal
  OperationCode operation = OperationCode::pay;
  AccountId subject;  ///< pay: the shop; send, charge: the receiver; refund: the payer; office
                      ///< work on an account: that account; else the signer
  std::optional<CoinId> coin;   ///< of `amount`; absent where no coin is meant
  Amount amount;                ///< moved, asked for or set; zero where none is meant
  OrderReference order;         ///< pay: the shop's own
  Timestamp time;               ///< the block's
  std::uint64_t reference = 0;  ///< row created or changed: account, key slot, program, charge,
                                ///< batch, payment, redemption; else 0
  bool operator==(const PublicOutcome&) const = default;
};
template <class C, FieldsOf<PublicOutcome> O>
void fields(C& c, O& o) {
  c(o.code, o.operation, o.subject, o.coin, o.amount, o.order, o.time, o.reference);
  c.require(o.code == 0 || refusal_of(o.code).has_value());
}

/// An entry of a batch that was passed over; the others were given.
struct RefusedEntry {
  std::uint16_t index = 0;
  std::uint16_t code = 0;  ///< a Refusal
  bool operator==(const RefusedEntry&) const = default;
};
template <class C, FieldsOf<RefusedEntry> R>
void fields(C& c, R& r) {
  c(r.index, r.code);
  c.require(refusal_of(r.code).has_value());
}

/// What only the parties may see.
struct PrivateOutcome {
  /// In order: pay, send: consumed; refund: come back; charge: given, the premium last; redeem,
  /// and payments onward: takings, with expiry kNever.
  BoundedVector<state::Lot, state::kProgramsPerAccount> lots;
  Amount premium;            ///< charge: the part of `lots` that is premium
  Amount expired_meanwhile;  ///< refund: the part that expired since the payment
  BoundedVector<RefusedEntry, kGrantEntriesMax> refused_entries;  ///< grant
  bool operator==(const PrivateOutcome&) const = default;
};
template <class C, FieldsOf<PrivateOutcome> O>
void fields(C& c, O& o) {
  c(o.lots, o.premium, o.expired_meanwhile, o.refused_entries);
}

struct Outcome {
  PublicOutcome public_part;
  PrivateOutcome private_part;
  bool operator==(const Outcome&) const = default;
};
template <class C, FieldsOf<Outcome> O>
void fields(C& c, O& o) {
  c(o.public_part, o.private_part);
}

/// The outcome of an operation that a rule refused: nothing but who asked, when and why.
[[nodiscard]] Outcome refused_outcome(Refusal refusal, OperationCode operation, AccountId signer,
                                      Timestamp time);

/// H(H(account salt, transaction id), private part): hides the private part from whoever lacks
/// the signer's salt. `account_salt` is the signer's.
[[nodiscard]] Hash private_outcome_hash(const Salt& account_salt, const Hash& transaction_id,
                                        const PrivateOutcome& outcome);
/// The salt of that hash: shown with the private part, it proves one outcome and no other.
[[nodiscard]] Salt private_outcome_salt(const Salt& account_salt, const Hash& transaction_id);
[[nodiscard]] Hash private_outcome_hash(const Salt& outcome_salt, const PrivateOutcome& outcome);

}  // namespace hansatsu::rules
