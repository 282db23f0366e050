#pragma once

#include "ledger/crypto/hash.h"

namespace hansatsu::chain {

/// Bits of Header::flags.
inline constexpr std::uint8_t kFlagEmpty = 1;    ///< no transactions and no evidence
inline constexpr std::uint8_t kFlagSealing = 2;  ///< the last block of its epoch

/// What a block commits to; every root is of this block, executed before the vote.
/// Source: docs/protocol/consensus.md "Objects". Encoded in exactly kEncodedBytes.
struct Header {
  static constexpr std::size_t kEncodedBytes = 332;

  std::uint16_t version = 0;
  Hash chain_id;
  Epoch epoch;
  View view;
  Height height;
  View parent_view;
  Hash parent_id;
  Hash content_parent_id;  ///< nearest ancestor that is non-empty, sealing or the anchor
  Timestamp time;          ///< above the parent's
  ValidatorIndex proposer;
  Hash validator_set_hash;
  Hash transactions_root;
  Hash outcomes_root;
  Hash state_root;
  std::uint8_t flags = 0;
  Hash next_set_hash;  ///< zero unless sealing
  Hash evidence_root;  ///< zero without evidence

  [[nodiscard]] bool is_empty() const { return (flags & kFlagEmpty) != 0; }
  [[nodiscard]] bool is_sealing() const { return (flags & kFlagSealing) != 0; }
  bool operator==(const Header&) const = default;
};
template <class C, FieldsOf<Header> H>
void fields(C& c, H& h) {
  c(h.version, h.chain_id, h.epoch, h.view, h.height, h.parent_view, h.parent_id,
    h.content_parent_id, h.time, h.proposer, h.validator_set_hash, h.transactions_root,
    h.outcomes_root, h.state_root, h.flags, h.next_set_hash, h.evidence_root);
  c.require(h.version == 0 && (h.flags & ~(kFlagEmpty | kFlagSealing)) == 0);
}
/// The block's id. Holding view and parent view, it binds the whole proposal.
[[nodiscard]] Hash block_id(const Header& header);

}  // namespace hansatsu::chain
