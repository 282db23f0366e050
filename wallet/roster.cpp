#include "wallet/roster.h"

#include <algorithm>
#include <limits>
#include <set>

#include "ledger/crypto/hash.h"
#include "ledger/crypto/keys.h"
#include "wallet/keystore/atomic_file.h"

namespace hansatsu::wallet {
namespace {

using state::AccountKind;

constexpr std::size_t kIdentifierBytesMax = 64;

constexpr std::string_view kAccountNames[]{"accountnumber", "account", "number", "口座番号"};
constexpr std::string_view kAmountNames[]{"amount", "金額", "付与額"};
constexpr std::string_view kExpiryNames[]{"expiry", "expires", "有効期限", "期限"};
constexpr std::string_view kClaimNames[]{"claimid", "claim", "請求番号", "申請番号"};
constexpr std::string_view kNoteNames[]{"note", "remarks", "備考", "摘要"};

enum GrantColumn : std::size_t { account_column, amount_column, expiry_column, claim_column };
constexpr ColumnNames kGrantColumns[]{
    {kAccountNames, true}, {kAmountNames, true}, {kExpiryNames}, {kClaimNames}, {kNoteNames}};

constexpr std::string_view kKeyNames[]{"key", "publickey", "公開鍵", "鍵"};
constexpr std::string_view kKindNames[]{"kind", "種別", "口座種別"};
constexpr std::string_view kReferenceNames[]{"reference", "id", "整理番号", "管理番号"};
constexpr std::string_view kLevelNames[]{"level", "確認区分", "本人確認"};
constexpr std::string_view kPersonNames[]{"person", "個人仮名番号", "個人番号"};
constexpr std::string_view kHouseholdNames[]{"household", "世帯仮名番号", "世帯番号"};
constexpr std::string_view kTagNames[]{"tags", "属性"};
constexpr std::string_view kReceiveNames[]{"receivessends", "譲渡受取"};
constexpr std::string_view kCategoryNames[]{"category", "業種"};
constexpr std::string_view kRelatedPersonNames[]{"relatedpersons", "関係者"};
constexpr std::string_view kRelatedHouseholdNames[]{"relatedhouseholds", "関係世帯"};
constexpr std::string_view kPayeeNames[]{"payee", "振込先"};
constexpr std::string_view kPayeeDigestNames[]{"payeedigest", "振込先要約値"};

enum AccountColumn : std::size_t {
  key_column,
  kind_column,
  reference_column,
  level_column,
  person_column,
  household_column,
  tags_column,
  receive_column,
  category_column,
  related_persons_column,
  related_households_column,
  payee_column,
  payee_digest_column,
};
constexpr ColumnNames kAccountColumns[]{{kKeyNames, true},
                                        {kKindNames},
                                        {kReferenceNames},
                                        {kLevelNames},
                                        {kPersonNames},
                                        {kHouseholdNames},
                                        {kTagNames},
                                        {kReceiveNames},
                                        {kCategoryNames},
                                        {kRelatedPersonNames},
                                        {kRelatedHouseholdNames},
                                        {kPayeeNames},
                                        {kPayeeDigestNames},
                                        {kNoteNames}};

constexpr auto number_of(AccountKind kind) { return static_cast<std::uint32_t>(kind); }
constexpr Choice kKinds[]{
    {"person", number_of(AccountKind::person)}, {"resident", number_of(AccountKind::person)},
    {"住民", number_of(AccountKind::person)},   {"個人", number_of(AccountKind::person)},
    {"shop", number_of(AccountKind::shop)},     {"加盟店", number_of(AccountKind::shop)},
    {"agent", number_of(AccountKind::agent)},   {"チャージ窓口", number_of(AccountKind::agent)},
    {"staff", number_of(AccountKind::staff)},   {"職員", number_of(AccountKind::staff)},
};
constexpr Choice kLevels[]{
    {"verified", 1}, {"確認済", 1}, {"確認済み", 1}, {"unverified", 0}, {"未確認", 0}};
constexpr Choice kYesNo[]{{"yes", 1}, {"はい", 1},   {"可", 1},   {"1", 1},
                          {"no", 0},  {"いいえ", 0}, {"不可", 0}, {"0", 0}};

template <class Row>
Roster<Row> finished(RosterSheet& sheet, std::vector<Row> rows) {
  if (sheet.is_sound()) return rows;
  return Err{sheet.take_problems()};
}

state::ClaimId read_claim(RosterSheet& sheet, std::size_t row) {
  const std::string cell = sheet.text(row, claim_column);
  if (cell.empty()) return {};
  if (const auto given = fixed_from_hex<state::ClaimId>(cell)) return *given;
  if (cell.size() > kIdentifierBytesMax) {
    sheet.complain(row, claim_column, RosterFault::bad_identifier);
    return {};
  }
  const Hash digest = Hasher{HashTag::batch}.add(as_bytes("claim")).add(as_bytes(cell)).finish();
  state::ClaimId claim;
  std::copy_n(digest.bytes.begin(), claim.bytes.size(), claim.bytes.begin());
  return claim;
}

PublicKey read_key(RosterSheet& sheet, std::size_t row, const std::filesystem::path& folder) {
  constexpr std::string_view kFilePrefix = "file:";
  constexpr std::size_t kKeyFileBytesMax = 4'096;
  const std::string cell = sheet.text(row, key_column);
  if (cell.empty()) {
    sheet.complain(row, key_column, RosterFault::missing_value);
    return {};
  }
  std::string hex = cell;
  if (cell.starts_with(kFilePrefix)) {
    const auto file = read_file(folder / cell.substr(kFilePrefix.size()), kKeyFileBytesMax);
    hex = file ? folded(as_text(*file)) : std::string{};
  }
  const auto key = fixed_from_hex<PublicKey>(hex);
  if (!key || !is_valid_key(*key)) {
    sheet.complain(row, key_column, RosterFault::bad_key);
    return {};
  }
  return *key;
}

/// Numbers parted by spaces, ascending and each once, as the ledger wants them.
template <class Id, std::size_t Max>
void read_list(RosterSheet& sheet, std::size_t row, std::size_t column,
               BoundedVector<Id, Max>& list) {
  std::string cell = sheet.text(row, column);
  std::replace_if(cell.begin(), cell.end(), [](char c) { return c == ';' || c == '\n'; }, ' ');
  std::set<Id> ids;
  std::string_view rest = cell;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part.empty()) continue;
    const auto number = parse_whole_number(part);
    if (!number || *number == 0 || ids.size() >= Max) {
      sheet.complain(row, column, RosterFault::bad_number);
      return;
    }
    ids.insert(Id{*number});
  }
  list.assign(ids.begin(), ids.end());
}

