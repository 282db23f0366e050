#include <catch2/catch.hpp>

#include "tests/wallet/open_town.h"

using hansatsu::wallet::test::Ended;
using hansatsu::wallet::test::NodeTown;
using hansatsu::wallet::test::OpenTown;
using Json = nlohmann::json;

namespace {

/// Cash in, with a premium; a benefit from a list: rehearsed, given, and not given twice.
void charge_and_grant(const OpenTown& town) {
  const Json charged =
      town.did("agent", {"office", "charge", town.hanako, "--program", "0", "--amount", "5,000"});
  CHECK(charged["verified"] == true);
  CHECK(town.totals("hanako")["prepaid"] == "5000");
  CHECK(town.totals("hanako")["free"] == "500");

  const auto list =
      town.home().write("benefit.csv", "口座番号,金額\n" + town.hanako + ",1000\n" + town.shop +
                                           ",1000\n" + town.taro + ",1000\n");
  const Json rehearsed =
      town.did("issuer", {"office", "grant", list.string(), "--program", "2", "--rehearse"});
  CHECK(rehearsed["given"] == 2);
  CHECK(rehearsed["refused"][0]["line"] == 3);
  CHECK(town.totals("hanako")["free"] == "500");
  const Json given = town.did("issuer", {"office", "grant", list.string(), "--program", "2"});
  CHECK(given["total"] == "2000");
  CHECK(given["given"] == 2);
  CHECK(given["fits"] == true);
  REQUIRE(given["refused"].size() == 1);
  CHECK(given["refused"][0] == rehearsed["refused"][0]);
  // Sorted by another column in between, it is the same list.
  town.home().write("benefit.csv", "口座番号,金額\n" + town.taro + ",1000\n" + town.shop +
                                       ",1000\n" + town.hanako + ",1000\n");
  const Json again = town.did("issuer", {"office", "grant", list.string(), "--program", "2"});
  CHECK(again["given"] == 0);
  CHECK(again["parts_done_before"] == 1);
  CHECK(town.totals("hanako")["free"] == "1500");
}

/// The shop asks, the resident pays by its request; a second tap pays nothing. Gives the payment.
Json pay_by_request(const OpenTown& town) {
  const std::string request = town.did("shop", {"request", "--amount", "2000", "--order",
                                                std::string(32, 'a'), "--minutes", "10"})["uri"];
  const Json paid = town.did("hanako", {"pay", request});
  CHECK(paid["verified"] == true);
  const Ended twice = town.as("hanako", {"pay", request});
  CHECK(twice.exit == 1);
  CHECK(twice.err.find("E-PAY-") != std::string::npos);
  // The benefit ends first, so it paid first; then premium by priority.
  CHECK(town.totals("hanako")["free"] == "0");
  CHECK(town.totals("hanako")["prepaid"] == "4500");
  return paid;
}

/// The receipt's file is proof without a node.
void prove_without_node(const OpenTown& town, const Json& paid) {
  const std::string proof = (town.home().path() / "receipt.bin").string();
  const std::string id = paid["id"];
  (void)town.did("hanako", {"receipt", "get", id, "--out", proof});
  CHECK(town.did("hanako", {"receipt", "get", id.substr(0, 16)})["transaction"] == id);
  CHECK(town.as("hanako", {"receipt", "get", std::string(16, '0')}).exit == 2);
  const Ended verified = town.home().run(
      {"--node", "http://127.0.0.1:1", "--charter", town.charter(), "receipt", "verify", proof});
  CAPTURE(verified.err);
  CHECK(verified.exit == 0);
  std::string altered = town.home().read("receipt.bin");
  altered[altered.size() / 2] = static_cast<char>(altered[altered.size() / 2] ^ 1);
  town.home().write("altered.bin", altered);
  CHECK(town.home()
            .run({"--charter", town.charter(), "receipt", "verify",
                  (town.home().path() / "altered.bin").string()})
            .exit == 6);
}

void send_and_refund(const OpenTown& town, const Json& paid) {
  (void)town.did("hanako", {"send", "--to", town.taro, "--amount", "700"});
  CHECK(town.totals("taro")["prepaid"] == "700");
  const std::string payment = paid["outcome"]["reference"];
  (void)town.did("shop", {"shop", "refund", payment, "--amount", "300"});
  CHECK(town.did("shop", {"shop", "takings"})["totals"][0]["takings"] == "1700");
  CHECK(town.as("shop", {"shop", "refund", payment, "--amount", "1701"}).exit == 1);
}

/// The shop is paid out, and the agent's cash comes in.
void pay_out(const OpenTown& town, const std::string& payment) {
  (void)town.did("shop", {"shop", "redeem"});
  const std::string early = (town.home().path() / "early.csv").string();
  (void)town.did("treasurer", {"office", "redemptions", "--include-today", "--list", early});
  (void)town.did("shop", {"shop", "refund", payment, "--amount", "100"});
  const std::string list = (town.home().path() / "payouts.csv").string();
  const Json asked =
      town.did("treasurer", {"office", "redemptions", "--include-today", "--list", list});
  REQUIRE(asked["redemptions"].size() == 1);
  CHECK(asked["redemptions"][0]["fee"] == "16");
  const std::string bank = town.home().write("bank.txt", "1 21 0\r\n").string();
  // The first list would pay the shop what it has given back since.
  CHECK(town.as("treasurer", {"office", "file", "--bank-file", bank, "--list", early}).exit == 2);
  (void)town.did("treasurer", {"office", "file", "--bank-file", bank, "--list", list});
  const std::string other = town.home().write("other.txt", "another file\r\n").string();
  CHECK(town.as("treasurer", {"office", "settle", "--bank-file", other}).exit == 2);
  (void)town.did("treasurer", {"office", "settle", "--bank-file", bank});
  const std::string passphrase = (town.home().path() / "passphrase").string();
  (void)town.did("agent", {"office", "hand-in", "--amount", "5000", "--treasurer-keystore",
                           town.keystore("treasurer"), "--treasurer-passphrase-file", passphrase});
}

void stop_and_settings(const OpenTown& town) {
  (void)town.did("registrar", {"office", "freeze", town.taro});
  CHECK(town.as("taro", {"send", "--to", town.hanako, "--amount", "1"}).exit == 1);
  (void)town.did("registrar", {"office", "unfreeze", town.taro});
  (void)town.did("taro", {"account", "receive", "off"});
  CHECK(town.as("hanako", {"send", "--to", town.taro, "--amount", "1"}).exit == 1);
  const std::string helper = town.make_key("helper");
  (void)town.did("hanako", {"account", "add-key", helper, "--right", "pay", "--right", "read",
                            "--limit-day", "1000"});
  CHECK(town.did("helper", {"balance"})["account"] == town.hanako);
  CHECK(town.as("helper", {"pay", "--to", town.shop, "--amount", "1001"}).exit == 1);
  (void)town.did("helper", {"pay", "--to", town.shop, "--amount", "1000"});
  (void)town.did("hanako", {"account", "remove-key", "1"});
  CHECK(town.as("helper", {"balance"}).exit != 0);
}

}  // namespace

