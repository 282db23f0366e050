#pragma once

#include "wallet/roster.h"

/// The list that an office makes its bank file of: whom to pay, and how much.
namespace hansatsu::wallet {

struct PayoutEntry {
  RedemptionId id;
  AccountId shop;
  Amount gross;
  Amount fee;
  Amount payout;
  Hash payee_digest;
};
/// As CSV with a byte order mark, so that spreadsheets read it: redemption 換金番号, shop 加盟店,
/// gross 総額, fee 手数料, payout 振込額, payee digest 振込先要約値. What refunds have used up is
/// left out.
[[nodiscard]] std::string write_payout_list(std::span<const PayoutEntry> entries,
                                            Language language);
/// What such a list says is paid, ascending. Shop, gross and fee are for people and not read.
[[nodiscard]] Roster<rules::FileLine> read_payout_list(ByteView file);

}  // namespace hansatsu::wallet
