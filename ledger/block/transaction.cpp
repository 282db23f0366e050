#include "ledger/block/transaction.h"

#include "ledger/crypto/hash.h"

namespace hansatsu::block {

Hash transaction_id(const Hash& chain_id, const UnsignedTransaction& unsigned_part) {
  return transaction_id(chain_id, encode(unsigned_part));
}

Hash transaction_id(const Hash& chain_id, ByteView unsigned_part) {
  return Hasher{HashTag::transaction}.add(chain_id).add(unsigned_part).finish();
}

Hash envelope_hash(ByteView transaction) { return hash(HashTag::envelope, transaction); }

}  // namespace hansatsu::block
