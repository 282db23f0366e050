#pragma once

#include "node/block_tree.h"
#include "node/store/day_book.h"
#include "node/store/entries.h"

namespace hansatsu::node {

/// What a block's transactions add to its day's figures: who charged or was granted value, paid,
/// sent, was refunded, asked to be paid out and was. A refused one adds nothing.
/// Requires: one outcome a transaction; `state` is the block's.
[[nodiscard]] std::vector<store::Movement> movements_of(
    std::span<const block::TransactionPointer> transactions, const store::Outcomes& outcomes,
    const state::State& state);

/// Adds a final block to the days' figures; one without transactions adds nothing. Whoever commits
/// blocks to a store does this too. Requires: `state` holds the block, and none above it.
void add_to_book(store::DayBook& book, const BlockTree::Finished& finished,
                 const state::State& state);

}  // namespace hansatsu::node
