#pragma once

#include "ledger/block/receipt.h"
#include "rpc/json/members_chain.h"
#include "rpc/json/members_transaction.h"

/// Names and members of a receipt, for people to look into. Source: docs/protocol/api.md "Records".
namespace hansatsu {

inline namespace crypto {
template <class J, FieldsOf<MerklePath> P>
void members(J& j, P& p) {
  j("index", p.index)("siblings", p.siblings);
}
}  // namespace crypto

namespace block {
template <class J, FieldsOf<Receipt> R>
void members(J& j, R& r) {
  j("header", r.header)("finality", r.finality)("transaction_id", r.transaction_id);
  j("outcome", r.outcome)("private_hash", r.private_hash)("path", r.path);
}
}  // namespace block

}  // namespace hansatsu