/// A verified person has a pseudonym, or caps would not hold; shops and agents have none.
void check_pseudonyms(RosterSheet& sheet, std::size_t row, const rules::OpenAccount& operation) {
  if (operation.kind == AccountKind::shop || operation.kind == AccountKind::agent) {
    for (const std::size_t column : {person_column, household_column})
      if (!sheet.text(row, column).empty())
        sheet.complain(row, column, RosterFault::does_not_belong);
  }
  if (operation.kind == AccountKind::person && operation.level == state::Level::verified &&
      sheet.text(row, person_column).empty())
    sheet.complain(row, person_column, RosterFault::missing_value);
}

/// Columns that say something about shops alone.
void read_shop(RosterSheet& sheet, std::size_t row, CoinId coin, AccountRow& account) {
  rules::OpenAccount& operation = account.operation;
  if (operation.kind != AccountKind::shop) {
    for (const std::size_t column : {category_column, related_persons_column,
                                     related_households_column, payee_column, payee_digest_column})
      if (!sheet.text(row, column).empty())
        sheet.complain(row, column, RosterFault::does_not_belong);
    return;
  }
  operation.category = static_cast<std::uint16_t>(
      sheet.number(row, category_column, std::numeric_limits<std::uint16_t>::max(), 0));
  operation.accepted_coins.push_back(coin);
  read_list(sheet, row, related_persons_column, operation.related_persons);
  read_list(sheet, row, related_households_column, operation.related_households);
  if (operation.related_persons.empty() && operation.related_households.empty())
    sheet.complain(row, related_persons_column, RosterFault::missing_value);
  account.payee = sheet.text(row, payee_column);
  const std::string digest = sheet.text(row, payee_digest_column);
  if (digest.empty()) return;
  const auto hash = fixed_from_hex<Hash>(digest);
  if (!hash || !account.payee.empty())
    sheet.complain(row, payee_digest_column,
                   hash ? RosterFault::does_not_belong : RosterFault::bad_digest);
  if (hash) operation.payee_digest = *hash;
}

