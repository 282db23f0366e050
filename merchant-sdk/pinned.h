#pragma once

#include "ledger/block/receipt.h"
#include "ledger/state/charter.h"
#include "merchant-sdk/include/hansatsu/merchant.h"

namespace hansatsu::merchant {

/// What the till trusts: all of it comes from one file that the shop was given.
struct Pinned {
  state::Charter charter;
  Hash chain_id;
  block::Trust trust;
};
/// Errors: charter_unreadable, charter_malformed.
[[nodiscard]] Result<Pinned> read_pinned(const std::filesystem::path& path);

/// What must have been paid, and to whom.
struct Expected {
  AccountId shop;
  CoinId coin;  ///< of the pinned charter
  Amount amount;
  hansatsu::OrderReference order;
};

/// Errors: proof_malformed, proof_not_final, proof_not_in_block, proof_of_another.
[[nodiscard]] Result<Payment> verify_payment(const Pinned& pinned, const Expected& expected,
                                             ByteView receipt_bytes);

}  // namespace hansatsu::merchant
