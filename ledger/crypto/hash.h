#pragma once

#include <sodium/crypto_generichash_blake2b.h>

#include <string_view>

#include "ledger/types/bytes.h"
#include "ledger/types/codec.h"

namespace hansatsu {
inline namespace crypto {

/// What a hash is for. The tag's text is BLAKE2b's `personal`, zero-padded to 16 bytes, so that
/// bytes hashed for one use never collide with another's. The list stands in
/// docs/protocol/encoding.md: DO NOT CHANGE a text.
enum class HashTag : std::uint8_t {
  charter,      ///< chain id
  transaction,  ///< transaction id = what its signatures sign
  envelope,     ///< full bytes of a signed transaction
  header,       ///< block id
  notarize,     ///< vote preimages
  nullify,
  finalize,
  validator_set,
  merkle_leaf,
  merkle_node,
  state_root,
  outcome,          ///< leaf of the outcomes root
  outcome_private,  ///< salted private part of an outcome
  account_identity,
  account_keys,
  account_value,
  account,
  record,  ///< any other table's row
  log_group,
  peer_hello,
  peer_status,
  key_id,
  request,  ///< signature base of an API request
  evidence,
  batch,  ///< a batch part's id and its entries' root
  payee,  ///< salted digest of bank details
  bank_file,
  demo,          ///< what the demo town derives from its seed
  leader_order,  ///< the order in which an epoch's validators lead
  directory,     ///< a shop directory, as its issuer signs it
};

[[nodiscard]] std::string_view hash_tag_text(HashTag tag);

/// BLAKE2b-256 under a domain tag, fed in pieces.
class Hasher {
 public:
  explicit Hasher(HashTag tag);
  Hasher& add(ByteView bytes);
  template <class Tag, std::size_t Size>
  Hasher& add(const FixedBytes<Tag, Size>& fixed) {
    return add(fixed.view());
  }
  [[nodiscard]] Hash finish();

 private:
  crypto_generichash_blake2b_state state_;
};

[[nodiscard]] Hash hash(HashTag tag, ByteView bytes);
/// Hash of a value's canonical binary form.
template <class T>
[[nodiscard]] Hash hash_of(HashTag tag, const T& value) {
  Encoder encoder;
  encoder(value);
  return hash(tag, encoder.view());
}

}  // namespace crypto
}  // namespace hansatsu
