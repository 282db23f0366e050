#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>

#include "tests/merchant-sdk/counter.h"
#include "tests/merchant-sdk/shop_in_town.h"
#include "tests/merchant-sdk/twisted_node.h"
#include "tests/support/wait.h"

using namespace test_cluster;  // NOLINT: a test

namespace {

/// A shop's configuration file, as it stands below HOME.
void write_config(const ShopInTown& shop) {
  const merchant::Settings settings = shop.settings();
  const auto folder = shop.town.network.folder() / ".config" / "hansatsu";
  std::filesystem::create_directories(folder);
  std::ofstream file{folder / "till.toml"};
  file << "nodes = [\"" << settings.nodes[0] << "\"]\n"
       << "charter = \"" << settings.charter.string() << "\"\n"
       << "shop = \"" << settings.shop << "\"\n"
       << "keystore = \"" << settings.keystore.string() << "\"\n"
       << "passphrase_file = \"" << settings.passphrase_file.string() << "\"\n"
       << "name = \"\u5c71\u9e93\u305d\u3070\u51e6\"\n";
}

/// What the till shows as its request: from the scheme to the end of the line.
std::string request_of(Counter& counter) {
  counter.wait_for("hansatsu:");
  std::string uri = "hansatsu:" + counter.wait_for("\n");
  uri.erase(uri.find_last_not_of("\r\n\",}") + 1);
  return uri;
}

std::size_t count_of(const std::string& said, const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = said.find(text); at != std::string::npos; at = said.find(text, at + 1))
    ++count;
  return count;
}

/// `hansatsu` as the customer.
Ended run_wallet(const ShopInTown& shop, const std::vector<std::string>& command) {
  const merchant::Settings settings = shop.settings();
  std::vector<std::string> words{std::string{HANSATSU_BIN_DIR} + "/hansatsu",
                                 "--node",
                                 settings.nodes[0],
                                 "--charter",
                                 settings.charter.string(),
                                 "--keystore",
                                 settings.keystore.string(),
                                 "--key",
                                 "stranger",
                                 "--passphrase-file",
                                 settings.passphrase_file.string(),
                                 "--yes"};
  words.insert(words.end(), command.begin(), command.end());
  return run(words, shop.town.network.folder() / "wallet.txt");
}
void pay(const ShopInTown& shop, const std::string& uri) {
  const Ended ended = run_wallet(shop, {"pay", uri});
  INFO(read_text(shop.town.network.folder() / "wallet.txt"));
  REQUIRE(ended.exit_code == 0);
}

}  // namespace

TEST_CASE("a till program shows, waits, proves, prints the slip and counts", "[merchant][till]") {
  const ShopInTown shop;
  write_config(shop);
  const auto& home = shop.town.network.folder();
  Counter counter{Counter::Place::pipes, home, {}};
  counter.type("1,480\n");
  pay(shop, request_of(counter));
  const std::string slip = counter.wait_for("1 of 1 validators' signatures\n");
  CHECK(slip.find("1,480 ") != std::string::npos);
  CHECK(slip.find("\u5c71\u9e93\u305d\u3070\u51e6\n") != std::string::npos);
  CHECK(slip.find(shop.shop() + "\n") != std::string::npos);

  // What is cancelled, and paid all the same, is found when looked for.
  counter.type("20\nc\n");
  const std::string late = request_of(counter);
  counter.wait_for("nobody waits for the payment any more");
  pay(shop, late);
  counter.type("r\n");
  counter.wait_for("1 of 1 validators' signatures\n");
  counter.type("no amount\nq\n");
  counter.wait_for("the amount must be above zero");
  counter.wait_for("Taken: 1,500 ");
  counter.wait_for(" in 2 payments\n");
  CHECK(counter.end() == 0);

  // The proofs were kept, and hold for whoever has the charter.
  std::size_t kept = 0;
  const auto receipts = home / ".local" / "share" / "hansatsu" / "receipts";
  for (const auto& file : std::filesystem::directory_iterator{receipts}) {
    ++kept;
    CHECK(run_wallet(shop, {"receipt", "verify", file.path().string()}).exit_code == 0);
  }
  CHECK(kept == 2);
}

TEST_CASE("a till program that lost its power tells what was paid meanwhile", "[merchant][till]") {
  const ShopInTown shop;
  write_config(shop);
  const auto& home = shop.town.network.folder();
  std::string uri;
  {
    Counter counter{Counter::Place::pipes, home, {}};
    counter.type("480\n");
    uri = request_of(counter);
  }  // killed
  pay(shop, uri);
  Counter script{Counter::Place::pipes, home, {"--look-back", "--json"}};
  script.wait_for("{\"event\":\"paid\"");
  script.wait_for("\"amount\":\"480\"");
  script.wait_for("{\"event\":\"looked_back\",\"found\":1,\"unpaid\":0,\"complete\":true}");
  CHECK(script.end() == 0);
  // Told, and noted: once is enough.
  Counter next{Counter::Place::pipes, home, {}};
  next.type("7\n");
  uri = request_of(next);
  CHECK(count_of(next.said(), "validators' signatures") == 0);
  pay(shop, uri);
  next.wait_for("1 of 1 validators' signatures\n");
  next.type("r\n");
  next.wait_for("Nothing else was paid.");
  next.type("q\n");
  next.wait_for("Taken: 7 ");
  CHECK(next.end() == 0);
}

