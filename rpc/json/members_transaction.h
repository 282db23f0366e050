#pragma once

#include "ledger/rules/outcome.h"
#include "rpc/json/members_state.h"

/// Names and members of transactions and what came of them. Source: docs/protocol/api.md
/// "Transactions".
namespace hansatsu::rules {

constexpr auto names(OperationCode) {
  return std::to_array<rpc::EnumName<OperationCode>>({{OperationCode::open_account, "open_account"},
                                                      {OperationCode::add_key, "add_key"},
                                                      {OperationCode::remove_key, "remove_key"},
                                                      {OperationCode::set_receive, "set_receive"},
                                                      {OperationCode::freeze, "freeze"},
                                                      {OperationCode::unfreeze, "unfreeze"},
                                                      {OperationCode::open_program, "open_program"},
                                                      {OperationCode::charge, "charge"},
                                                      {OperationCode::grant, "grant"},
                                                      {OperationCode::pay, "pay"},
                                                      {OperationCode::send, "send"},
                                                      {OperationCode::refund, "refund"},
                                                      {OperationCode::redeem, "redeem"},
                                                      {OperationCode::file, "file"},
                                                      {OperationCode::settle, "settle"},
                                                      {OperationCode::set_float, "set_float"},
                                                      {OperationCode::hand_in, "hand_in"}});
}

template <class J, FieldsOf<OpenAccount> O>
void members(J& j, O& o) {
  j("salt", o.salt)("kind", o.kind)("home", o.home)("level", o.level);
  j.optional("person", o.person).optional("household", o.household).optional("tags", o.tags);
  j.optional("receives_sends", o.receives_sends)("keys", o.keys);
  j.optional("category", o.category).optional("accepted_coins", o.accepted_coins);
  j.optional("related_persons", o.related_persons);
  j.optional("related_households", o.related_households);
  j.optional("payee_digest", o.payee_digest);
}
template <class J, FieldsOf<AddKey> O>
void members(J& j, O& o) {
  j("grant", o.grant);
}
template <class J, FieldsOf<RemoveKey> O>
void members(J& j, O& o) {
  j("slot", o.slot)("generation", o.generation);
}
template <class J, FieldsOf<SetReceive> O>
void members(J& j, O& o) {
  j("receives_sends", o.receives_sends);
}
template <class J, FieldsOf<Freeze> O>
void members(J& j, O& o) {
  j("account", o.account);
}
template <class J, FieldsOf<Unfreeze> O>
void members(J& j, O& o) {
  j("account", o.account);
}
template <class J, FieldsOf<OpenProgram> O>
void members(J& j, O& o) {
  j("terms", o.terms);
}
template <class J, FieldsOf<Charge> O>
void members(J& j, O& o) {
  j("account", o.account)("program", o.program)("amount", o.amount);
  j("premium_least", o.premium_least);
}
template <class J, FieldsOf<GrantEntry> G>
void members(J& j, G& g) {
  j("account", g.account)("amount", g.amount);
  j.optional("claim", g.claim).optional("expiry", g.expiry);
}
template <class J, FieldsOf<Grant> O>
void members(J& j, O& o) {
  j("program", o.program)("batch", o.batch)("part", o.part)("entries", o.entries);
}
template <class J, FieldsOf<Pay> O>
void members(J& j, O& o) {
  j("shop", o.shop)("coin", o.coin)("amount", o.amount).optional("order", o.order);
}
template <class J, FieldsOf<Send> O>
void members(J& j, O& o) {
  j("receiver", o.receiver)("coin", o.coin)("amount", o.amount);
}
template <class J, FieldsOf<Refund> O>
void members(J& j, O& o) {
  j("payment", o.payment)("amount", o.amount);
}
template <class J, FieldsOf<Redeem> O>
void members(J& j, O& o) {
  j("coin", o.coin).optional("amounts", o.amounts);
}
template <class J, FieldsOf<FileLine> F>
void members(J& j, F& f) {
  j("redemption", f.redemption)("payee_digest", f.payee_digest)("payout", f.payout);
}
template <class J, FieldsOf<File> O>
void members(J& j, O& o) {
  j("coin", o.coin)("bank_file", o.bank_file)("lines", o.lines);
}
template <class J, FieldsOf<Settle> O>
void members(J& j, O& o) {
  j("coin", o.coin)("bank_file", o.bank_file)("redemptions", o.redemptions);
}
template <class J, FieldsOf<SetFloat> O>
void members(J& j, O& o) {
  j("agent", o.agent)("limit", o.limit);
}
template <class J, FieldsOf<HandIn> O>
void members(J& j, O& o) {
  j("amount", o.amount);
}
/// The operation's name as "type", then its own members beside it.
template <class J, FieldsOf<Operation> O>
void members(J& j, O& operation) {
  OperationCode code{};
  if constexpr (!J::kReads) code = code_of(operation);
  j("type", code);
  if constexpr (J::kReads) {
    if (j.failed() || !wire::emplace(operation.value, code)) return;
  }
  std::visit([&j](auto& o) { members(j, o); }, operation.value);
}

template <class J, FieldsOf<PublicOutcome> O>
void members(J& j, O& o) {
  j("code", o.code)("operation", o.operation)("subject", o.subject);
  j("coin", o.coin)("amount", o.amount)("order", o.order)("time", o.time)("reference", o.reference);
}
template <class J, FieldsOf<RefusedEntry> R>
void members(J& j, R& r) {
  j("index", r.index)("code", r.code);
}
template <class J, FieldsOf<PrivateOutcome> O>
void members(J& j, O& o) {
  j("lots", o.lots)("premium", o.premium)("expired_meanwhile", o.expired_meanwhile);
  j("refused_entries", o.refused_entries);
}
template <class J, FieldsOf<Outcome> O>
void members(J& j, O& o) {
  j("public", o.public_part)("private", o.private_part);
}

}  // namespace hansatsu::rules

namespace hansatsu::block {

template <class J, FieldsOf<UnsignedTransaction> T>
void members(J& j, T& t) {
  j.optional("version", t.version);
  j("signer", t.signer)("sequence", t.sequence)("valid_until", t.valid_until);
  j.optional("cosigners", t.cosigners)("operation", t.operation);
}
template <class J, FieldsOf<Transaction> T>
void members(J& j, T& t) {
  j("unsigned", t.unsigned_part)("signature", t.signature);
  j.optional("cosignatures", t.cosignatures);
}

}  // namespace hansatsu::block
