#pragma once

#include "ledger/state/state.h"

namespace hansatsu::state {

/// The state before the first block: the charter, its founding accounts, nothing of value.
/// Requires: check_charter. Source: docs/protocol/state.md "Genesis".
[[nodiscard]] State genesis_state(const Charter& charter);

/// A key as it enters slot 0, 1, ... of a new account.
[[nodiscard]] KeySlot first_key_slot(const KeyGrant& grant, Timestamp now);

}  // namespace hansatsu::state
