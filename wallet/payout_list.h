#pragma once

#include "rpc/client/client.h"
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
/// What is due for a redemption as it stands: fee and payout are of the whole row, whatever was
/// asked for at once. Nothing where a node tells of a fee above the gross sum.
[[nodiscard]] PayoutEntry payout_entry(const rpc::RedemptionRecord& record);
/// All redemptions of a coin in a state, page by page.
[[nodiscard]] rpc::Answer<std::vector<rpc::RedemptionRecord>> all_redemptions(
    rpc::Client& client, CoinId coin, state::RedemptionState state, const rpc::Signer& signer);

/// What of the requested redemptions one list holds: a list is one File, and one bank file.
struct PayoutChoice {
  std::vector<PayoutEntry> entries;  ///< at most kFileLinesMax, the oldest first
  std::size_t remaining = 0;         ///< for the next list, once this one is filed
  std::size_t of_today = 0;          ///< left out, as what a shop redeems today joins them
};
/// Without `today` nothing is left out for its date. What refunds have used up never counts.
[[nodiscard]] PayoutChoice choose_payouts(std::span<const rpc::RedemptionRecord> requested,
                                          std::optional<Date> today, UtcOffset offset);

/// As CSV with a byte order mark, so that spreadsheets read it: redemption 換金番号, shop 加盟店,
/// gross 総額, fee 手数料, payout 振込額, payee digest 振込先要約値. What refunds have used up is
/// left out.
[[nodiscard]] std::string write_payout_list(std::span<const PayoutEntry> entries,
                                            Language language);
/// What such a list says is paid, ascending. Shop, gross and fee are for people and not read.
[[nodiscard]] Roster<rules::FileLine> read_payout_list(ByteView file);

}  // namespace hansatsu::wallet
