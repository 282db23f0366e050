#include <catch2/catch.hpp>

#include "tests/wallet/lying_node.h"
#include "tests/wallet/open_town.h"

using hansatsu::wallet::test::Ended;
using hansatsu::wallet::test::Lie;
using hansatsu::wallet::test::LyingNode;
using hansatsu::wallet::test::OpenTown;
using Json = nlohmann::json;

namespace {

/// A town in which two shops, soba and tofu, ask to be paid 3,000 each.
struct PayoutTown : OpenTown {
  PayoutTown() {
    (void)did("agent", {"office", "charge", hanako, "--program", "0", "--amount", "9,000"});
    for (const std::string name : {"soba", "tofu"}) {
      const std::string account = open(name + ".csv",
                                       "key,category,related persons,payee\n" + make_key(name) +
                                           ",3,9001,9999-999-1-" + name + "\n",
                                       "shop")[0]["account"];
      const Json paid = did("hanako", {"pay", "--to", account, "--amount", "3000"});
      payments.push_back(paid["outcome"]["reference"]);
      (void)did(name, {"shop", "redeem"});
    }
    bank = home().write("bank.txt", "1 21 0\r\n").string();
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (home().path() / name).string();
  }
  /// All that is requested now, as a list of that name.
  Json list(const std::string& name) const {
    return did("treasurer",
               {"office", "redemptions", "--include-today", "--list", path(name)})["list"];
  }
  [[nodiscard]] Ended file(const std::string& bank_file, const std::string& list_name,
                           std::vector<std::string> more = {}) const {
    std::vector<std::string> words{"office",  "file",   "--bank-file",
                                   bank_file, "--list", path(list_name)};
    words.insert(words.end(), more.begin(), more.end());
    return as("treasurer", words);
  }
  [[nodiscard]] std::size_t count(const std::string& state) const {
    return did("treasurer", {"office", "redemptions", "--state", state})["redemptions"].size();
  }

  std::vector<std::string> payments;  ///< of soba, of tofu
  std::string bank;
};

bool says(const Ended& ended, const char* text) {
  return (ended.err + ended.out).find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("a list holds what can't grow any more, and nothing that is filed", "[wallet][day]") {
  const PayoutTown town;
  const std::string list = town.path("list.csv");
  const Ended early = town.as("treasurer", {"office", "redemptions", "--list", list});
  CHECK(early.exit == 2);
  CHECK(says(early, "--include-today"));
  CHECK_FALSE(std::filesystem::exists(list));
  CHECK(town.list("list.csv") == Json{{"rows", 2}, {"of_today", 0}, {"remaining", 0}});
  REQUIRE(town.file(town.bank, "list.csv").exit == 0);
  CHECK(town.as("treasurer",
                {"office", "redemptions", "--state", "filed", "--list", town.path("filed.csv")})
            .exit == 2);
}

TEST_CASE("a bank file is bound whole: what is left out would be paid twice", "[wallet][day]") {
  const PayoutTown town;
  (void)town.list("list.csv");
  // A shop gives money back: its line would be left out, paid all the same, and listed again.
  (void)town.did("soba", {"shop", "refund", town.payments[0], "--amount", "100"});
  CHECK(town.file(town.bank, "list.csv").exit == 2);
  CHECK(town.file(town.bank, "list.csv", {"--redemption", "1"}).exit == 2);
  CHECK(town.count("requested") == 2);

  // Nor in two parts: the second list needs a bank file of its own.
  (void)town.list("new.csv");
  const std::string whole = town.home().read("new.csv");
  const std::size_t first = whole.find("\r\n") + 2;
  const std::size_t second = whole.find("\r\n", first) + 2;
  town.home().write("part.csv", whole.substr(0, second));
  town.home().write("rest.csv", whole.substr(0, first) + whole.substr(second));
  REQUIRE(town.file(town.bank, "part.csv").exit == 0);
  for (const char* list : {"rest.csv", "new.csv"}) {
    const Ended again = town.file(town.bank, list);
    CHECK(again.exit == 2);
    CHECK(says(again, "bound to another list already"));
  }
  CHECK(town.count("filed") == 1);
}

TEST_CASE("a bank file that is settled in part is not filed again, nor sent", "[wallet][day]") {
  const PayoutTown town;
  (void)town.list("list.csv");
  REQUIRE(town.file(town.bank, "list.csv").exit == 0);
  for (const char* settled : {"1 of its 2", "2 of its 2"}) {
    const Json filed =
        town.did("treasurer", {"office", "redemptions", "--state", "filed"})["redemptions"];
    const std::string id = filed[0]["redemption"];
    (void)town.did("treasurer", {"office", "settle", "--bank-file", town.bank, "--redemption", id});
    const Ended again = town.file(town.bank, "list.csv");
    CAPTURE(again.err);
    CHECK(again.exit == 2);
    CHECK(says(again, settled));
    CHECK(says(again, "do not send it again"));
  }
}

TEST_CASE("who had no answer to a filing is told that it is filed", "[wallet][day]") {
  const PayoutTown town;
  (void)town.list("list.csv");
  {
    const LyingNode node{town.url(), Lie::keeps_silent};
    const Ended lost = town.home().run(
        {"--node", node.url(), "--keystore", town.keystore("treasurer"), "--charter",
         town.charter(), "--passphrase-file", town.path("passphrase"), "--wait-seconds", "2",
         "--yes", "office", "file", "--bank-file", town.bank, "--list", town.path("list.csv")});
    CAPTURE(lost.err);
    CHECK(lost.exit == 4);
    CHECK(says(lost, "run this same command again"));
  }
  for (int i = 0; i < 2; ++i) {
    const Ended again = town.file(town.bank, "list.csv");
    CAPTURE(again.err);
    CHECK(again.exit == 0);
    CHECK(says(again, "Already filed, all 2 redemptions: send this bank file."));
    CHECK(says(again, "receipt verified"));
  }
  // Another bank file of the same list would be a second payment.
  const std::string other = town.home().write("other.txt", "another\r\n").string();
  const Ended refused = town.file(other, "list.csv");
  CHECK(refused.exit == 2);
  CHECK(says(refused, "-> filed"));
}
