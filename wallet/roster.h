#pragma once

#include <filesystem>

#include "ledger/rules/operation.h"
#include "wallet/roster_sheet.h"

namespace hansatsu::wallet {

/// Where a public key may stand in a file of its own beside the roster.
struct RosterOptions {
  std::optional<TextEncoding> encoding;  ///< absent: found out
  std::filesystem::path folder;          ///< `file:NAME` is looked up here
};

/// Everything, or the reasons why nothing. All problems of the file are listed, by line.
template <class Row>
using Roster = Result<std::vector<Row>, std::vector<RosterProblem>>;

/// A row of a grant: who gets how much.
struct GrantRow {
  std::uint32_t line = 0;
  rules::GrantEntry entry;
};
/// Columns (English, Japanese, in any order; * must be there): account number* 口座番号, amount*
/// 金額, expiry 有効期限, claim id 請求番号 (32 hex digits, or any text up to 64 bytes, of which
/// the digest is taken; one claim is rewarded once), note 備考 (ignored).
[[nodiscard]] Roster<GrantRow> read_grant_roster(ByteView file, const RosterOptions& options);

/// A row of accounts to open. The salt is still zero.
struct AccountRow {
  std::uint32_t line = 0;
  std::string reference;  ///< the office's own name for the row; never leaves the office
  std::string payee;      ///< a shop's bank details as one text; only their salted digest leaves
  rules::OpenAccount operation;
};
/// Columns: key* 公開鍵, kind 種別 (person 住民, shop 加盟店, agent チャージ窓口, staff 職員),
/// reference 整理番号, level 確認区分 (verified 確認済, unverified 未確認), person 個人仮名番号,
/// household 世帯仮名番号, tags 属性, receives sends 譲渡受取 (yes はい, no いいえ), category 業種,
/// related persons 関係者, related households 関係世帯 (numbers parted by spaces), payee 振込先 or
/// payee digest 振込先要約値, note 備考 (ignored). Without a kind column every row is a `fallback`.
[[nodiscard]] Roster<AccountRow> read_account_roster(ByteView file, const RosterOptions& options,
                                                     state::AccountKind fallback, CoinId coin);

/// What the key of a new account of a kind may do.
[[nodiscard]] state::Rights first_key_rights(state::AccountKind kind);
/// The salted digest of a shop's bank details that its account carries.
[[nodiscard]] Hash payee_digest(const Salt& salt, std::string_view payee);

}  // namespace hansatsu::wallet
