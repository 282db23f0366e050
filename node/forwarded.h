#pragma once

#include <span>
#include <vector>

#include "ledger/block/parsed_transaction.h"

/// What validators forward to each other on the channel `transactions`. Pure.
/// Source: docs/protocol/peers.md "Frames".
namespace hansatsu::node {

enum class ForwardedError : std::uint8_t {
  empty = 1,                  ///< nobody forwards nothing
  malformed = 2,              ///< the lengths do not fill the list exactly
  malformed_transaction = 3,  ///< one in it is not in canonical form, or too large
};

/// Each transaction behind its length (u32). None is taken of a list with a fault: no correct peer
/// sends one, as it has parsed what it forwards. Each has a buffer of its own: one that waits must
/// not keep its whole message in memory.
[[nodiscard]] Result<std::vector<block::TransactionPointer>, ForwardedError> parse_forwarded(
    const Hash& chain_id, ByteView list);
[[nodiscard]] Bytes encode_forwarded(std::span<const block::TransactionPointer> transactions);

}  // namespace hansatsu::node
