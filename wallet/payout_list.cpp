#include "wallet/payout_list.h"

#include <algorithm>
#include <limits>
#include <set>

namespace hansatsu::wallet {
namespace {

constexpr std::string_view kRedemptionNames[]{"redemption", "換金番号"};
constexpr std::string_view kShopNames[]{"shop", "加盟店"};
constexpr std::string_view kGrossNames[]{"gross", "総額"};
constexpr std::string_view kFeeNames[]{"fee", "手数料"};
constexpr std::string_view kPayoutNames[]{"payout", "振込額"};
constexpr std::string_view kPayeeDigestsNames[]{"payeedigest", "振込先要約値"};

enum PayoutColumn : std::size_t {
  redemption_column,
  shop_column,
  gross_column,
  fee_column,
  payout_column,
  digest_column,
};
constexpr ColumnNames kPayoutColumns[]{
    {kRedemptionNames, true},  {kShopNames}, {kGrossNames}, {kFeeNames}, {kPayoutNames, true},
    {kPayeeDigestsNames, true}};

RedemptionId read_redemption(RosterSheet& sheet, std::size_t row) {
  if (sheet.text(row, redemption_column).empty())
    sheet.complain(row, redemption_column, RosterFault::missing_value);
  return RedemptionId{
      sheet.number(row, redemption_column, std::numeric_limits<std::uint64_t>::max(), 0)};
}

Hash read_digest(RosterSheet& sheet, std::size_t row) {
  const auto digest = fixed_from_hex<Hash>(sheet.text(row, digest_column));
  if (!digest) sheet.complain(row, digest_column, RosterFault::bad_digest);
  return digest.value_or(Hash{});
}

}  // namespace

PayoutEntry payout_entry(const rpc::RedemptionRecord& record) {
  PayoutEntry entry{record.id, record.redemption.shop,        {}, record.redemption.fee,
                    {},        record.redemption.payee_digest};
  for (const state::ProgramAmount& part : record.redemption.gross)
    entry.gross = entry.gross.plus(part.amount).value_or(entry.gross);
  entry.payout = entry.gross.minus(entry.fee).value_or(Amount{});
  return entry;
}

PayoutChoice choose_payouts(std::span<const rpc::RedemptionRecord> requested,
                            std::optional<Date> today, UtcOffset offset) {
  PayoutChoice choice;
  for (const rpc::RedemptionRecord& record : requested) {
    const PayoutEntry entry = payout_entry(record);
    if (entry.payout.is_zero()) continue;
    if (today && local_date(record.redemption.time, offset) >= *today) {
      ++choice.of_today;
    } else if (choice.entries.size() == rules::kFileLinesMax) {
      ++choice.remaining;
    } else {
      choice.entries.push_back(entry);
    }
  }
  return choice;
}

std::string write_payout_list(std::span<const PayoutEntry> entries, Language language) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string text{kByteOrderMark};
  text += language == Language::ja
              ? csv_line({"換金番号", "加盟店", "総額", "手数料", "振込額", "振込先要約値"})
              : csv_line({"redemption", "shop", "gross", "fee", "payout", "payee digest"});
  for (const PayoutEntry& entry : entries) {
    if (entry.payout.is_zero()) continue;
    text += csv_line({std::to_string(entry.id.raw), to_account_number(entry.shop),
                      std::to_string(entry.gross.units()), std::to_string(entry.fee.units()),
                      std::to_string(entry.payout.units()), to_hex(entry.payee_digest.view())});
  }
  return text;
}

Roster<rules::FileLine> read_payout_list(ByteView file) {
  RosterSheet sheet{file, kPayoutColumns, std::nullopt};
  std::vector<rules::FileLine> lines;
  std::set<RedemptionId> listed;
  for (std::size_t row = 0; row < sheet.rows(); ++row) {
    rules::FileLine line;
    line.redemption = read_redemption(sheet, row);
    line.payout = sheet.amount(row, payout_column);
    line.payee_digest = read_digest(sheet, row);
    if (!listed.insert(line.redemption).second)
      sheet.complain(row, redemption_column, RosterFault::twice_in_file);
    lines.push_back(line);
  }
  if (!sheet.is_sound()) return Err{sheet.take_problems()};
  std::sort(lines.begin(), lines.end(),
            [](const auto& a, const auto& b) { return a.redemption < b.redemption; });
  return lines;
}

}  // namespace hansatsu::wallet