TEST_CASE("a till program whose disk is full gives one slip, counts once, notes when it can",
          "[merchant][till]") {
  const ShopInTown shop;
  write_config(shop);
  const auto& home = shop.town.network.folder();
  Counter counter{Counter::Place::pipes, home, {}};
  counter.type("480\n");
  const std::string uri = request_of(counter);
  counter.set_disk(Counter::Disk::full);
  pay(shop, uri);
  counter.wait_for("The receipt can't be kept");
  counter.wait_for("1 of 1 validators' signatures\n");
  counter.wait_for("the journal");
  counter.type("r\n");
  counter.wait_for("the journal");
  counter.wait_for("Nothing else was paid.");
  const auto receipts = home / ".local" / "share" / "hansatsu" / "receipts";
  CHECK(std::filesystem::is_empty(receipts));

  counter.set_disk(Counter::Disk::has_room);
  counter.type("r\n");
  const std::string again = counter.wait_for("Nothing else was paid.");
  CHECK(again.find("the journal") == std::string::npos);
  CHECK_FALSE(std::filesystem::is_empty(receipts));
  counter.type("q\n");
  counter.wait_for("Taken: 480 ");
  counter.wait_for(" in 1 payments\n");
  CHECK(counter.end() == 0);
  CHECK(count_of(counter.said(), "validators' signatures") == 1);
  // It was noted in the end.
  Counter next{Counter::Place::pipes, home, {"--look-back", "--json"}};
  next.wait_for("{\"event\":\"looked_back\",\"found\":0,");
  CHECK(next.end() == 0);
}

TEST_CASE("a till program for scripts whose disk is full tells of each payment once",
          "[merchant][till]") {
  ShopInTown shop;
  write_config(shop);
  const auto& home = shop.town.network.folder();
  Counter counter{Counter::Place::pipes, home, {"--json"}};
  counter.wait_for("{\"event\":\"looked_back\",\"found\":0,");
  counter.type("20\nc\n");
  merchant::Order late;
  late.uri = request_of(counter);
  counter.wait_for("{\"event\":\"not_paid\"");
  counter.type("480\n");
  const std::string uri = request_of(counter);
  counter.set_disk(Counter::Disk::full);
  shop.pay(late, 1, 7);
  pay(shop, uri);
  counter.wait_for("{\"event\":\"paid\"");
  counter.type("r\n");
  counter.wait_for("{\"event\":\"stray\"");
  counter.wait_for("{\"event\":\"looked_back\",\"found\":1,");
  counter.type("r\n");
  counter.wait_for("{\"event\":\"looked_back\",\"found\":0,");
  counter.type("q\n");
  counter.wait_for("{\"event\":\"total\",\"payments\":1,\"amount\":\"480\",\"unpaid\":1}");
  CHECK(counter.end() == 0);
  CHECK(count_of(counter.said(), "{\"event\":\"paid\"") == 1);
  CHECK(count_of(counter.said(), "{\"event\":\"stray\"") == 1);
  CHECK(count_of(counter.said(), "{\"event\":\"not_paid\"") == 1);
  // The journal knows of neither: the next sitting tells of both.
  Counter next{Counter::Place::pipes, home, {"--look-back", "--json"}};
  next.wait_for("{\"event\":\"looked_back\",\"found\":2,");
  CHECK(next.end() == 0);
}

TEST_CASE("a till program tells a second payment from the first, though it could not note that one",
          "[merchant][till]") {
  ShopInTown shop;
  write_config(shop);
  std::string first;
  std::atomic<bool> is_hidden{false};
  const TwistedNode node{shop.settings().nodes[0],
                         [&](const std::string& target, std::string reply) {
                           if (!is_hidden || target != "/v1/receipts/" + first) return reply;
                           return reply_with(404, R"({"code":"E-API-21","title":"none"})");
                         }};
  Counter counter{Counter::Place::pipes,
                  shop.town.network.folder(),
                  {"--json"},
                  {"HANSATSU_TILL_NODES=" + node.url()}};
  counter.wait_for("{\"event\":\"looked_back\",\"found\":0,");
  counter.type("480\n");
  merchant::Order order;
  order.uri = request_of(counter);
  counter.set_disk(Counter::Disk::full);
  first = to_hex(shop.pay(order, 0, 480).id.view());
  counter.wait_for("{\"event\":\"paid\"");
  is_hidden = true;
  shop.pay(order, 1, 480);
  counter.type("r\n");
  counter.wait_for("{\"event\":\"looked_back\",\"found\":1,");
  counter.type("q\n");
  counter.wait_for("{\"event\":\"total\",\"payments\":1,\"amount\":\"480\",");
  CHECK(counter.end() == 0);
  CHECK(count_of(counter.said(), "{\"event\":\"stray\"") == 1);
}

