#include "tests/wallet/program.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using hansatsu::wallet::test::Ended;
using hansatsu::wallet::test::Home;

namespace {

/// A wallet with a passphrase in a file, as scripts use it.
struct ScriptHome : Home {
  ScriptHome() { write("passphrase", "correct horse\n"); }
  [[nodiscard]] Ended script(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "--passphrase-file=" + (path() / "passphrase").string());
    return run(arguments);
  }
};

}  // namespace

TEST_CASE("program: a key is made, listed, and comes back from its words", "[wallet][program]") {
  const ScriptHome home;
  for (const std::string language : {"en", "ja"}) {
    const std::string name = "key-" + language;
    const Ended made = home.script({"wallet", "new", name, "--words", language});
    CAPTURE(made.err);
    REQUIRE(made.exit == 0);
    const std::string words = made.out.substr(0, made.out.find('\n'));
    const Ended again = home.script({"wallet", "words", name});
    CHECK(again.out == words + "\n");
    const auto file = home.write("words", words);
    REQUIRE(
        home.script({"wallet", "restore", name + "-back", "--words-file", file.string()}).exit ==
        0);
  }
  const Ended listed = home.run({"wallet", "keys", "--json"});
  REQUIRE(listed.exit == 0);
  const nlohmann::json keys = nlohmann::json::parse(listed.out)["keys"];
  REQUIRE(keys.size() == 4);
  CHECK(keys[0]["public_key"] == keys[1]["public_key"]);
  CHECK(keys[2]["public_key"] == keys[3]["public_key"]);
  CHECK(keys[0]["public_key"] != keys[2]["public_key"]);
}

TEST_CASE("program: a wrong word is told by its place", "[wallet][program]") {
  const ScriptHome home;
  std::string words = "abandonn ";
  for (int i = 0; i < 22; ++i) words += "abandon ";
  const auto file = home.write("words", words + "art");
  const Ended ended = home.script({"wallet", "restore", "--words-file", file.string()});
  CHECK(ended.exit == 2);
  CHECK(ended.err.find("(word 1)") != std::string::npos);
  CHECK(home.run({"wallet", "keys"}).exit == 5);  // and no keystore was made
}

TEST_CASE("program: each way to fail has its exit code", "[wallet][program]") {
  const ScriptHome home;
  REQUIRE(home.script({"wallet", "new"}).exit == 0);
  CHECK(home.run({}).exit == 2);
  CHECK(home.run({"no-such-command"}).exit == 2);
  CHECK(home.run({"wallet", "new", "--words", "fr"}).exit == 2);
  const auto wrong = home.write("wrong", "wrong\n");
  CHECK(home.run({"--passphrase-file", wrong.string(), "wallet", "words"}).exit == 5);
  CHECK(home.run({"wallet", "words"}).exit == 5);  // no terminal to ask on
  // Port 1 of the loopback answers nobody.
  const Ended alone = home.script({"--node", "http://127.0.0.1:1", "balance"});
  CHECK(alone.exit == 3);
  CHECK(alone.err.find("http://127.0.0.1:1") != std::string::npos);
  CHECK(home.script({"--node", "not a url", "balance"}).exit == 2);
  CHECK(home.run({"receipt", "verify", "nothing.bin"}).exit == 2);
  const Ended as_json = home.script({"--node", "http://127.0.0.1:1", "--json", "balance"});
  CHECK(nlohmann::json::parse(as_json.out)["error"]["exit"] == 3);
}

TEST_CASE("program: settings come from arguments, environment and file, in this order",
          "[wallet][program]") {
  const ScriptHome home;
  const auto config =
      home.write("wallet.toml", "nodes = [\"http://127.0.0.1:1\"]\nlanguage = \"en\"\n");
  const std::string from_file = "HANSATSU_CONFIG=" + config.string();
  CHECK(home.run({"chain", "trust"}, {from_file}).err.find("127.0.0.1:1") != std::string::npos);
  CHECK(home.run({"chain", "trust"}, {from_file, "HANSATSU_NODES=http://127.0.0.1:2"})
            .err.find("127.0.0.1:2") != std::string::npos);
  CHECK(home.run({"--node", "http://127.0.0.1:3", "chain", "trust"},
                 {from_file, "HANSATSU_NODES=http://127.0.0.1:2"})
            .err.find("127.0.0.1:3") != std::string::npos);
  const auto check_refused = [&](std::string_view text, const std::string& named) {
    home.write("bad.toml", text);
    const Ended ended =
        home.run({"--config", (home.path() / "bad.toml").string(), "chain", "trust"});
    CHECK(ended.exit == 2);
    CHECK(ended.err.find(named) != std::string::npos);
  };
  check_refused("nods = []\n", "nods is not a known setting");
  check_refused("nodes = \"http://127.0.0.1:1\"\n", "nodes must be a list of URLs");
  check_refused("wait_seconds = -1\n", "wait_seconds must be a whole number");
  check_refused("key = \n", "bad.toml");
  CHECK(home.run({"--config", "/nowhere/wallet.toml", "chain", "trust"}).exit == 2);
}

TEST_CASE("program: every command has help with examples, in both languages", "[wallet][program]") {
  const ScriptHome home;
  const std::vector<std::vector<std::string>> commands{{"wallet", "new"},
                                                       {"wallet", "restore"},
                                                       {"wallet", "keys"},
                                                       {"wallet", "words"},
                                                       {"wallet", "remove"},
                                                       {"wallet", "passphrase"},
                                                       {"chain", "trust"},
                                                       {"chain", "status"},
                                                       {"chain", "programs"},
                                                       {"chain", "shops"},
                                                       {"balance"},
                                                       {"pay"},
                                                       {"send"},
                                                       {"request"},
                                                       {"history"},
                                                       {"account", "keys"},
                                                       {"account", "add-key"},
                                                       {"account", "remove-key"},
                                                       {"account", "receive"},
                                                       {"receipt", "get"},
                                                       {"receipt", "verify"},
                                                       {"shop", "takings"},
                                                       {"shop", "refund"},
                                                       {"shop", "redeem"},
                                                       {"office", "open"},
                                                       {"office", "freeze"},
                                                       {"office", "unfreeze"},
                                                       {"office", "account"},
                                                       {"office", "program"},
                                                       {"office", "grant"},
                                                       {"office", "charge"},
                                                       {"office", "set-float"},
                                                       {"office", "hand-in"},
                                                       {"office", "redemptions"},
                                                       {"office", "file"},
                                                       {"office", "settle"}};
  for (std::vector<std::string> command : commands) {
    command.push_back("--help");
    const Ended english = home.run(command);
    CAPTURE(command);
    CHECK(english.exit == 0);
    CHECK(english.out.find("Examples:\n  hansatsu ") != std::string::npos);
    const Ended japanese = home.run(command, {"LC_ALL=ja_JP.UTF-8"});
    CHECK(japanese.out.find("例:\n  hansatsu ") != std::string::npos);
  }
  CHECK(home.run({"--help"}).out.find("Exit codes: 0 done") != std::string::npos);
}

TEST_CASE("program: no argument takes a secret", "[wallet][program]") {
  const ScriptHome home;
  const std::string help = home.run({"--help"}).out;
  CHECK(help.find("--passphrase ") == std::string::npos);
  CHECK(home.run({"--passphrase", "x", "wallet", "keys"}).exit == 2);
}
