#include <signal.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>

#include "ledger/crypto/keys.h"
#include "tests/support/wait.h"
#include "tests/wallet/lying_node.h"
#include "tests/wallet/node_town.h"

using namespace hansatsu::wallet::test;

namespace {

constexpr std::size_t kRows = 20;
constexpr auto kOpenedMax = std::chrono::seconds{60};

std::string roster_of(std::size_t rows) {
  std::string roster = "reference,key,person\n";
  for (std::size_t i = 0; i < rows; ++i) {
    const auto key = hansatsu::KeyPair::generate().public_key();
    roster += "R-" + std::to_string(i) + "," + hansatsu::to_hex(key.view()) + "," +
              std::to_string(9'000 + i) + "\n";
  }
  return roster;
}

}  // namespace

TEST_CASE("an office that is killed while accounts open opens none of them twice",
          "[wallet][day]") {
  const NodeTown town;
  const auto file = town.home().write("residents.csv", roster_of(kRows));
  const std::string sending = "residents.csv.opened.csv.sending";
  {
    // The node opens them all; the office hears nothing, and dies.
    const LyingNode node{town.url(), Lie::keeps_silent};
    const int office = town.home().start_program(
        "hansatsu",
        {"--node", node.url(), "--keystore", town.keystore("registrar"), "--charter",
         town.charter(), "--passphrase-file", (town.home().path() / "passphrase").string(), "--yes",
         "office", "open", file.string()});
    const bool sent = hansatsu::test::wait_for(
        kOpenedMax, [&] { return node.transactions() == kRows && node.kept_silent() > 0; });
    ::kill(office, SIGKILL);
    ::waitpid(office, nullptr, 0);
    CAPTURE(town.home().read(".node.err"));
    REQUIRE(sent);
  }
  REQUIRE(std::filesystem::exists(town.home().path() / sending));
  CHECK_FALSE(std::filesystem::exists(town.home().path() / "residents.csv.opened.csv"));

  const auto opened = town.did("registrar", {"office", "open", file.string()})["accounts"];
  CHECK(opened.size() == kRows);
  CHECK_FALSE(std::filesystem::exists(town.home().path() / sending));
  // Numbers are dense: the next one follows the rows of one run, after the three founders.
  const auto next_file = town.home().write("next.csv", roster_of(1));
  const auto next = town.did("registrar", {"office", "open", next_file.string()})["accounts"];
  const std::string number = next[0]["account"];
  CHECK(number.starts_with("0000-00" + std::to_string(3 + kRows)));
}
