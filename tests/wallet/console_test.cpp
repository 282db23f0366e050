#include <catch2/catch.hpp>
#include <filesystem>

#include "ledger/crypto/keys.h"
#include "tests/wallet/program.h"
#include "wallet/cli/opened_accounts.h"

using namespace hansatsu;
using namespace hansatsu::wallet;

TEST_CASE("console: columns line up by their width on the screen", "[wallet][console]") {
  CHECK(grouped(Amount::of(0)) == "0");
  CHECK(grouped(Amount::of(999)) == "999");
  CHECK(grouped(Amount::of(1'234'567)) == "1,234,567");
  CHECK(width_of("aあ") == 3);
  Table table{{{{"program", "事業"}}, {{"amount", "金額"}, true}}};
  table.add({"プレミアム", "1,000"});
  table.add({"gift", "5"});
  CHECK(table.text(Language::en) ==
        "program     amount\n"
        "プレミアム   1,000\n"
        "gift             5\n");
  CHECK(table.text(Language::ja) ==
        "事業         金額\n"
        "プレミアム  1,000\n"
        "gift            5\n");
}

TEST_CASE("opened accounts: what was opened is remembered", "[wallet][console]") {
  const test::Home home;
  const Console console{{}};
  const auto file = home.path() / "residents.csv.opened.csv";
  const PublicKey key = KeyPair::generate().public_key();
  {
    auto opened = OpenedAccounts::load(console, file);
    REQUIRE(opened);
    CHECK_FALSE(opened->holds(key));
    opened->add({"R-1, \"first\"", key, AccountId{12'345}});
    REQUIRE(opened->save(console));
    opened->add({"R-2", KeyPair::generate().public_key(), AccountId{12'346}});
    REQUIRE(opened->save(console));
  }
  const auto again = OpenedAccounts::load(console, file);
  REQUIRE(again);
  CHECK(again->holds(key));
  CHECK(again->json().size() == 2);
  CHECK(again->json()[0]["reference"] == "R-1, \"first\"");
  CHECK(again->json()[0]["account"] == "0001-2345-20");
  home.write("residents.csv.opened.csv", "reference,key,account number\r\nR-1,zz,0001-2345-20\r\n");
  CHECK_FALSE(OpenedAccounts::load(console, file));
  home.write("residents.csv.opened.csv", "");
  CHECK_FALSE(OpenedAccounts::load(console, file));
}
