#pragma once

#include "consensus/messages.h"
#include "ledger/rules/outcome.h"
#include "ledger/state/snapshot_io.h"
#include "node/log/format.h"

/// What stands in the store. Source: docs/protocol/log.md "The store".
namespace hansatsu::store {

/// In the order of the chain.
struct TransactionPlace {
  Height height;
  std::uint32_t position = 0;  ///< in the block's body, from 0
  auto operator<=>(const TransactionPlace&) const = default;
};
template <class C, FieldsOf<TransactionPlace> P>
void fields(C& c, P& p) {
  c(p.height, p.position);
}

/// A final block: what lists of headers need, and where its bytes are.
struct BlockEntry {
  chain::Header header;
  log::RecordPlace place;
  bool operator==(const BlockEntry&) const = default;
};
template <class C, FieldsOf<BlockEntry> B>
void fields(C& c, B& b) {
  c(b.header, b.place);
}

/// What a transaction of a final block did. With the salt of its private part, the leaves of the
/// outcomes root can be computed again without the state of that time.
struct OutcomeEntry {
  rules::Outcome outcome;
  Salt salt;  ///< rules::private_outcome_salt
  bool operator==(const OutcomeEntry&) const = default;
};
template <class C, FieldsOf<OutcomeEntry> O>
void fields(C& c, O& o) {
  c(o.outcome, o.salt);
}
using Outcomes = BoundedVector<OutcomeEntry, state::kBlockTransactionsMax>;  ///< of one block

/// One account's part in one transaction.
struct HistoryKey {
  AccountId account;
  TransactionPlace place;
  auto operator<=>(const HistoryKey&) const = default;
};
template <class C, FieldsOf<HistoryKey> H>
void fields(C& c, H& h) {
  c(h.account, h.place);
}
struct Nothing {
  bool operator==(const Nothing&) const = default;
};
template <class C, FieldsOf<Nothing> N>
void fields(C& /*c*/, N& /*nothing*/) {}

/// The one record that makes a checkpoint: written in the same batch as all it speaks of.
struct CheckpointRecord {
  Hash chain_id;         ///< hash of the charter the chain was founded with
  chain::Header header;  ///< of the block whose state this is; of genesis, height 0
  std::optional<consensus::FinalTip> final_tip;  ///< newest at or below that block; none at genesis
  /// The log from here on holds all that concerns views and heights above; absent: from its start.
  std::optional<log::GroupPlace> replay_from;
  state::Bounds bounds;
  bool operator==(const CheckpointRecord&) const = default;
};
template <class C, FieldsOf<CheckpointRecord> R>
void fields(C& c, R& r) {
  c(r.chain_id, r.header, r.final_tip, r.replay_from, r.bounds);
}

inline constexpr std::size_t kRowBytesMax = 16U << 20U;
using RowBytes = BoundedVector<std::uint8_t, kRowBytesMax>;  ///< canonical form of a table's row

}  // namespace hansatsu::store
