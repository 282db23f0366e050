#pragma once

#include "consensus/messages.h"

/// What a validator must not forget, as the engine hands it to the log and gets it back.
/// Source: docs/protocol/consensus.md "The log".
namespace hansatsu::consensus {

/// One record of the log: a block's header and body, an own vote, or a certificate. In one Persist
/// a block stands before the vote on it, and the certificate by which a view was entered before the
/// first vote of that view.
using Record = std::variant<Block, Vote, Certificate>;

/// Groups requests: the log confirms each Persist by its ticket, in ascending order.
struct Ticket {
  std::uint64_t number = 0;
  constexpr auto operator<=>(const Ticket&) const = default;
};

/// Where a started engine goes on from.
///
/// `base` is the newest final block the caller has both in its state and proved: the anchor, or the
/// block of the checkpoint it loaded. `records` are the log's, in the order they were written, from
/// any point at or before the first one that concerns a view or height above the base: what lies
/// below is skipped. Blocks above the base come out again as Validate and Commit effects, so that
/// the caller's state follows the log by the way it follows the network.
struct Recovered {
  Header base;
  std::optional<FinalTip> final_tip;  ///< the newest known of base or before; absent for the anchor
  std::vector<Record> records;
};

}  // namespace hansatsu::consensus
