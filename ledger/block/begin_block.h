#pragma once

#include "ledger/block/admission.h"

namespace hansatsu::block {

inline constexpr std::size_t kPrunedRowsMax = 1'000;

/// What time alone does, at the start of each block that holds anything: the date advances, rows
/// whose time is over are pruned (at most kPrunedRowsMax), the chronicle takes the block's time.
/// Source: docs/protocol/block.md "Begin".
void begin_block(state::Overlay& overlay, const BlockTime& when);

/// Counts as expired, in every program, what was held to a date before today. Accounts are not
/// touched: a stale lot counts nowhere and goes at the account's next change.
void advance_date(state::Overlay& overlay, Date today);

}  // namespace hansatsu::block
