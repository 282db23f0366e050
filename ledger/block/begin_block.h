#pragma once

#include "ledger/block/admission.h"

namespace hansatsu::block {

/// Rows that any block prunes at its start, whatever is in it.
inline constexpr std::size_t kPrunedRowsMax = 1'000;

/// What time alone does, at the start of each block that holds anything: the date advances, rows
/// whose time is over are pruned (at most kPrunedRowsMax), the chronicle takes the block's time.
/// Source: docs/protocol/block.md "Begin".
void begin_block(state::Overlay& overlay, const BlockTime& when);

/// Prunes further where the block did much: in all half of its work, which is two rows a payment,
/// so that under load rows go faster than they come.
/// Source: docs/protocol/block.md "Begin".
void end_block(state::Overlay& overlay, const BlockTime& when, std::uint64_t work);

/// Counts as expired, in every program, what was held to a date before today. Accounts are not
/// touched: a stale lot counts nowhere and goes at the account's next change.
void advance_date(state::Overlay& overlay, Date today);

}  // namespace hansatsu::block
