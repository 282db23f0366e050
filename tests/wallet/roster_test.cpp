#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "ledger/crypto/keys.h"
#include "wallet/payout_list.h"

using namespace hansatsu;
using namespace hansatsu::wallet;

namespace {

std::string key_text() { return to_hex(KeyPair::generate().public_key().view()); }

Roster<GrantRow> grants(std::string_view text) { return read_grant_roster(as_bytes(text), {}); }
Roster<AccountRow> accounts(std::string_view text) {
  return read_account_roster(as_bytes(text), {}, state::AccountKind::person, CoinId{0});
}

struct Expected {
  std::uint32_t line;
  std::uint32_t column;
  RosterFault fault;
};
template <class Row>
void check_problems(const Roster<Row>& roster, const std::vector<Expected>& expected) {
  REQUIRE_FALSE(roster);
  REQUIRE(roster.error().size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(sentence(roster.error()[i], Language::en));
    CHECK(roster.error()[i].place == CsvPlace{expected[i].line, expected[i].column});
    CHECK(roster.error()[i].fault == expected[i].fault);
  }
}

}  // namespace

TEST_CASE("roster: a grant list as a spreadsheet writes it", "[wallet][roster]") {
  const auto roster = grants(
      "\xef\xbb\xbf口座番号,金額,有効期限,請求番号,備考\r\n"
      "0001-2345-20,\"5,000\",2027/3/31,受付-1,\"二行の\r\n備考\"\r\n"
      "０００１－２３４６－１７,３０００,,,\r\n"
      ",,,,\r\n");
  REQUIRE(roster);
  REQUIRE(roster->size() == 2);
  CHECK(roster->at(0).entry.account == AccountId{12'345});
  CHECK(roster->at(0).entry.amount == Amount::of(5'000));
  CHECK(roster->at(0).entry.expiry == *parse_date("2027-03-31"));
  CHECK_FALSE(roster->at(0).entry.claim.is_zero());
  CHECK(roster->at(1).line == 4);
  CHECK(roster->at(1).entry.amount == Amount::of(3'000));
  CHECK(roster->at(1).entry.expiry == Date{Date::kNever});
  CHECK(roster->at(1).entry.claim.is_zero());
}

TEST_CASE("roster: a footnote mark is no digit", "[wallet][roster]") {
  check_problems(grants("account,amount,expiry\n0001-2345-20,5000①,2027/3/3\n"
                        "0001-2346-17,5000,2027/3/3①\n"),
                 {{2, 2, RosterFault::bad_amount}, {3, 3, RosterFault::bad_date}});
  check_problems(accounts("key,person\n" + key_text() + ",12²\n"),
                 {{2, 2, RosterFault::bad_number}});
}

TEST_CASE("roster: the same list in CP932", "[wallet][roster]") {
  const auto roster =
      grants("\x8c\xfb\x8d\xc0\x94\xd4\x8d\x86,\x8b\xe0\x8a\x7a\r\n0001-2345-20,100\r\n");
  REQUIRE(roster);
  CHECK(roster->at(0).entry.amount == Amount::of(100));
}

TEST_CASE("roster: every bad row is told with its place, and nothing is given",
          "[wallet][roster]") {
  check_problems(grants("account number,amount,expiry,claim id\n"
                        "0001-2345-21,100,,A\n"
                        "12345,0,,\n"
                        "0001-2345-20,12.5,2027-02-29,A\n"
                        ",,,\n"
                        "0001-2345-20,100,,B,extra\n"
                        ",\"1,00\",soon,A\n"),
                 {{2, 1, RosterFault::mistyped_account},
                  {3, 1, RosterFault::bad_account},
                  {3, 2, RosterFault::bad_amount},
                  {4, 2, RosterFault::bad_amount},
                  {4, 3, RosterFault::bad_date},
                  {4, 4, RosterFault::twice_in_file},
                  {6, 1, RosterFault::twice_in_file},
                  {6, 5, RosterFault::too_many_cells},
                  {7, 1, RosterFault::missing_value},
                  {7, 2, RosterFault::bad_amount},
                  {7, 3, RosterFault::bad_date},
                  {7, 4, RosterFault::twice_in_file}});
}

TEST_CASE("roster: a header that is not understood is no roster", "[wallet][roster]") {
  check_problems(grants("account,amount,amuont\n0001-2345-20,1,2\n"),
                 {{1, 3, RosterFault::unknown_column}});
  check_problems(grants("account,口座番号,amount\n0001-2345-20,,1\n"),
                 {{1, 2, RosterFault::column_twice}});
  check_problems(grants("account\n0001-2345-20\n"),
                 {{1, 1, RosterFault::missing_column}, {2, 1, RosterFault::missing_value}});
  check_problems(grants("account,amount\n"), {{1, 1, RosterFault::no_rows}});
  check_problems(grants(""), {{1, 1, RosterFault::no_rows}});
  check_problems(grants("account,amount\n0001-2345-20,1\n\x8b\n"),
                 {{3, 1, RosterFault::unreadable}});
  check_problems(grants("account,amount\n\"0001-2345-20,1\n"),
                 {{2, 1, RosterFault::csv_open_quote}});
}

TEST_CASE("roster: a problem is told in a sentence of either language", "[wallet][roster]") {
  const auto roster = grants("口座番号,金額\n0001-2345-20,一万\n");
  REQUIRE_FALSE(roster);
  CHECK(sentence(roster.error()[0], Language::en) ==
        "line 2, column 2 (金額): not a whole number from 1 up: 一万");
  CHECK(sentence(roster.error()[0], Language::ja) ==
        "2行 2列 (金額): 1以上の整数ではありません: 一万");
}

TEST_CASE("roster: residents with what the ledger may know of them", "[wallet][roster]") {
  const std::string key = key_text();
  const auto roster = accounts(
      "整理番号,公開鍵,確認区分,個人仮名番号,世帯仮名番号,属性,譲渡受取\n"
      "R-1," +
      key +
      ",確認済,8812,77,5,いいえ\n"
      "R-2," +
      key_text() + ",,,,,\n");
  REQUIRE(roster);
  const AccountRow& row = roster->at(0);
  CHECK(row.reference == "R-1");
  CHECK(row.operation.kind == state::AccountKind::person);
  CHECK(row.operation.level == state::Level::verified);
  CHECK(row.operation.person == PersonId{8'812});
  CHECK(row.operation.household == HouseholdId{77});
  CHECK(row.operation.tags == 5);
  CHECK_FALSE(row.operation.receives_sends);
  CHECK(to_hex(row.operation.keys.at(0).key.view()) == key);
  CHECK(row.operation.keys.at(0).rights == first_key_rights(state::AccountKind::person));
  CHECK(roster->at(1).operation.level == state::Level::unverified);
  CHECK(roster->at(1).operation.receives_sends);
}

TEST_CASE("roster: shops with their owners and a key in a file", "[wallet][roster]") {
  const std::string key = key_text();
  const auto folder = std::filesystem::temp_directory_path() / ("hansatsu-roster-" + key);
  std::filesystem::create_directory(folder);
  std::ofstream{folder / "shop.pub"} << key << "\n";
  RosterOptions options;
  options.folder = folder;
  const std::string text =
      "kind,key,category,related persons,payee\n"
      "shop,file:shop.pub,12,9 7 9,9999-999-1-1234567\n"
      "shop,file:none.pub,,,\n";
  const auto both =
      read_account_roster(as_bytes(text), options, state::AccountKind::shop, CoinId{3});
  check_problems(both, {{3, 2, RosterFault::bad_key}, {3, 4, RosterFault::missing_value}});
  const auto one = read_account_roster(as_bytes(text.substr(0, text.rfind("shop,"))), options,
                                       state::AccountKind::shop, CoinId{3});
  std::filesystem::remove_all(folder);
  REQUIRE(one);
  const rules::OpenAccount& shop = one->at(0).operation;
  CHECK(shop.category == 12);
  CHECK(shop.accepted_coins == BoundedVector<CoinId, 16>{CoinId{3}});
  CHECK(shop.related_persons == BoundedVector<PersonId, 16>{PersonId{7}, PersonId{9}});
  CHECK(one->at(0).payee == "9999-999-1-1234567");
  CHECK(payee_digest({}, "a") != payee_digest({}, "b"));
}

TEST_CASE("roster: a bad account row is told", "[wallet][roster]") {
  const std::string key = key_text();
  check_problems(
      accounts("key,kind,level,category,payee digest,person,related persons\n" + key +
               ",person,verified,,,7,\n" + key +
               ",person,high,,,,\n"
               "zz,robot,,,,,\n" +
               key_text() + ",person,verified,12,,,\n" + key_text() + ",shop,,70000,abc,7,\n"),
      {{3, 1, RosterFault::twice_in_file},
       {3, 3, RosterFault::bad_choice},
       {4, 1, RosterFault::bad_key},
       {4, 2, RosterFault::bad_choice},
       {5, 4, RosterFault::does_not_belong},
       {5, 6, RosterFault::missing_value},
       {6, 4, RosterFault::bad_number},
       {6, 5, RosterFault::bad_digest},
       {6, 6, RosterFault::does_not_belong},
       {6, 7, RosterFault::missing_value}});
  // Not on the curve: a key that nobody could sign with would lock the account.
  check_problems(accounts("key\n" + std::string(64, 'f') + "\n"), {{2, 1, RosterFault::bad_key}});
}

TEST_CASE("payout list: what is written is what is read, in either language", "[wallet][roster]") {
  Hash digest;
  digest.bytes.fill(7);
  const PayoutEntry later{RedemptionId{12}, AccountId{3},      Amount::of(10'000),
                          Amount::of(150),  Amount::of(9'850), digest};
  PayoutEntry used_up = later;
  used_up.id = RedemptionId{4};
  used_up.payout = Amount{};
  PayoutEntry earlier = later;
  earlier.id = RedemptionId{2};
  earlier.payout = Amount::of(1);
  for (const Language language : {Language::en, Language::ja}) {
    const std::string text = write_payout_list(std::array{later, used_up, earlier}, language);
    const auto lines = read_payout_list(as_bytes(text));
    REQUIRE(lines);
    CHECK(*lines == std::vector<rules::FileLine>{{RedemptionId{2}, digest, Amount::of(1)},
                                                 {RedemptionId{12}, digest, Amount::of(9'850)}});
  }
}

namespace {

rpc::RedemptionRecord redemption_of(std::uint64_t id, std::uint64_t gross, std::uint64_t fee,
                                    Timestamp time) {
  rpc::RedemptionRecord record;
  record.id = RedemptionId{id};
  if (gross > 0) record.redemption.gross.push_back({ProgramId{0}, Amount::of(gross)});
  record.redemption.fee = Amount::of(fee);
  record.redemption.time = time;
  return record;
}

}  // namespace

TEST_CASE("payout list: what is due is of the whole row", "[wallet][roster]") {
  // 66 and 66, asked for apart on one day: the fee of the row is not the sum of two.
  rpc::RedemptionRecord joined = redemption_of(3, 132, 1, Timestamp{});
  joined.redemption.gross.push_back({ProgramId{2}, Amount::of(100)});
  const PayoutEntry entry = payout_entry(joined);
  CHECK(entry.gross == Amount::of(232));
  CHECK(entry.fee == Amount::of(1));
  CHECK(entry.payout == Amount::of(231));
  CHECK(payout_entry(redemption_of(3, 5, 6, Timestamp{})).payout.is_zero());
}

TEST_CASE("payout list: one list is what one bank file binds, and can't grow any more",
          "[wallet][roster]") {
  constexpr UtcOffset kJapan{540};
  constexpr Date kToday{20'000};
  const Timestamp midnight = day_start(kToday, kJapan);
  std::vector<rpc::RedemptionRecord> requested{redemption_of(0, 0, 0, Timestamp{})};
  for (std::uint64_t id = 1; id <= rules::kFileLinesMax + 7; ++id)
    requested.push_back(redemption_of(id, 100, 1, Timestamp{midnight.raw - 1}));
  requested.push_back(redemption_of(5'000, 100, 1, midnight));

  const PayoutChoice settled = choose_payouts(requested, kToday, kJapan);
  REQUIRE(settled.entries.size() == rules::kFileLinesMax);
  CHECK(settled.entries.front().id == RedemptionId{1});
  CHECK(settled.entries.back().id == RedemptionId{rules::kFileLinesMax});
  CHECK(settled.remaining == 7);
  CHECK(settled.of_today == 1);

  const PayoutChoice all = choose_payouts(requested, std::nullopt, kJapan);
  CHECK(all.entries.size() == rules::kFileLinesMax);
  CHECK(all.remaining == 8);
  CHECK(all.of_today == 0);
  const PayoutChoice next = choose_payouts(std::span{requested}.last(8), kToday, kJapan);
  CHECK(next.entries.size() == 7);
  CHECK(next.remaining == 0);
}

TEST_CASE("payout list: what does not say whom to pay how much is no list", "[wallet][roster]") {
  const std::string digest(64, '7');
  check_problems(read_payout_list(as_bytes("redemption,payout\r\n1,5\r\n")),
                 {{1, 1, RosterFault::missing_column}, {2, 1, RosterFault::bad_digest}});
  check_problems(read_payout_list(as_bytes("redemption,payout,payee digest\r\n1,0," + digest +
                                           "\r\n,5," + digest + "\r\n1,5,12\r\n")),
                 {{2, 2, RosterFault::bad_amount},
                  {3, 1, RosterFault::missing_value},
                  {4, 1, RosterFault::twice_in_file},
                  {4, 3, RosterFault::bad_digest}});
}
