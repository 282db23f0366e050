#include <catch2/catch.hpp>

#include "rpc/json/codec.h"
#include "rpc/json/members_answers.h"
#include "rpc/json/shop_directory.h"
#include "tests/ledger/town.h"

using namespace test_town;

namespace {
constexpr UtcOffset kJapan{540};

template <class T>
void check_round_trip(const T& value) {
  const std::string text = rpc::to_json(value, kJapan);
  const auto again = rpc::from_json<T>(text);
  CAPTURE(text);
  REQUIRE(again.has_value());
  CHECK(*again == value);
}

/// So wide that many of them are more than any machine has.
struct Wide {
  std::array<std::uint8_t, 1U << 20U> room{};
};
template <class J, FieldsOf<Wide> W>
void members(J& /*j*/, W& /*w*/) {}

std::string why_not(std::string_view text) {
  const auto read = rpc::from_json<block::UnsignedTransaction>(text);
  return read ? "" : rpc::to_string(read.error());
}
}  // namespace

TEST_CASE("JSON: a charter reads back as the same charter", "[rpc][json]") {
  check_round_trip(charter());
}

TEST_CASE("JSON: every operation reads back as the same transaction", "[rpc][json]") {
  Town town;
  const state::KeyGrant grant = grant_all(key_of(3).public_key());
  rules::OpenAccount open;
  open.kind = state::AccountKind::shop;
  open.keys.push_back(grant);
  open.related_persons.push_back(PersonId{~std::uint64_t{0}});
  rules::OpenProgram program;
  program.terms.name.text = "給付 \"2026\"";
  program.terms.expiry.kind = state::ExpiryKind::month_after;
  const rules::Grant batch{ProgramId{1}, {}, 2, {{AccountId{7}, Amount::of(5), {}, Date{20'000}}}};
  const std::vector<rules::OperationVariant> operations{
      open,
      rules::AddKey{grant},
      rules::RemoveKey{3, 9},
      rules::SetReceive{false},
      rules::Freeze{AccountId{5}},
      rules::Unfreeze{AccountId{5}},
      program,
      rules::Charge{AccountId{5}, ProgramId{0}, Amount::of(Amount::kMax), Amount::of(1)},
      batch,
      rules::Pay{AccountId{6}, CoinId{0}, Amount::of(500), {}},
      rules::Send{AccountId{6}, CoinId{0}, Amount::of(500)},
      rules::Refund{PaymentId{~std::uint64_t{0}}, Amount::of(1)},
      rules::Redeem{CoinId{0}, {{ProgramId{0}, Amount::of(3)}}},
      rules::File{CoinId{0}, {}, {{RedemptionId{1}, {}, Amount::of(985)}}},
      rules::Settle{CoinId{0}, {}, {RedemptionId{1}}},
      rules::SetFloat{kAgent, Amount::of(9)},
      rules::HandIn{Amount::of(9)}};
  REQUIRE(operations.size() == std::variant_size_v<rules::OperationVariant>);
  for (const auto& operation : operations) {
    block::UnsignedTransaction transaction = town.unsigned_from(kStaff, operation);
    transaction.cosigners.push_back({kTreasurer, 0, 1});
    check_round_trip(transaction);
  }
}

TEST_CASE("JSON: objects of very many members and deep ones are refused", "[rpc][json]") {
  const auto object_of = [](std::size_t members) {
    std::string text = "{";
    for (std::size_t i = 0; i < members; ++i) {
      text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":{}";
    }
    return text + "}";
  };
  CHECK(rpc::parse_json(object_of(256)).has_value());
  CHECK_FALSE(rpc::parse_json(object_of(257)).has_value());
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  CHECK(rpc::parse_json(nested(64)).has_value());
  CHECK_FALSE(rpc::parse_json(nested(65)).has_value());
  CHECK_FALSE(rpc::parse_json("[1").has_value());
}

TEST_CASE("JSON: of very many values is refused, wherever they stand", "[rpc][json]") {
  constexpr std::size_t kMax = 2'097'152;
  const auto list_of = [](std::size_t values, std::string_view value) {
    std::string text = "[[";  // two values themselves
    for (std::size_t i = 2; i < values; ++i) text.append(value).append(1, ',');
    text.back() = ']';
    return text + "]";
  };
  for (const std::string_view value : {"0", "{}", "[]", R"("")"}) {
    CAPTURE(value);
    CHECK(rpc::parse_json(list_of(kMax, value)).has_value());
    CHECK_FALSE(rpc::parse_json(list_of(kMax + 1, value)).has_value());
  }
}

TEST_CASE("JSON: a list takes no room before its elements fit", "[rpc][json]") {
  std::string text = "[";
  for (std::size_t i = 0; i < 1'000'000; ++i) text += "0,";
  text.back() = ']';
  const auto json = rpc::parse_json(text);
  REQUIRE(json.has_value());
  const auto read = rpc::read_json<std::vector<Wide>>(*json);
  REQUIRE_FALSE(read.has_value());
  CHECK(rpc::to_string(read.error()) == "[0] is not an object");
}

TEST_CASE("JSON: accounts, headers and outcomes read back", "[rpc][json]") {
  Town town;
  const AccountId person = town.open_person();
  const ProgramId program = town.open_charge_program();
  const rules::Outcome outcome =
      town.must(kAgent, rules::Charge{person, program, Amount::of(5'000), Amount{}});
  check_round_trip(outcome);
  check_round_trip(*town.state.find(person));
  check_round_trip(*town.state.find(program));
  check_round_trip(block::genesis_header(town.charter, town.state.root()));
}

TEST_CASE("JSON: amounts and 64 bits are strings, accounts have check digits", "[rpc][json]") {
  Town town;
  const auto transaction =
      town.unsigned_from(kStaff, rules::Refund{PaymentId{7}, Amount::of(1'200)});
  const auto json = rpc::parse_json(rpc::to_json(transaction, kJapan));
  REQUIRE(json.has_value());
  CHECK(json->at("sequence") == "1");
  CHECK(json->at("signer") == "0-0-1");
  CHECK(json->at("operation").at("type") == "refund");
  CHECK(json->at("operation").at("amount") == "1200");
  CHECK(json->at("operation").at("payment") == "7");
  const auto pay =
      rpc::write_json(rules::Operation{rules::Pay{AccountId{12'345}, {}, {}, {}}}, kJapan);
  CHECK(pay.at("shop") == "0001-2345-20");
}

TEST_CASE("JSON: a fault is told with its place", "[rpc][json]") {
  CHECK(why_not("{") == "is no JSON");
  CHECK(why_not("[]") == "is not an object");
  CHECK(why_not("{}") == "signer is missing");
  const std::string head =
      R"({"signer":"0-0-1","sequence":1,"valid_until":"2026-11-20T12:00:00+09:00","operation":)";
  CHECK(why_not(head + R"({"type":"pay","shop":"0001-2345-20","coin":0,"amount":"5"}})").empty());
  CHECK(why_not(head + R"({"type":"fly"}})") == "operation.type is none of the known names");
  CHECK(why_not(head + R"({"type":"pay","shop":"0001-2345-21","coin":0,"amount":"5"}})") ==
        "operation.shop is no account number");
  CHECK(why_not(head + R"({"type":"pay","shop":3,"coin":0,"amount":"-5"}})") ==
        "operation.amount is not a whole number in range");
  CHECK(why_not(head + R"({"type":"pay","shop":3,"coin":0,"amount":"9000000000000001"}})") ==
        "operation.amount is above the highest amount");
  CHECK(why_not(head + R"({"type":"pay","shop":3,"coin":65536,"amount":"5"}})") ==
        "operation.coin is not a whole number in range");
  CHECK(why_not(head + R"({"type":"pay","shop":3,"coin":0,"amount":"5","tip":"1"}})") ==
        "operation holds a member that is not known");
  CHECK(why_not(head + R"({"type":"settle","coin":0,"bank_file":"00","redemptions":[]}})") ==
        "operation.bank_file is not lower-case hex of the right length");
}

TEST_CASE("JSON: what would not encode is refused, not read", "[rpc][json]") {
  // Co-signers stand in ascending order: encoding anything else would be a bug.
  const std::string text =
      R"({"signer":"0-0-1","sequence":1,"valid_until":"2026-11-20T12:00:00+09:00",)"
      R"("cosigners":["2-0-1","1-0-1"],"operation":{"type":"hand_in","amount":"5"}})";
  CHECK(why_not(text) == "does not hold together");
}

TEST_CASE("times are RFC 3339 with offset, within what can be written", "[rpc][json]") {
  CHECK(rpc::parse_time("1970-01-01T09:00:00+09:00") == Timestamp{0});
  CHECK(rpc::parse_time("2026-11-20T12:34:56.789+09:00") == Timestamp{1'795'145'696'789});
  CHECK(rpc::parse_time("2026-11-20T03:34:56Z") == Timestamp{1'795'145'696'000});
  for (const char* bad : {"", "2026-11-20", "2026-11-20T12:34:56", "2026-11-31T12:34:56Z",
                          "2026-11-20T24:00:00Z", "2026-11-20T12:34:56.Z", "2026-11-20 12:34:56Z",
                          "1969-12-31T23:59:59Z", "9999-12-31T12:00:00Z"}) {
    CAPTURE(bad);
    CHECK_FALSE(rpc::parse_time(bad).has_value());
  }
  CHECK(rpc::to_http_date(Timestamp{1'795'145'696'789}) == "Fri, 20 Nov 2026 03:34:56 GMT");
  CHECK(rpc::parse_http_date("Fri, 20 Nov 2026 03:34:56 GMT") == Timestamp{1'795'145'696'000});
  CHECK_FALSE(rpc::parse_http_date("Fri, 20 Nov 2026 03:34:56").has_value());
}

TEST_CASE("a shop directory counts only when an issuer of the charter signed it", "[rpc][json]") {
  const state::Charter town = charter();
  rpc::ShopDirectory directory;
  directory.chain_id = state::chain_id(town);
  directory.issued = Timestamp{kFounded};
  directory.shops.push_back({AccountId{9}, {"ばんだい食堂"}, 2});
  directory.shops.push_back({AccountId{4}, {"本屋"}, 1});
  const auto good = rpc::sign_directory(directory, {kStaff, 0, 1}, key_of(0));
  CHECK(rpc::verify_directory(town, good));
  CHECK(rpc::parse_directory_file(rpc::to_directory_file(good, kJapan)) == good);

  auto altered = good;
  altered.directory.shops[0].name.text = "偽物";
  CHECK_FALSE(rpc::verify_directory(town, altered));
  const auto agents = rpc::sign_directory(directory, {kAgent, 0, 1}, key_of(1));
  CHECK_FALSE(rpc::verify_directory(town, agents));
  directory.chain_id = Hash{};
  CHECK_FALSE(
      rpc::verify_directory(town, rpc::sign_directory(directory, {kStaff, 0, 1}, key_of(0))));
  CHECK_FALSE(rpc::parse_directory_file("{}").has_value());
}
