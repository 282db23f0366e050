#include <catch2/catch.hpp>

#include "tests/wallet/lying_node.h"
#include "tests/wallet/open_town.h"

using hansatsu::wallet::test::Ended;
using hansatsu::wallet::test::Lie;
using hansatsu::wallet::test::LyingNode;
using hansatsu::wallet::test::OpenTown;

namespace {

/// Hanako sends Taro 700 by these nodes. Nothing in a Send keeps a second one from being done.
Ended send_by(const OpenTown& town, const std::vector<std::string>& nodes) {
  std::vector<std::string> words;
  for (const std::string& node : nodes) words.insert(words.end(), {"--node", node});
  words.insert(words.end(), {"--keystore", town.keystore("hanako"), "--charter", town.charter(),
                             "--passphrase-file", (town.home().path() / "passphrase").string(),
                             "--yes", "send", "--to", town.taro, "--amount", "700"});
  return town.home().run(words);
}

/// What must be true after one wish of Hanako's, whatever the nodes said.
struct Expected {
  int exit = 0;
  const char* received = nullptr;  ///< by Taro, in all, once nothing is held back any more
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

TEST_CASE("a lying node never gets a second signed transaction for one wish", "[wallet][day]") {
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
