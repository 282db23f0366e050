#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>

#include "tests/cluster/load.h"

using namespace test_cluster;  // NOLINT: a test

namespace {

/// The last line of the node's log with this event; empty without one.
std::string last_line(const Network& network, std::size_t node, const std::string& event) {
  const std::string text = read_text(network.output(node));
  const std::size_t found = text.rfind(" " + event);
  if (found == std::string::npos) return {};
  return text.substr(found + 1, text.find('\n', found) - found - 1);
}

/// Starts a node that must end by itself with a failure; what it said.
std::string refused(Network& network, std::size_t node) {
  const auto output = network.folder() / "refused.txt";
  std::error_code ec;
  std::filesystem::remove(output, ec);
  const Ended ended = run(
      {std::string{HANSATSU_BIN_DIR} + "/hansatsud", "run", "--data", network.data(node).string()},
      output);
  CHECK(ended.signal == 0);
  CHECK(ended.exit_code == 1);
  return read_text(output);
}

Hash pay_once(RunningTown& town, std::size_t node) {
  rpc::Client client = town.network.client(node);
  return town.must(client, town.persons[0], town.payment(5)).id;
}

bool is_final(RunningTown& town, std::size_t node, const Hash& id) {
  const auto found = town.network.only(node).transaction(id, town.shop.signer());
  return found && found->stage == rpc::TransactionStage::final;
}

}  // namespace

TEST_CASE("a validator that is told to stop ends in order and has nothing to replay", "[cluster]") {
  RunningTown town{4, 1};
  const Hash paid = pay_once(town, 0);
  const Height height = town.network.agree().height;
  for (std::size_t node = 0; node < 4; ++node) town.network.stop(node);
  town.network.start_all();
  for (std::size_t node = 0; node < 4; ++node) {
    CAPTURE(node);
    const std::string recovered = last_line(town.network, node, "recovered");
    CHECK(recovered.find("height=" + std::to_string(height.raw) + " ") != std::string::npos);
    CHECK(is_final(town, node, paid));
  }
  CHECK(town.network.agree().height >= height);
  pay_once(town, 1);
}

TEST_CASE("a validator told to stop under load ends in order and keeps what it said", "[cluster]") {
  RunningTown town{1, 3};
  std::vector<Acknowledged> acknowledged;
  {
    Load load{town};
    load.wait_for_more(50);
    town.network.stop(0);
    acknowledged = load.stop();
  }
  town.network.start_all();
  require_all_there(town, acknowledged);
}

TEST_CASE("a second process on a data folder is refused and disturbs nothing", "[cluster]") {
  RunningTown town{1, 1};
  CHECK(refused(town.network, 0).find("another process runs on this data folder") !=
        std::string::npos);
  pay_once(town, 0);
}

TEST_CASE("a lost or damaged database is made again from the log", "[cluster]") {
  RunningTown town{4, 1};
  const Hash paid = pay_once(town, 0);
  const auto before = town.network.agree();
  town.network.stop(1);
  town.network.stop(2);
  std::filesystem::remove_all(town.network.data(1) / "state");
  for (const auto& file : std::filesystem::directory_iterator{town.network.data(2) / "state"}) {
    if (file.path().filename().string().starts_with("MANIFEST")) {
      std::ofstream{file.path(), std::ios::binary} << "not a manifest";
    }
  }
  town.network.start(1);
  town.network.start(2);
  town.network.wait_serving(1);
  town.network.wait_serving(2);
  for (const std::size_t node : {1U, 2U}) {
    const std::string rebuilt = last_line(town.network, node, "store_rebuilt");
    CHECK(rebuilt.starts_with("store_rebuilt height="));
    CHECK_FALSE(rebuilt.starts_with("store_rebuilt height=0 "));
  }
  CHECK_FALSE(last_line(town.network, 2, "store_damaged").empty());
  CHECK(town.network.agree(before.height).state_root == before.state_root);
  CHECK(is_final(town, 1, paid));
  CHECK(is_final(town, 2, paid));
  pay_once(town, 2);
  town.network.agree();
}

TEST_CASE("a validator put back to an older copy does not vote, when all restart too",
          "[cluster]") {
  RunningTown town{4, 1};
  constexpr std::size_t kOlder = 3;
  pay_once(town, 0);
  town.network.agree();
  town.network.stop(kOlder);
  const auto copy = town.network.folder() / "older";
  std::filesystem::copy(town.network.data(kOlder), copy, std::filesystem::copy_options::recursive);
  town.network.start(kOlder);
  town.network.wait_serving(kOlder);
  town.network.stop(0);  // so that no certificate does without the one that will forget
  for (int i = 0; i < 3; ++i) pay_once(town, 1);
  town.network.agree();
  town.network.kill_all();
  std::filesystem::remove_all(town.network.data(kOlder));
  std::filesystem::rename(copy, town.network.data(kOlder));
  town.network.start_all();
  for (std::size_t node = 0; node < 4; ++node) {
    CHECK(town.network.only(node).status()->voting == (node != kOlder));
  }
  CHECK_FALSE(last_line(town.network, kOlder, "voting_stopped").empty());
  // It follows all the same.
  pay_once(town, 0);
  town.network.agree();
}

TEST_CASE("a log of another chain or another validator is refused", "[cluster]") {
  Network network{1};
  const Network elsewhere{1};
  std::filesystem::remove_all(network.data(0) / "log");
  std::filesystem::copy(elsewhere.data(0) / "log", network.data(0) / "log",
                        std::filesystem::copy_options::recursive);
  const std::string said = refused(network, 0);
  INFO(said);
  CHECK(said.starts_with("hansatsud: "));
  CHECK(said.find("another chain") != std::string::npos);
}

TEST_CASE("what an operator mistypes is refused by its name", "[cluster]") {
  Network network{1};
  const auto with = [&](const std::string& line) {
    std::ofstream{network.data(0) / "hansatsud.toml"} << line << "\n";
    return refused(network, 0);
  };
  CHECK(with("api_lisen = \"127.0.0.1:0\"").find("api_lisen: no such key") != std::string::npos);
  CHECK(with("api_listen = 8080").find("api_listen: a text in quotes") != std::string::npos);
  CHECK(with("verify_threads = 1000").find("verify_threads: out of range") != std::string::npos);
  CHECK(with("api_listen = \"8080\"").find("api_listen") != std::string::npos);
  CHECK(with("log_level = \"loud\"").find("log_level") != std::string::npos);
  CHECK(with("log_level =").find("line 1") != std::string::npos);
  std::filesystem::remove(network.data(0) / "hansatsud.toml");
  std::filesystem::permissions(network.data(0) / "validator.key",
                               std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  CHECK(refused(network, 0).find("chmod 600") != std::string::npos);
}
