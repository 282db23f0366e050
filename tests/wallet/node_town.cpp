#include "tests/wallet/node_town.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>

#include "tests/support/wait.h"

namespace hansatsu::wallet::test {
namespace {

using Json = nlohmann::json;

constexpr auto kStartMax = std::chrono::seconds{60};

Json staff(const std::string& key, std::uint64_t person) {
  return {{"salt", std::string(62, '0') + (person < 10 ? "0" : "") + std::to_string(person)},
          {"kind", "staff"},
          {"home", 0},
          {"person", std::to_string(person)},
          {"keys", {{{"key", key}, {"rights", {"office", "manage", "read"}}}}}};
}

Json role(const std::string& name, int account) {
  return {{"role", name}, {"coin", 0}, {"account", account}, {"until", "2099-12-31"}};
}

Json coin() {
  const std::string wide = "1000000000";
  return {{"name", "sample"},
          {"display_name", "見本コイン"},
          {"issuer", "見本町"},
          {"issuer_kind", "municipality"},
          {"six_month_exemption", false},
          {"limits",
           {{"balance_unverified", wide},
            {"balance_verified", wide},
            {"payment", wide},
            {"day", wide},
            {"charge_day_unverified", wide},
            {"charge_day_verified", wide},
            {"payments_day", 1'000},
            {"refunds_day", 1'000}}},
          {"refund_window_days", 90},
          {"fee_basis_points", 100},
          {"key_waiting_minutes", 0},
          {"sends_bound_value", true},
          {"tags", Json::array()}};
}

}  // namespace

NodeTown::NodeTown() {
  home_.write("passphrase", "a town's passphrase\n");
  const Ended made =
      home_.run_program("hansatsud", {"init", "--data", (home_.path() / "node").string(), "--name",
                                      "hall", "--address", "127.0.0.1:0"});
  CAPTURE(made.err);
  REQUIRE(made.exit == 0);
  found(Json::parse(made.out));
  start();
}

NodeTown::~NodeTown() {
  if (node_ <= 0) return;
  ::kill(node_, SIGTERM);
  ::waitpid(node_, nullptr, 0);
}

std::string NodeTown::make_key(const std::string& person) const {
  const Ended made = home_.run({"--keystore", keystore(person), "--passphrase-file",
                                (home_.path() / "passphrase").string(), "--json", "wallet", "new"});
  CAPTURE(made.err);
  REQUIRE(made.exit == 0);
  return Json::parse(made.out)["public_key"];
}

void NodeTown::found(const Json& validator) {
  Json charter{{"chain_name", "one-node test"},
               {"utc_offset_minutes", 540},
               {"founded", "2020-01-01T00:00:00+09:00"},
               {"coins", {coin()}},
               {"roles", {role("registrar", 0), role("issuer", 1), role("treasurer", 2)}},
               {"policy", Json::array()},
               {"limits",
                {{"quotas", Json::array()},
                 {"block_transactions", 8'192},
                 {"block_bytes", 1'048'576},
                 {"block_records", 40'000}}},
               {"consensus", {{"delta_ms", 15}, {"sync_ms", 5}, {"heartbeat_s", 3'600}}},
               {"validators", {validator}},
               {"accounts",
                {staff(make_key("registrar"), 1), staff(make_key("issuer"), 2),
                 staff(make_key("treasurer"), 3)}}};
  for (const char* kind : {"person", "shop", "agent", "staff", "town"})
    charter["limits"]["quotas"].push_back(
        {{"kind", kind}, {"transactions", 10'000}, {"refusals", 1'000}});
  home_.write("charter.json", charter.dump(2));
  const Ended founded = home_.run_program(
      "hansatsud",
      {"found", "--data", (home_.path() / "node").string(), "--charter", this->charter()});
  CAPTURE(founded.err);
  REQUIRE(founded.exit == 0);
}

void NodeTown::start() {
  home_.write("node/hansatsud.toml",
              "api_listen = \"127.0.0.1:0\"\npeer_listen = \"127.0.0.1:0\"\n");
  node_ = home_.start_program("hansatsud", {"run", "--data", (home_.path() / "node").string()});
  std::string address;
  const bool listens = hansatsu::test::wait_for(kStartMax, [&] {
    std::ifstream{home_.path() / "node" / "api.address"} >> address;
    return !address.empty();
  });
  CAPTURE(home_.read(".node.err"));
  REQUIRE(listens);
  url_ = "http://" + address;
}

Ended NodeTown::as(const std::string& person, std::vector<std::string> arguments) const {
  std::vector<std::string> all{
      "--node",    url_,      "--keystore",        keystore(person),
      "--charter", charter(), "--passphrase-file", (home_.path() / "passphrase").string(),
      "--yes"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return home_.run(all);
}

Json NodeTown::did(const std::string& person, std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "--json");
  const Ended ended = as(person, arguments);
  CAPTURE(person, arguments, ended.err, ended.out);
  REQUIRE(ended.exit == 0);
  return Json::parse(ended.out);
}

}  // namespace hansatsu::wallet::test
