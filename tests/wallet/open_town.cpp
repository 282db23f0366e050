#include "tests/wallet/open_town.h"

#include <catch2/catch.hpp>

namespace hansatsu::wallet::test {
namespace {

using Json = nlohmann::json;

const Json kCharge{{"name", "チャージ"},
                   {"coin", 0},
                   {"kind", "charge"},
                   {"paid", true},
                   {"budget", "1000000"},
                   {"opens", "2000-01-01"},
                   {"expiry", {{"kind", "fixed_date"}, {"date", "2099-12-31"}}},
                   {"sendable", true}};
const Json kPremium{{"name", "上乗せ"},
                    {"coin", 0},
                    {"kind", "premium"},
                    {"paid", false},
                    {"budget", "100000"},
                    {"opens", "2000-01-01"},
                    {"expiry", {{"kind", "fixed_date"}, {"date", "2099-12-31"}}},
                    {"priority", 1},
                    {"charge_program", 0},
                    {"rate_basis_points", 1'000}};
const Json kBenefit{{"name", "給付"},
                    {"coin", 0},
                    {"kind", "grant"},
                    {"paid", false},
                    {"budget", "10000"},
                    {"opens", "2000-01-01"},
                    {"expiry", {{"kind", "fixed_date"}, {"date", "2098-12-31"}}}};

}  // namespace

OpenTown::OpenTown() {
  const std::string residents = "整理番号,公開鍵,確認区分,個人仮名番号\r\nR-1," +
                                make_key("hanako") + ",確認済,8001\r\nR-2," + make_key("taro") +
                                ",確認済,8002\r\n";
  const Json opened = open("residents.csv", residents, "person");
  hanako = opened[0]["account"];
  taro = opened[1]["account"];
  shop = open(
      "shops.csv",
      "key,category,related persons,payee\n" + make_key("shop") + ",3,9001,9999-999-1-7654321\n",
      "shop")[0]["account"];
  agent = open("agents.csv", "key\n" + make_key("agent") + "\n", "agent")[0]["account"];
  int number = 0;
  for (const Json& terms : {kCharge, kPremium, kBenefit}) {
    const auto file = home().write("program.json", terms.dump());
    const Json done = did("issuer", {"office", "program", file.string()});
    CHECK(done["outcome"]["reference"] == std::to_string(number++));
  }
  (void)did("treasurer", {"office", "set-float", agent, "--limit", "50000"});
}

Json OpenTown::open(const std::string& name, const std::string& roster, const std::string& kind) {
  const auto file = home().write(name, roster);
  return did("registrar", {"office", "open", file.string(), "--kind", kind})["accounts"];
}

}  // namespace hansatsu::wallet::test
