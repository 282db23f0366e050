#include <signal.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>

#include "rpc/client/payment_uri.h"
#include "tests/support/wait.h"
#include "tests/wallet/lying_node.h"
#include "tests/wallet/open_town.h"

using hansatsu::wallet::test::Ended;
using hansatsu::wallet::test::Lie;
using hansatsu::wallet::test::LyingNode;
using hansatsu::wallet::test::OpenTown;

namespace {

/// Hanako's command by these nodes, in words.
std::vector<std::string> words_of(const OpenTown& town, const std::vector<std::string>& nodes,
                                  const std::vector<std::string>& command) {
  std::vector<std::string> words;
  for (const std::string& node : nodes) words.insert(words.end(), {"--node", node});
  words.insert(words.end(),
               {"--keystore", town.keystore("hanako"), "--charter", town.charter(),
                "--passphrase-file", (town.home().path() / "passphrase").string(), "--yes"});
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

Ended run_by(const OpenTown& town, const std::vector<std::string>& nodes,
             const std::vector<std::string>& command) {
  return town.home().run(words_of(town, nodes, command));
}

/// The command again, under the order that was told on standard error.
std::vector<std::string> under_told_order(std::vector<std::string> command,
                                          const std::string& told) {
  const std::string option = "--order ";
  const std::size_t place = told.rfind(option);
  REQUIRE(place != std::string::npos);
  command.insert(command.end(), {"--order", told.substr(place + option.size(), 32)});
  return command;
}

/// All that Hanako has left of 9,000 and a premium of 900.
int left_of_hanako(const OpenTown& town) {
  const auto left = town.totals("hanako");
  return std::stoi(left["prepaid"].get<std::string>()) + std::stoi(left["free"].get<std::string>());
}

/// Hanako sends Taro 700 by these nodes. Nothing in a Send keeps a second one from being done.
Ended send_by(const OpenTown& town, const std::vector<std::string>& nodes) {
  return run_by(town, nodes, {"send", "--to", town.taro, "--amount", "700"});
}

bool has(const Ended& ended, const char* text) { return ended.err.find(text) != std::string::npos; }

/// What must be true after one wish of Hanako's, whatever the nodes said.
struct Expected {
  int exit = 0;
  std::string received;  ///< by Taro, in all, once nothing is held back any more
};
void check_one_wish(const OpenTown& town, Lie lie, bool honest_one_beside, Expected expected) {
  LyingNode liar{town.url(), lie};
  std::vector<std::string> nodes{liar.url()};
  if (honest_one_beside) nodes.push_back(town.url());
  const Ended ended = send_by(town, nodes);
  CAPTURE(ended.err, honest_one_beside);
  CHECK(ended.exit == expected.exit);
  if (ended.exit == 4) CHECK(ended.err.find("hansatsu receipt get ") != std::string::npos);
  CHECK(liar.transactions() == 1);
  liar.release();
  CHECK(town.totals("taro")["prepaid"] == expected.received);
}

}  // namespace

TEST_CASE("a lying node never gets a second signed transaction for one wish",
          "[wallet][day][lie]") {
  const OpenTown town;
  (void)town.did("agent", {"office", "charge", town.hanako, "--program", "0", "--amount", "5,000"});
  // Alone, it keeps what was signed: the wallet says that it does not know, and how to.
  check_one_wish(town, Lie::holds_back, false, {4, "700"});
  // Beside an honest one it is of no use.
  check_one_wish(town, Lie::holds_back, true, {0, "1400"});
  // It has it done and says no: the receipt says yes.
  check_one_wish(town, Lie::passes_on, false, {0, "2100"});

  // The account as it was before the first: the second is signed under the same sequence, and once
  // more when the receipt of the first proves that it can't happen.
  const LyingNode forgetful{town.url(), Lie::tells_old_news};
  for (const char* received : {"2800", "3500"}) {
    const Ended ended = send_by(town, {forgetful.url()});
    CAPTURE(ended.err);
    CHECK(ended.exit == 0);
    CHECK(town.totals("taro")["prepaid"] == received);
  }
}

TEST_CASE("a node that takes a wish and gives no answer leaves time for another",
          "[wallet][day][lie]") {
  const OpenTown town;
  (void)town.did("agent", {"office", "charge", town.hanako, "--program", "0", "--amount", "5,000"});
  check_one_wish(town, Lie::never_answers, true, {0, "700"});
}

TEST_CASE("a lone node's word never ends what was signed", "[wallet][day][lie]") {
  const OpenTown town;
  (void)town.did("agent", {"office", "charge", town.hanako, "--program", "0", "--amount", "9,000"});
  int received = 0;
  const auto next = [&] { return std::to_string(received += 700); };
  for (const Lie lie :
       {Lie::says_lapsed, Lie::says_closed, Lie::forges_receipt, Lie::names_trouble}) {
    CAPTURE(static_cast<int>(lie));
    check_one_wish(town, lie, false, {4, next()});
    check_one_wish(town, lie, true, {0, next()});
  }
}

TEST_CASE("only different nodes that say the same for good are believed without proof",
          "[wallet][day][lie]") {
  const OpenTown town;
  (void)town.did("agent", {"office", "charge", town.hanako, "--program", "0", "--amount", "9,000"});
  const LyingNode one{town.url(), Lie::says_closed};
  const LyingNode two{town.url(), Lie::says_closed};
  const LyingNode third{town.url(), Lie::says_lapsed};
  const Ended agreed = send_by(town, {one.url(), two.url()});
  CHECK(agreed.exit == 1);
  CHECK(has(agreed, "E-TX-05"));
  // The same one twice, one that is not there, and two that say different things.
  CHECK(send_by(town, {one.url(), one.url()}).exit == 4);
  CHECK(send_by(town, {one.url(), "http://127.0.0.1:1"}).exit == 4);
  CHECK(send_by(town, {one.url(), third.url()}).exit == 4);
}

TEST_CASE("what a node says can't rule the terminal, nor pass for a refusal of the ledger",
          "[wallet][day][lie]") {
  const OpenTown town;
  (void)town.did("agent", {"office", "charge", town.hanako, "--program", "0", "--amount", "9,000"});
  const LyingNode liar{town.url(), Lie::names_trouble};
  const Ended ended = send_by(town, {liar.url()});
  CAPTURE(ended.err);
  CHECK(ended.exit == 4);
  CHECK(has(ended, "?[1A?[2Kdone?enod"));
  CHECK_FALSE(has(ended, "\x1b"));
  CHECK_FALSE(has(ended, "\u202e"));
  CHECK_FALSE(has(ended, "E-GRT-06"));

  auto charter = nlohmann::json::parse(town.home().read("charter.json"));
  charter["chain_name"] = "\x1b[2Jour town\u202e";
  const auto file = town.home().write("other.json", charter.dump());
  const Ended trusted = town.home().run({"--charter", file.string(), "chain", "trust"});
  CHECK(trusted.exit == 0);
  CHECK(trusted.out.find("?[2Jour town?") != std::string::npos);
  CHECK(trusted.out.find('\x1b') == std::string::npos);
}

TEST_CASE("a node whose clock is far off is passed over, and named when it is alone",
          "[wallet][day][lie]") {
  const OpenTown town;
  const LyingNode liar{town.url(), Lie::tells_wrong_time};
  const Ended alone = run_by(town, {liar.url()}, {"balance"});
  CAPTURE(alone.err);
  CHECK(alone.exit == 6);
  CHECK(has(alone, "E-CLOCK-01"));
  CHECK(run_by(town, {liar.url(), town.url()}, {"balance"}).exit == 0);
}

TEST_CASE("who pays again under the order that is named pays once", "[wallet][day][lie]") {
  const OpenTown town;
  (void)town.did("agent", {"office", "charge", town.hanako, "--program", "0", "--amount", "9,000"});
  // A shop's sign at the counter names no order.
  const std::string sign = town.did("shop", {"request", "--amount", "700"})["uri"];
  int left = 9'900;
  for (const std::vector<std::string>& paying :
       {std::vector<std::string>{"pay", "--to", town.shop, "--amount", "700"}, {"pay", sign}}) {
    LyingNode liar{town.url(), Lie::says_lapsed};
    const Ended first = run_by(town, {liar.url()}, paying);
    CAPTURE(first.err);
    REQUIRE(first.exit == 4);
    CHECK(run_by(town, {town.url()}, under_told_order(paying, first.err)).exit == 0);
    liar.release();
    CHECK(left_of_hanako(town) == (left -= 700));
  }
}

TEST_CASE("a request with an order is paid again as it stands", "[wallet][day][lie]") {
  const OpenTown town;
  (void)town.did("agent", {"office", "charge", town.hanako, "--program", "0", "--amount", "9,000"});
  const std::string order(32, 'a');
  const std::string request =
      town.did("shop", {"request", "--amount", "700", "--order", order})["uri"];
  LyingNode liar{town.url(), Lie::says_lapsed};
  const Ended first = run_by(town, {liar.url()}, {"pay", request});
  CAPTURE(first.err);
  REQUIRE(first.exit == 4);
  CHECK(has(first, "pay this same request"));
  CHECK_FALSE(has(first, "--order"));
  CHECK(run_by(town, {town.url()}, {"pay", request, "--order", order}).exit == 2);
  CHECK(run_by(town, {town.url()}, {"pay", request}).exit == 0);
  liar.release();
  CHECK(left_of_hanako(town) == 9'200);
}

TEST_CASE("who stops a payment has its order on the screen", "[wallet][day][lie]") {
  const OpenTown town;
  (void)town.did("agent", {"office", "charge", town.hanako, "--program", "0", "--amount", "9,000"});
  const std::vector<std::string> paying{"pay", "--to", town.shop, "--amount", "700"};
  const LyingNode node{town.url(), Lie::keeps_silent};
  const hansatsu::wallet::test::Home screen;
  const int wallet = screen.start_program("hansatsu", words_of(town, {node.url()}, paying));
  const bool sent =
      hansatsu::test::wait_for(std::chrono::seconds{60}, [&] { return node.kept_silent() > 0; });
  ::kill(wallet, SIGINT);
  ::waitpid(wallet, nullptr, 0);
  const std::string told = screen.read(".node.err");
  CAPTURE(told);
  REQUIRE(sent);
  const Ended again = run_by(town, {town.url()}, under_told_order(paying, told));
  CHECK(again.exit == 1);  // it was paid
  CHECK(has(again, "E-PAY-"));
  CHECK(left_of_hanako(town) == 9'200);
}

TEST_CASE("a lie: a request is not paid after its end, however long a node holds the payment back",
          "[wallet][day][lie]") {
  OpenTown town;
  (void)town.did("agent", {"office", "charge", town.hanako, "--program", "0", "--amount", "9,000"});
  LyingNode liar{town.url(), Lie::keeps_silent};
  const auto asked = town.did("shop", {"request", "--amount", "5", "--minutes", "1"});
  const std::string uri = asked["uri"];
  const auto request = hansatsu::rpc::parse_payment_uri(uri);
  REQUIRE(request.has_value());
  const Ended paid = run_by(town, {liar.url(), town.url()}, {"pay", uri});
  CAPTURE(paid.err);
  CHECK(paid.exit == 0);
  REQUIRE_FALSE(liar.seen().empty());
  for (const auto& transaction : liar.seen())
    CHECK(transaction.valid_until <= request->expires.value());
}
