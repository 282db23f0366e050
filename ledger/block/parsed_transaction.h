#pragma once

#include <memory>

#include "ledger/block/transaction.h"
#include "ledger/rules/refusal.h"

namespace hansatsu::block {

/// A transaction as it came, decoded once: its bytes lie in a buffer it shares with whoever else
/// came in that buffer (a block's body, a batch), and are never copied.
class ParsedTransaction {
 public:
  /// `bytes` lie within `*buffer` and are one transaction's, whole.
  /// Errors: transaction_too_large, malformed_transaction. Cost: two hashes of the bytes.
  [[nodiscard]] static Result<ParsedTransaction, rules::Refusal> parse(
      const Hash& chain_id, std::shared_ptr<const Bytes> buffer, ByteView bytes);
  /// Takes a buffer that holds one transaction and nothing else.
  [[nodiscard]] static Result<ParsedTransaction, rules::Refusal> parse(const Hash& chain_id,
                                                                       Bytes bytes);

  [[nodiscard]] const Transaction& transaction() const { return transaction_; }
  [[nodiscard]] const UnsignedTransaction& unsigned_part() const {
    return transaction_.unsigned_part;
  }
  [[nodiscard]] const rules::Operation& operation() const {
    return transaction_.unsigned_part.operation;
  }
  /// What the signatures sign; the same for whatever bytes sign it.
  [[nodiscard]] const Hash& id() const { return id_; }
  /// Of the full bytes: what the transactions root is made of, and signature caches go by.
  [[nodiscard]] const Hash& envelope() const { return envelope_; }
  [[nodiscard]] ByteView bytes() const { return bytes_; }

 private:
  ParsedTransaction() = default;

  Transaction transaction_;
  Hash id_;
  Hash envelope_;
  std::shared_ptr<const Bytes> buffer_;
  ByteView bytes_;
};
/// As mempools, bodies and candidates share it.
using TransactionPointer = std::shared_ptr<const ParsedTransaction>;

}  // namespace hansatsu::block
