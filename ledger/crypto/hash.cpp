#include "ledger/crypto/hash.h"

#include <array>

namespace hansatsu {
inline namespace crypto {

std::string_view hash_tag_text(HashTag tag) {
  switch (tag) {
    case HashTag::charter:
      return "hs/charter";
    case HashTag::transaction:
      return "hs/transaction";
    case HashTag::envelope:
      return "hs/envelope";
    case HashTag::header:
      return "hs/header";
    case HashTag::notarize:
      return "hs/notarize";
    case HashTag::nullify:
      return "hs/nullify";
    case HashTag::finalize:
      return "hs/finalize";
    case HashTag::validator_set:
      return "hs/validators";
    case HashTag::merkle_leaf:
      return "hs/merkle-leaf";
    case HashTag::merkle_node:
      return "hs/merkle-node";
    case HashTag::state_root:
      return "hs/state-root";
    case HashTag::outcome:
      return "hs/outcome";
    case HashTag::outcome_private:
      return "hs/outcome-priv";
    case HashTag::account_identity:
      return "hs/acc-identity";
    case HashTag::account_keys:
      return "hs/acc-keys";
    case HashTag::account_value:
      return "hs/acc-value";
    case HashTag::account:
      return "hs/account";
    case HashTag::record:
      return "hs/record";
    case HashTag::log_group:
      return "hs/log-group";
    case HashTag::peer_hello:
      return "hs/peer-hello";
    case HashTag::peer_status:
      return "hs/peer-status";
    case HashTag::key_id:
      return "hs/key-id";
    case HashTag::request:
      return "hs/request";
    case HashTag::evidence:
      return "hs/evidence";
    case HashTag::batch:
      return "hs/batch";
    case HashTag::payee:
      return "hs/payee";
    case HashTag::bank_file:
      return "hs/bank-file";
    case HashTag::demo:
      return "hs/demo";
    case HashTag::leader_order:
      return "hs/leader";
    case HashTag::directory:
      return "hs/directory";
  }
  ASSERT(false);
  return {};
}

Hasher::Hasher(HashTag tag) {
  const std::string_view text = hash_tag_text(tag);
  std::array<std::uint8_t, crypto_generichash_blake2b_PERSONALBYTES> personal{};
  ASSERT(text.size() <= personal.size());
  std::copy(text.begin(), text.end(), personal.begin());
  crypto_generichash_blake2b_init_salt_personal(&state_, nullptr, 0, Hash::kSize, nullptr,
                                                personal.data());
}

Hasher& Hasher::add(ByteView bytes) {
  crypto_generichash_blake2b_update(&state_, bytes.data(), bytes.size());
  return *this;
}

Hash Hasher::finish() {
  Hash result;
  crypto_generichash_blake2b_final(&state_, result.bytes.data(), result.bytes.size());
  return result;
}

Hash hash(HashTag tag, ByteView bytes) { return Hasher{tag}.add(bytes).finish(); }

}  // namespace crypto
}  // namespace hansatsu
