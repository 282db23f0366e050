#pragma once

#include "rpc/json/answers.h"
#include "rpc/json/members_chain.h"
#include "rpc/json/members_transaction.h"

/// Names and members of the API's answers. Source: docs/protocol/api.md "Calls".
namespace hansatsu::rpc {

constexpr auto names(SubmitState) {
  return std::to_array<EnumName<SubmitState>>({{SubmitState::accepted, "accepted"},
                                               {SubmitState::final, "final"},
                                               {SubmitState::inadmissible, "inadmissible"},
                                               {SubmitState::lapsed, "lapsed"},
                                               {SubmitState::overloaded, "overloaded"}});
}
constexpr auto names(TransactionStage) {
  return std::to_array<EnumName<TransactionStage>>({{TransactionStage::unknown, "unknown"},
                                                    {TransactionStage::waiting, "waiting"},
                                                    {TransactionStage::final, "final"}});
}

template <class J, FieldsOf<PeerStatus> P>
void members(J& j, P& p) {
  j("name", p.name)("connected", p.connected)("height", p.final_height);
}
template <class J, FieldsOf<NodeStatus> S>
void members(J& j, S& s) {
  j("chain", s.chain_id)("chain_name", s.chain_name)("node", s.node_name)("version", s.version);
  j("height", s.height)("block", s.block_id)("state_root", s.state_root);
  j("block_time", s.block_time)("view", s.view)("serving", s.serving)("syncing", s.syncing);
  j.optional("voting", s.voting);  // nodes of before don't tell
  j("validators", s.peers)("waiting_transactions", s.waiting_transactions);
  j("disk_bytes", s.disk_bytes);
}
template <class J, FieldsOf<AccountRecord> A>
void members(J& j, A& a) {
  j("account", a.id)("height", a.height)("block_time", a.block_time);
  members(j, a.account);
}
template <class J, FieldsOf<ShopRecord> S>
void members(J& j, S& s) {
  j("account", s.account)("category", s.category)("coins", s.coins);
}
template <class J, FieldsOf<ProgramRecord> P>
void members(J& j, P& p) {
  j("program", p.id)("terms", p.program.terms);
  j("closed", p.program.closed)("revision", p.program.revision);
  std::optional<state::ProgramCounters> counters;
  if constexpr (!J::kReads) {
    if (p.has_counters) counters = p.program.counters;
  }
  j("counters", counters);
  if constexpr (J::kReads) {
    p.has_counters = counters.has_value();
    p.program.counters = counters.value_or(state::ProgramCounters{});
  }
}
template <class J, FieldsOf<RedemptionRecord> R>
void members(J& j, R& r) {
  j("redemption", r.id);
  members(j, r.redemption);
}
template <class J, FieldsOf<CoinTotals> T>
void members(J& j, T& t) {
  j("coin", t.coin)("prepaid", t.prepaid)("free", t.free)("takings", t.takings);
}
template <class J, FieldsOf<AccountAnswer> A>
void members(J& j, A& a) {
  members(j, a.record);
  j("time", a.time)("date", a.date)("totals", a.totals);
}
template <class J, FieldsOf<ActivityFigure> F>
void members(J& j, F& f) {
  j("coin", f.coin)("operation", f.operation)("transactions", f.transactions);
  j("accounts", f.accounts);
}
template <class J, FieldsOf<ProgramFigure> F>
void members(J& j, F& f) {
  j("coin", f.coin)("program", f.program)("operation", f.operation)("amount", f.amount);
}
template <class J, FieldsOf<DayFigures> D>
void members(J& j, D& d) {
  j("day", d.day)("activity", d.activity)("programs", d.programs);
}
template <class J, FieldsOf<Figures> F>
void members(J& j, F& f) {
  j("newest", f.newest)("smallest_group", f.smallest_group)("days", f.days);
}
template <class J, FieldsOf<FinalTransaction> F>
void members(J& j, F& f) {
  j("id", f.id)("height", f.height)("position", f.position)("transaction", f.transaction);
  j("outcome", f.outcome)("private_outcome", f.private_outcome);
}
template <class J, FieldsOf<ProvenTransaction> P>
void members(J& j, P& p) {
  members(j, p.transaction);
  j("receipt", p.receipt);
}
template <class J, FieldsOf<Cursor> K>
void members(J& j, K& k) {
  j("height", k.height)("position", k.position);
}
template <class J, FieldsOf<BlockRecord> B>
void members(J& j, B& b) {
  j("header", b.header)("proof", b.proof)("body", b.body);
}

}  // namespace hansatsu::rpc
