#pragma once

#include <variant>

#include "ledger/state/records.h"

/// What a transaction asks for. Codes are on the ledger: DO NOT RENUMBER.
/// Who may ask, what changes and which refusals there are stands in each operation's rule file.
namespace hansatsu::rules {

using state::AccountKind;
using state::BatchId;
using state::ClaimId;
using state::KeyGrant;
using state::Level;
using state::ProgramTerms;

enum class OperationCode : std::uint8_t {
  open_account = 1,
  add_key = 2,
  remove_key = 3,
  set_receive = 4,
  freeze = 5,
  unfreeze = 6,
  open_program = 10,
  charge = 20,
  grant = 21,
  pay = 30,
  send = 31,
  refund = 32,
  redeem = 40,
  file = 41,
  settle = 42,
  set_float = 50,
  hand_in = 51,
};
constexpr bool known(OperationCode k) {
  return (k >= OperationCode::open_account && k <= OperationCode::unfreeze) ||
         k == OperationCode::open_program || k == OperationCode::charge ||
         k == OperationCode::grant || (k >= OperationCode::pay && k <= OperationCode::refund) ||
         (k >= OperationCode::redeem && k <= OperationCode::settle) ||
         k == OperationCode::set_float || k == OperationCode::hand_in;
}

/// Registrar (any kind; enroller: unverified persons only) opens the next account.
struct OpenAccount {
  static constexpr OperationCode kCode = OperationCode::open_account;
  Salt salt;  ///< random, by the opener
  AccountKind kind = AccountKind::person;
  CoinId home;
  Level level = Level::unverified;
  PersonId person;
  HouseholdId household;
  std::uint64_t tags = 0;
  bool receives_sends = true;
  BoundedVector<KeyGrant, state::kKeySlots> keys;  ///< at least one
  // Shops only; zero or empty otherwise.
  std::uint16_t category = 0;
  BoundedVector<CoinId, state::kCoinsPerAccount> accepted_coins;
  BoundedVector<PersonId, 16> related_persons;
  BoundedVector<HouseholdId, 16> related_households;
  Hash payee_digest;
  bool operator==(const OpenAccount&) const = default;
};
template <class C, FieldsOf<OpenAccount> O>
void fields(C& c, O& o) {
  c(o.salt, o.kind, o.home, o.level, o.person, o.household, o.tags, o.receives_sends, o.keys,
    o.category, o.accepted_coins, o.related_persons, o.related_households, o.payee_digest);
}

/// A manage key adds a key to its own account, within its own rights and limits.
struct AddKey {
  static constexpr OperationCode kCode = OperationCode::add_key;
  KeyGrant grant;
  bool operator==(const AddKey&) const = default;
};
template <class C, FieldsOf<AddKey> O>
void fields(C& c, O& o) {
  c(o.grant);
}

/// A manage key removes a key of its own account, never a wider one.
struct RemoveKey {
  static constexpr OperationCode kCode = OperationCode::remove_key;
  std::uint8_t slot = 0;
  std::uint32_t generation = 0;
  bool operator==(const RemoveKey&) const = default;
};
template <class C, FieldsOf<RemoveKey> O>
void fields(C& c, O& o) {
  c(o.slot, o.generation);
}

/// A manage key opens or shuts its own account for sends.
struct SetReceive {
  static constexpr OperationCode kCode = OperationCode::set_receive;
  bool receives_sends = true;
  bool operator==(const SetReceive&) const = default;
};
template <class C, FieldsOf<SetReceive> O>
void fields(C& c, O& o) {
  c(o.receives_sends);
}

/// A registrar stops an account of their coin; it lapses after 72 hours.
struct Freeze {
  static constexpr OperationCode kCode = OperationCode::freeze;
  AccountId account;
  bool operator==(const Freeze&) const = default;
};
template <class C, FieldsOf<Freeze> O>
void fields(C& c, O& o) {
  c(o.account);
}
struct Unfreeze {
  static constexpr OperationCode kCode = OperationCode::unfreeze;
  AccountId account;
  bool operator==(const Unfreeze&) const = default;
};
template <class C, FieldsOf<Unfreeze> O>
void fields(C& c, O& o) {
  c(o.account);
}

/// An issuer opens the next program.
struct OpenProgram {
  static constexpr OperationCode kCode = OperationCode::open_program;
  ProgramTerms terms;
  bool operator==(const OpenProgram&) const = default;
};
template <class C, FieldsOf<OpenProgram> O>
void fields(C& c, O& o) {
  c(o.terms);
}

/// An agent gives coin for cash, within its float; the premium comes with it.
struct Charge {
  static constexpr OperationCode kCode = OperationCode::charge;
  AccountId account;
  ProgramId program;
  Amount amount;
  Amount premium_least;  ///< refused if the premium program can't give at least this
  bool operator==(const Charge&) const = default;
};
template <class C, FieldsOf<Charge> O>
void fields(C& c, O& o) {
  c(o.account, o.program, o.amount, o.premium_least);
}

struct GrantEntry {
  AccountId account;
  Amount amount;
  ClaimId claim;              ///< zero = none
  Date expiry{Date::kNever};  ///< paid programs: no later than the rule's; kNever = the rule's
  bool operator==(const GrantEntry&) const = default;
};
template <class C, FieldsOf<GrantEntry> G>
void fields(C& c, G& g) {
  c(g.account, g.amount, g.claim, g.expiry);
}
inline constexpr std::size_t kGrantEntriesMax = 2'000;
/// An issuer gives value to many; a batch's part runs once.
struct Grant {
  static constexpr OperationCode kCode = OperationCode::grant;
  ProgramId program;
  BatchId batch;
  std::uint16_t part = 0;
  BoundedVector<GrantEntry, kGrantEntriesMax> entries;
  bool operator==(const Grant&) const = default;
};
template <class C, FieldsOf<Grant> O>
void fields(C& c, O& o) {
  c(o.program, o.batch, o.part, o.entries);
}

/// A holder pays a shop (a shop pays onward where the program allows).
struct Pay {
  static constexpr OperationCode kCode = OperationCode::pay;
  AccountId shop;
  CoinId coin;
  Amount amount;
  OrderReference order;
  bool operator==(const Pay&) const = default;
};
template <class C, FieldsOf<Pay> O>
void fields(C& c, O& o) {
  c(o.shop, o.coin, o.amount, o.order);
}

/// A person gives sendable lots to another.
struct Send {
  static constexpr OperationCode kCode = OperationCode::send;
  AccountId receiver;
  CoinId coin;
  Amount amount;
  bool operator==(const Send&) const = default;
};
template <class C, FieldsOf<Send> O>
void fields(C& c, O& o) {
  c(o.receiver, o.coin, o.amount);
}

/// A shop gives back (part of) a payment; the very lots come back.
struct Refund {
  static constexpr OperationCode kCode = OperationCode::refund;
  PaymentId payment;
  Amount amount;
  bool operator==(const Refund&) const = default;
};
template <class C, FieldsOf<Refund> O>
void fields(C& c, O& o) {
  c(o.payment, o.amount);
}

/// A shop asks to be paid its takings: of one coin, all or a list of amounts by program.
struct Redeem {
  static constexpr OperationCode kCode = OperationCode::redeem;
  CoinId coin;
  state::ProgramAmounts amounts;  ///< empty = all takings
  bool operator==(const Redeem&) const = default;
};
template <class C, FieldsOf<Redeem> O>
void fields(C& c, O& o) {
  c(o.coin, o.amounts);
}

struct FileLine {
  RedemptionId redemption;
  Hash payee_digest;  ///< must be the redemption's
  Amount payout;      ///< what the bank file pays: must be the redemption's gross less its fee
  bool operator==(const FileLine&) const = default;
};
template <class C, FieldsOf<FileLine> F>
void fields(C& c, F& f) {
  c(f.redemption, f.payee_digest, f.payout);
}
inline constexpr std::size_t kFileLinesMax = 1'000;
/// A treasurer binds redemptions to a bank file.
struct File {
  static constexpr OperationCode kCode = OperationCode::file;
  CoinId coin;
  Hash bank_file;  ///< hash of the file's bytes, HashTag::bank_file
  BoundedVector<FileLine, kFileLinesMax> lines;
  bool operator==(const File&) const = default;
};
template <class C, FieldsOf<File> O>
void fields(C& c, O& o) {
  c(o.coin, o.bank_file, o.lines);
}

/// A treasurer confirms that redemptions of a file were paid.
struct Settle {
  static constexpr OperationCode kCode = OperationCode::settle;
  CoinId coin;
  Hash bank_file;
  BoundedVector<RedemptionId, kFileLinesMax> redemptions;
  bool operator==(const Settle&) const = default;
};
template <class C, FieldsOf<Settle> O>
void fields(C& c, O& o) {
  c(o.coin, o.bank_file, o.redemptions);
}

/// A treasurer sets how much an agent may take before handing in.
struct SetFloat {
  static constexpr OperationCode kCode = OperationCode::set_float;
  AccountId agent;
  Amount limit;
  bool operator==(const SetFloat&) const = default;
};
template <class C, FieldsOf<SetFloat> O>
void fields(C& c, O& o) {
  c(o.agent, o.limit);
}

/// An agent hands in cash; the treasurer who counted it co-signs.
struct HandIn {
  static constexpr OperationCode kCode = OperationCode::hand_in;
  Amount amount;
  bool operator==(const HandIn&) const = default;
};
template <class C, FieldsOf<HandIn> O>
void fields(C& c, O& o) {
  c(o.amount);
}

using OperationVariant =
    std::variant<OpenAccount, AddKey, RemoveKey, SetReceive, Freeze, Unfreeze, OpenProgram, Charge,
                 Grant, Pay, Send, Refund, Redeem, File, Settle, SetFloat, HandIn>;
struct Operation {
  OperationVariant value;
  bool operator==(const Operation&) const = default;
};
[[nodiscard]] inline OperationCode code_of(const Operation& operation) {
  return std::visit([](const auto& o) { return o.kCode; }, operation.value);
}

namespace wire {
/// Makes `operation` hold the empty form of the code's alternative; false for an unknown code.
template <std::size_t I = 0>
bool emplace(OperationVariant& operation, OperationCode code) {
  if constexpr (I < std::variant_size_v<OperationVariant>) {
    using Alternative = std::variant_alternative_t<I, OperationVariant>;
    if (Alternative::kCode != code) return emplace<I + 1>(operation, code);
    operation.template emplace<I>();
    return true;
  }
  return false;
}
}  // namespace wire

/// The code, then the operation's own fields.
template <class C, FieldsOf<Operation> O>
void fields(C& c, O& operation) {
  OperationCode code{};
  if constexpr (!C::kDecodes) code = code_of(operation);
  c(code);
  if constexpr (C::kDecodes) {
    if (c.failed() || !wire::emplace(operation.value, code)) return c.require(false);
  }
  std::visit([&c](auto& o) { c(o); }, operation.value);
}

}  // namespace hansatsu::rules