TEST_CASE("a till program that can't tell of a payment says so and ends; the next one tells",
          "[merchant][till]") {
  ShopInTown shop;
  write_config(shop);
  const auto& home = shop.town.network.folder();
  const auto sales = home / "sales.jsonl";
  merchant::Order order;
  {
    Counter counter{Counter::Place::pipes, home, {"--json"}, {}, sales};
    counter.type("480\n7\n");
    REQUIRE(hansatsu::test::wait_for(
        kAgreeMax, [&] { return count_of(read_text(sales), "}\n") == 2; }));  // and an order
    order.uri = read_text(sales);
    order.uri.erase(0, order.uri.find("hansatsu:"));
    order.uri.erase(order.uri.find('"'));
    counter.set_disk(Counter::Disk::full);
    shop.pay(order, 0, 480);
    counter.wait_for("standard output can't be written");
    CHECK(counter.end() == 8);
  }
  CHECK(count_of(read_text(sales), "{\"event\":\"paid\"") == 0);
  Counter deaf{Counter::Place::pipes, home, {"--look-back", "--json"}, {}, "/dev/full"};
  deaf.wait_for("standard output can't be written");
  CHECK(deaf.end() == 8);

  Counter next{Counter::Place::pipes, home, {"--json"}, {}, sales};
  next.type("q\n");
  CHECK(next.end() == 0);
  const std::string told = read_text(sales);
  CAPTURE(told);
  CHECK(count_of(told, "{\"event\":\"paid\"") == 1);
  CHECK(count_of(told, "{\"event\":\"total\",\"payments\":1,\"amount\":\"480\"") == 1);
}

TEST_CASE("a till program at a terminal: one key cancels, Ctrl-C ends the shift in order",
          "[merchant][till]") {
  const ShopInTown shop;
  write_config(shop);
  Counter counter{Counter::Place::terminal, shop.town.network.folder(), {"--language", "ja"}};
  counter.wait_for("\u91d1\u984d");
  counter.type("\uff14\uff18\uff10\n");
  counter.wait_for("480 ");
  counter.wait_for("c: ");
  counter.type("c");
  counter.wait_for("\u5f85\u3064\u306e\u3092\u3084\u3081\u307e\u3057\u305f");
  counter.wait_for("\u91d1\u984d");
  CHECK(counter.shows_what_is_typed());
  counter.type("7\n");
  counter.wait_for("c: ");
  counter.type("\x03");
  counter.wait_for("\u58f2\u4e0a\u5408\u8a08: 0 ");
  CHECK(counter.end() == 0);
}

TEST_CASE("a till program for scripts: one order, a JSON object a line", "[merchant][till]") {
  const ShopInTown shop;
  write_config(shop);
  const auto& home = shop.town.network.folder();
  Counter counter{Counter::Place::pipes, home, {"--once", "--amount", "480", "--json"}};
  counter.wait_for("{\"event\":\"order\"");
  pay(shop, request_of(counter));
  counter.wait_for("{\"event\":\"paid\"");
  counter.wait_for("\"amount\":\"480\"");
  counter.wait_for("\"signatures\":1,\"validators\":1");
  CHECK(counter.end() == 0);

  const auto exit_of = [&](const std::vector<std::string>& arguments,
                           const std::vector<std::string>& environment = {}) {
    return Counter{Counter::Place::pipes, home, arguments, environment}.end();
  };
  const std::vector<std::string> once{"--once", "--amount", "480"};
  CHECK(exit_of({"--once"}) == 2);
  CHECK(exit_of({"--once", "--amount", "4.80"}) == 2);
  CHECK(exit_of(once, {"HANSATSU_TILL_SHOP=0000-0003-00"}) == 2);
  CHECK(exit_of(once, {"HANSATSU_TILL_KEY=stranger"}) == 2);
  CHECK(exit_of(once, {"HANSATSU_TILL_KEY=nobody"}) == 5);
  CHECK(exit_of(once, {"HANSATSU_TILL_PASSPHRASE_FILE=/nowhere"}) == 5);
  CHECK(exit_of({"--passphrase", "x"}) == 2);
  std::ofstream{home / "other.toml"} << "shopp = \"0000-0003-00\"\n";
  CHECK(exit_of({"--config", (home / "other.toml").string()}) == 2);
}