TEST_CASE("a day: every operation through the program against a real node", "[wallet][day]") {
  const OpenTown town;
  charge_and_grant(town);
  const Json paid = pay_by_request(town);
  prove_without_node(town, paid);
  send_and_refund(town, paid);
  pay_out(town, paid["outcome"]["reference"]);
  stop_and_settings(town);
  const Json history = town.did("hanako", {"history", "--all", "--oldest"});
  CHECK(history["entries"].size() >= 8);
  CHECK(town.did("hanako", {"history", "--count", "3"})["entries"].size() == 3);
}

TEST_CASE("a day: a roster runs once, and a bad one does nothing", "[wallet][day]") {
  NodeTown town;
  const std::string first = town.make_key("first");
  const std::string second = town.make_key("second");
  const auto file = town.home().write("r.csv", "key,person\n" + first + ",1\nzz,2\n");
  const Ended bad = town.as("registrar", {"office", "open", file.string()});
  CHECK(bad.exit == 2);
  CHECK(bad.err.find("line 3, column 1 (key)") != std::string::npos);
  town.home().write("r.csv", "key,person\n" + first + ",1\n");
  const Json one = town.did("registrar", {"office", "open", file.string()});
  CHECK(one["accounts"].size() == 1);
  town.home().write("r.csv", "key,person\n" + first + ",1\n" + second + ",2\n");
  const Json two = town.did("registrar", {"office", "open", file.string()});
  REQUIRE(two["accounts"].size() == 2);
  CHECK(two["accounts"][0] == one["accounts"][0]);
  // Only a registrar opens accounts.
  town.home().write("other.csv", "key\n" + town.make_key("third") + "\n");
  const Ended refused =
      town.as("issuer", {"office", "open", (town.home().path() / "other.csv").string()});
  CHECK(refused.exit == 1);
  CHECK(refused.err.find("E-APR-02") != std::string::npos);
}

TEST_CASE("a day: a wallet takes a chain once, and no other afterwards", "[wallet][day]") {
  const NodeTown town;
  const std::string wallet_charter = (town.home().path() / "mine" / "charter.json").string();
  const auto trust = [&](const std::string& charter, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"--node", town.url(), "--charter", charter, "chain", "trust"});
    return town.home().run(arguments);
  };
  CHECK(trust(wallet_charter, {"--expect", std::string(64, 'a')}).exit == 6);
  CHECK_FALSE(std::filesystem::exists(wallet_charter));
  const Ended taken = trust(wallet_charter, {});
  CHECK(taken.exit == 0);
  CHECK(std::filesystem::exists(wallet_charter));

  // Another town's charter in its place: this node is not believed any more.
  Json other = Json::parse(town.home().read("mine/charter.json"));
  other["chain_name"] = "another";
  const auto stranger = town.home().write("other.json", other.dump());
  const Ended refused =
      town.home().run({"--node", town.url(), "--charter", stranger.string(), "chain", "status"});
  CHECK(refused.exit == 6);
}
