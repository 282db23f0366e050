#include "ledger/block/genesis.h"

namespace hansatsu::block {

chain::Header genesis_header(const state::Charter& charter, const Hash& state_root) {
  chain::Header header;
  header.chain_id = state::chain_id(charter);
  header.time = charter.founded;
  header.validator_set_hash = chain::hash_of_set(state::validator_set(charter));
  header.state_root = state_root;
  // Not flagged empty: blocks above name it as their content parent.
  return header;
}

Trust trust_of(const state::Charter& charter) {
  const chain::Header genesis = genesis_header(charter, state::genesis_state(charter).root());
  Trust trust;
  trust.context = {genesis.chain_id, genesis.epoch, chain::block_id(genesis)};
  trust.validators = state::validator_set(charter);
  return trust;
}

}  // namespace hansatsu::block
