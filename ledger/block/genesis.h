#pragma once

#include "ledger/block/receipt.h"
#include "ledger/state/genesis.h"

namespace hansatsu::block {

/// Height 0, view 0: what the first block builds on and what epoch 0's votes are bound to. No one
/// votes on it; whoever has the charter computes it. `state_root` is the genesis state's.
[[nodiscard]] chain::Header genesis_header(const state::Charter& charter, const Hash& state_root);

/// What a wallet or a shop needs to check proofs. Cost: builds the genesis state once.
[[nodiscard]] Trust trust_of(const state::Charter& charter);

}  // namespace hansatsu::block
