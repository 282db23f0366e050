#pragma once

#include "ledger/chain/header.h"

namespace test_node {

/// The header of a block on `parent` that has content itself, as a leader begins it: what executing
/// it gives is still to come.
[[nodiscard]] inline hansatsu::chain::Header draft_on(const hansatsu::chain::Header& parent,
                                                      hansatsu::View view) {
  hansatsu::chain::Header header;
  header.chain_id = parent.chain_id;
  header.view = view;
  header.height = next(parent.height);
  header.parent_view = parent.view;
  header.parent_id = hansatsu::chain::block_id(parent);
  header.content_parent_id = header.parent_id;
  header.time = plus_ms(parent.time, 1'000);
  header.validator_set_hash = parent.validator_set_hash;
  return header;
}

}  // namespace test_node
