#include <catch2/catch.hpp>
#include <chrono>

#include "ledger/state/charter.h"
#include "rpc/client/transaction_builder.h"
#include "tests/wallet/lying_node.h"
#include "tests/wallet/node_town.h"
#include "wallet/csv.h"
#include "wallet/keystore/keystore.h"

using namespace hansatsu;
using namespace hansatsu::wallet::test;

namespace {

using Json = nlohmann::json;

constexpr std::size_t kFounders = 3;

std::string fresh_roster(std::size_t rows) {
  std::string roster = "reference,key,person\n";
  for (std::size_t i = 0; i < rows; ++i) {
    roster += "R-" + std::to_string(i) + "," + to_hex(KeyPair::generate().public_key().view()) +
              "," + std::to_string(9'000 + i) + "\n";
  }
  return roster;
}

Ended open_by(const NodeTown& town, const std::string& node, const std::filesystem::path& roster) {
  return town.home().run({"--node", node, "--keystore", town.keystore("registrar"), "--charter",
                          town.charter(), "--passphrase-file",
                          (town.home().path() / "passphrase").string(), "--wait-seconds", "10",
                          "--yes", "office", "open", roster.string()});
}

std::size_t opened_in(const NodeTown& town, const std::filesystem::path& roster) {
  return town.did("registrar", {"office", "open", roster.string()})["accounts"].size();
}

/// Numbers are dense: the next account tells how many there are.
std::size_t accounts_of(const NodeTown& town) {
  const auto file = town.home().write("probe.csv", fresh_roster(1));
  const Json opened = town.did("registrar", {"office", "open", file.string()})["accounts"];
  std::filesystem::remove(file.string() + ".opened.csv");
  const std::string number = opened[0]["account"];
  return std::stoul(number.substr(0, 4) + number.substr(5, 4));
}

using SequencesOfKeys = std::map<PublicKey, std::set<std::uint64_t>>;
SequencesOfKeys sequences_seen(const LyingNode& node) {
  SequencesOfKeys sequences;
  for (const block::UnsignedTransaction& one : node.seen()) {
    const auto& opening = std::get<rules::OpenAccount>(one.operation.value);
    sequences[opening.keys.front().key].insert(one.sequence);
  }
  return sequences;
}

}  // namespace

TEST_CASE("a row that a node denies is signed again under its first sequence alone",
          "[wallet][day][lie]") {
  constexpr std::size_t kRows = 3;
  const NodeTown town;
  const auto file = town.home().write("residents.csv", fresh_roster(kRows));
  LyingNode liar{town.url(), Lie::says_lapsed};
  for (std::size_t run = 1; run <= 2; ++run) {
    const Ended ended = open_by(town, liar.url(), file);
    CAPTURE(ended.err);
    CHECK(ended.exit == 4);
    CHECK(liar.transactions() == run * kRows);  // the second time they are valid for longer
  }
  const SequencesOfKeys sequences = sequences_seen(liar);
  CHECK(sequences.size() == kRows);
  for (const auto& [key, numbers] : sequences) CHECK(numbers.size() == 1);
  // It has all of them done at last, and says nothing. Another node tells.
  liar.release();
  CHECK(opened_in(town, file) == kRows);
  CHECK(accounts_of(town) == kFounders + kRows);
}

TEST_CASE("a row whose time is over by every clock keeps its sequence all the same",
          "[wallet][day][lie]") {
  // Twenty minutes ago, a wrong clock says; to the chain it may be new. The node knows no more
  // than it tells.
  constexpr std::uint64_t kSequence = 7;
  const NodeTown town;
  const auto keystore = wallet::Keystore::open(town.keystore("registrar"), "a town's passphrase");
  REQUIRE(keystore);
  const auto registrar = keystore->key("main");
  REQUIRE(registrar);
  const auto file = town.home().write("residents.csv", fresh_roster(1));
  const auto table = wallet::parse_csv(town.home().read("residents.csv"));
  rules::OpenAccount opening;
  opening.salt.bytes.fill(1);
  opening.kind = state::AccountKind::person;
  opening.person = PersonId{9'000};
  opening.level = state::Level::verified;
  state::KeyGrant grant;
  grant.key = *fixed_from_hex<PublicKey>(table.rows[1][1].text);
  grant.rights = state::kRightPay;
  opening.keys.push_back(grant);
  const Json chain = town.did("registrar", {"chain", "trust"});
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      (std::chrono::system_clock::now() - std::chrono::minutes{20}).time_since_epoch());
  const rpc::Envelope envelope{*fixed_from_hex<Hash>(chain["chain"].get<std::string>()),
                               {AccountId{0}, 0, 1},
                               kSequence,
                               Timestamp{static_cast<std::uint64_t>(now.count())}};
  const auto built = rpc::build_transaction(envelope, {opening}, *registrar);
  town.home().write("residents.csv.opened.csv.sending",
                    "line,reference,transaction\r\n2,R-0," + to_hex(built.bytes) + "\r\n");

  const LyingNode liar{town.url(), Lie::says_lapsed};
  CHECK(open_by(town, liar.url(), file).exit == 4);
  CHECK(liar.transactions() == 2);
  for (const auto& [key, numbers] : sequences_seen(liar)) CHECK(numbers == std::set{kSequence});
  CHECK(opened_in(town, file) == 1);
  CHECK(accounts_of(town) == kFounders + 1);
}

TEST_CASE("a row whose sequence went to another opening is opened under a new one",
          "[wallet][day][lie]") {
  const NodeTown town;
  const auto file = town.home().write("residents.csv", fresh_roster(3));
  {
    const LyingNode liar{town.url(), Lie::says_lapsed};  // it takes what it has to its grave
    CHECK(open_by(town, liar.url(), file).exit == 4);
  }
  const auto other = town.home().write("others.csv", fresh_roster(2));
  CHECK(opened_in(town, other) == 2);
  // A node that denies what it has done is asked for the receipts.
  const LyingNode liar{town.url(), Lie::passes_on};
  const Ended ended = open_by(town, liar.url(), file);
  CAPTURE(ended.err);
  CHECK(ended.exit == 0);
  CHECK(opened_in(town, file) == 3);
  CHECK(accounts_of(town) == kFounders + 5);
}

TEST_CASE("a list is granted once, whatever a node says of it", "[wallet][day][lie]") {
  const NodeTown town;
  const Json terms{{"name", "給付"},
                   {"coin", 0},
                   {"kind", "grant"},
                   {"paid", false},
                   {"budget", "10000"},
                   {"opens", "2000-01-01"},
                   {"expiry", {{"kind", "fixed_date"}, {"date", "2098-12-31"}}}};
  const auto program = town.home().write("program.json", terms.dump());
  (void)town.did("issuer", {"office", "program", program.string()});
  const auto residents = town.home().write("residents.csv", fresh_roster(1));
  const Json opened = town.did("registrar", {"office", "open", residents.string()})["accounts"];
  const std::string account = opened[0]["account"];
  const auto list = town.home().write("benefit.csv", "account,amount\n" + account + ",500\n");
  const auto grant_by = [&](const std::string& node) {
    return town.home().run({"--node", node, "--keystore", town.keystore("issuer"), "--charter",
                            town.charter(), "--passphrase-file",
                            (town.home().path() / "passphrase").string(), "--yes", "--json",
                            "office", "grant", list.string(), "--program", "0"});
  };
  for (const Lie lie : {Lie::says_lapsed, Lie::names_trouble}) {
    LyingNode liar{town.url(), lie};
    const Ended denied = grant_by(liar.url());
    CAPTURE(denied.err);
    CHECK(denied.exit == 4);  // never "done before" without proof
    const Ended given = grant_by(town.url());
    CHECK(given.exit == 0);
    liar.release();
  }
  const Json answer = town.did("issuer", {"office", "account", account});
  CHECK(answer["totals"][0]["free"] == "500");
}