AccountRow read_account(RosterSheet& sheet, std::size_t row, const RosterOptions& options,
                        AccountKind fallback, CoinId coin) {
  constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
  AccountRow account;
  account.line = sheet.line(row);
  account.reference = sheet.text(row, reference_column);
  if (account.reference.size() > kIdentifierBytesMax)
    sheet.complain(row, reference_column, RosterFault::bad_identifier);
  rules::OpenAccount& operation = account.operation;
  operation.kind =
      static_cast<AccountKind>(sheet.choice(row, kind_column, kKinds, number_of(fallback)));
  operation.home = coin;
  operation.level = static_cast<state::Level>(sheet.choice(row, level_column, kLevels, 0));
  operation.person = PersonId{sheet.number(row, person_column, kAny, 0)};
  operation.household = HouseholdId{sheet.number(row, household_column, kAny, 0)};
  operation.tags = sheet.number(row, tags_column, kAny, 0);
  operation.receives_sends = sheet.choice(row, receive_column, kYesNo, 1) != 0;
  state::KeyGrant grant;
  grant.key = read_key(sheet, row, options.folder);
  grant.rights = first_key_rights(operation.kind);
  operation.keys.push_back(grant);
  check_pseudonyms(sheet, row, operation);
  read_shop(sheet, row, coin, account);
  return account;
}

}  // namespace

Roster<GrantRow> read_grant_roster(ByteView file, const RosterOptions& options) {
  RosterSheet sheet{file, kGrantColumns, options.encoding};
  std::vector<GrantRow> rows;
  std::set<state::ClaimId> claims;
  std::set<AccountId> accounts;
  for (std::size_t row = 0; row < sheet.rows(); ++row) {
    GrantRow grant;
    grant.line = sheet.line(row);
    if (const auto account = sheet.account(row, account_column)) {
      grant.entry.account = *account;
      if (!accounts.insert(*account).second)
        sheet.complain(row, account_column, RosterFault::twice_in_file);
    }
    grant.entry.amount = sheet.amount(row, amount_column);
    grant.entry.expiry = sheet.date(row, expiry_column, Date{Date::kNever});
    grant.entry.claim = read_claim(sheet, row);
    if (!grant.entry.claim.is_zero() && !claims.insert(grant.entry.claim).second)
      sheet.complain(row, claim_column, RosterFault::twice_in_file);
    rows.push_back(grant);
  }
  return finished(sheet, std::move(rows));
}

Roster<AccountRow> read_account_roster(ByteView file, const RosterOptions& options,
                                       AccountKind fallback, CoinId coin) {
  RosterSheet sheet{file, kAccountColumns, options.encoding};
  std::vector<AccountRow> rows;
  std::set<PublicKey> keys;
  for (std::size_t row = 0; row < sheet.rows(); ++row) {
    rows.push_back(read_account(sheet, row, options, fallback, coin));
    const PublicKey& key = rows.back().operation.keys.front().key;
    if (!key.is_zero() && !keys.insert(key).second)
      sheet.complain(row, key_column, RosterFault::twice_in_file);
  }
  return finished(sheet, std::move(rows));
}

state::Rights first_key_rights(AccountKind kind) {
  constexpr state::Rights kOwn = state::kRightManage | state::kRightRead;
  switch (kind) {
    case AccountKind::person:
      return kOwn | state::kRightPay | state::kRightSend;
    case AccountKind::shop:
      return kOwn | state::kRightPay | state::kRightCollect | state::kRightRefund |
             state::kRightRedeem;
    case AccountKind::agent:
      return kOwn | state::kRightCharge;
    case AccountKind::staff:
      return kOwn;  // `office` is given under approval
    case AccountKind::town:
      return kOwn | state::kRightPay;
  }
  return kOwn;
}

Hash payee_digest(const Salt& salt, std::string_view payee) {
  return Hasher{HashTag::payee}.add(salt).add(as_bytes(payee)).finish();
}

}  // namespace hansatsu::wallet
