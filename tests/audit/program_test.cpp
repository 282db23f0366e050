#include "tests/wallet/program.h"

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "node/log/data_folder.h"
#include "node/log/posix_disk.h"
#include "tests/audit/story.h"

using namespace hansatsu;  // NOLINT: a test
using namespace test_audit;
using wallet::test::Ended;
using wallet::test::Home;

namespace {

/// A home with a copy of a validator's data folder in it.
struct Council : Home {
  explicit Council(const Story& story, const Lies& lies = {})
      : Council{story, records_of(story, lies)} {}
  Council(const Story& story, const std::vector<consensus::Record>& records) {
    std::filesystem::create_directory(path() / "data");
    const Bytes charter = encode(story.town.charter);
    write("data/" + std::string{log::kCharterFile}, as_text(charter));
    auto disk = log::PosixDisk::open_folder((path() / "data" / log::kLogFolder).string(),
                                            log::PosixDisk::Access::read_write);
    REQUIRE(disk.has_value());
    write_log(*disk, story.town.charter, records);
  }
  [[nodiscard]] Ended audit(std::vector<std::string> more = {},
                            const std::vector<std::string>& environment = {}) const {
    more.insert(more.begin(), {"audit", "--data", (path() / "data").string()});
    return run(more, environment);
  }
};

/// What `hansatsu audit` shows to a person at a terminal.
std::string shown_on_terminal(const Council& council) {
  std::vector<std::string> words{std::string{HANSATSU_BIN_DIR} + "/hansatsu", "audit", "--data",
                                 (council.path() / "data").string()};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::string home = "HOME=" + council.path().string();
  char* environment[]{home.data(), nullptr};
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  REQUIRE(child >= 0);
  if (child == 0) {
    ::execve(arguments[0], arguments.data(), environment);
    ::_exit(127);
  }
  std::string screen;
  char piece[4'096];
  // At its end Linux says EIO.
  for (ssize_t got = 0; (got = ::read(terminal, piece, sizeof piece)) > 0;) {
    screen.append(piece, static_cast<std::size_t>(got));
  }
  ::close(terminal);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  return screen;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("audit program: all is well, and it says how far", "[audit][program]") {
  const Story story;
  const Council council{story};
  const Ended json = council.audit({"--json"});
  CAPTURE(json.out, json.err);
  CHECK(json.exit == 0);
  CHECK(json.err.empty());
  for (const std::string_view part :
       {"\"height\": 12", "\"transactions\": 16", "\"accounts\": 6", "\"conserved\": true",
        "\"first_error\": null", "\"verified_per_second\": ", "\"chain_compared\": false",
        "\"height_compared\": false", "run again with --expect ID"}) {
    CAPTURE(part);
    CHECK(has(json.out, part));
  }
  CHECK_FALSE(has(json.out, "ceiling"));
  const std::string id = to_hex(state::chain_id(story.town.charter).view());
  const Ended shown = council.audit({"--expect", id, "--min-height", "12"});
  CHECK(shown.exit == 0);
  CHECK(has(shown.out, "OK: nothing is wrong from genesis to height 12."));
  CHECK_FALSE(has(shown.out, "But:"));
  const Ended compared = council.audit({"--expect", id, "--min-height", "12", "--json"});
  for (const std::string_view part :
       {"\"chain_compared\": true", "\"height_compared\": true", "\"advice\": []"}) {
    CAPTURE(part);
    CHECK(has(compared.out, part));
  }
  CHECK(has(council.audit({}, {"HANSATSU_LANGUAGE=ja"}).out, "良好"));
}

TEST_CASE("audit program: OK is said with what nobody compared", "[audit][program]") {
  const Council council{Story{2}};
  const Ended none = council.audit();
  CHECK(none.exit == 0);
  CHECK(has(none.out, "But: The chain was compared with no expected identity"));
  CHECK(has(none.out, "But: The height was compared with nothing"));
  CHECK(has(council.audit({}, {"HANSATSU_LANGUAGE=ja"}).out, "何とも比べていません"));
  const Ended low = council.audit({"--min-height", "3"});
  CHECK(has(low.out, "no expected identity"));
  CHECK_FALSE(has(low.out, "The height was compared"));
}

TEST_CASE("audit program: what the auditor knows from elsewhere", "[audit][program]") {
  const Story story;
  const auto records = records_of(story);
  const Council council{story};
  const auto& block = std::get<consensus::Block>(records[block_at(records, 11)]);
  const std::string id = to_hex(chain::block_id(block.header).view());
  CHECK(council.audit({"--known", "11:" + id}).exit == 0);
  const Ended other = council.audit({"--known", "11:" + id, "--known", "10:" + id, "--json"});
  CHECK(other.exit == 6);
  CHECK(has(other.out, "\"what\": \"other_block\""));
  CHECK(has(other.out, "\"conserved\": null"));
  CHECK(council.audit({"--known", "13:" + id}).exit == 6);
  const std::vector<std::string> malformed{"11", "11:", id, ":" + id, "x:" + id, "11:" + id + "0"};
  for (const std::string& wrong : malformed) {
    CAPTURE(wrong);
    CHECK(council.audit({"--known", wrong}).exit == 2);
  }

  const auto& certificate = std::get<chain::Certificate>(records[block_at(records, 11) + 4]);
  const auto receipt = [&](const chain::FinalityProof& proof) {
    return encode(receipt_of(story, block.header, proof));
  };
  const Bytes good = receipt({certificate, {}});
  const auto file = council.write("receipt.bin", as_text(good));
  CHECK(council.audit({"--receipt", file.string()}).exit == 0);
  chain::Certificate forged = certificate;
  forged.signatures[1].bytes[5] ^= 1U;
  const Bytes bad = receipt({forged, {}});
  CHECK(council.audit({"--receipt", council.write("forged.bin", as_text(bad)).string()}).exit == 6);
  CHECK(council.audit({"--receipt", council.write("none.bin", "no receipt").string()}).exit == 2);
}

TEST_CASE("audit program: what is wrong, where, and a code for scripts", "[audit][program]") {
  const Story story;
  const Council council{
      story, {{10, {[](chain::Header& header) { header.outcomes_root.bytes[0] ^= 1U; }}}}};
  const Ended json = council.audit({"--json"});
  CAPTURE(json.out, json.err);
  CHECK(json.exit == 6);
  for (const std::string_view part :
       {"\"height\": 9", "\"conserved\": null", "\"tip\": null", "\"code\": \"E-AUD-24\"",
        "\"what\": \"outcomes_differ\"", "\"height\": 10", "\"segment\": 1"}) {
    CAPTURE(part);
    CHECK(has(json.out, part));
  }
  CHECK_FALSE(has(json.out, "\"error\""));  // one value, the report
  const Ended shown = council.audit();
  CHECK(shown.exit == 6);
  CHECK(has(shown.err, "a block's outcomes are not what the rules give, height 10"));
  CHECK_FALSE(has(shown.out, "OK"));
}

TEST_CASE("audit program: the wrong folder, chain or height", "[audit][program]") {
  const Council council{Story{2}};
  CHECK(council.run({"audit", "--data", council.path().string()}).exit == 2);
  CHECK(council.run({"audit"}).exit == 2);
  const Ended other = council.audit({"--expect", std::string(64, '0'), "--json"});
  CHECK(other.exit == 6);
  CHECK(has(other.out, "\"what\": \"other_chain\""));
  CHECK(has(other.out, "\"conserved\": null"));
  CHECK(has(other.out, "\"height\": 0"));
  // As from a variable that is not set: not the same as nothing expected.
  CHECK(council.audit({"--expect", ""}).exit == 2);
  CHECK(council.audit({"--expect", "7f3a"}).exit == 2);
  CHECK(council.audit({"--min-height", "1000"}).exit == 6);
  council.write("data/charter.bin", "no charter");
  CHECK(council.audit().exit == 2);
}

TEST_CASE("audit program: a forged signature and an altered amount, each named by its place",
          "[audit][program]") {
  constexpr std::uint64_t kLied = 10;
  const auto check_named = [](const Council& council, const std::string& code,
                              const std::string& what, const std::string& words) {
    const Ended json = council.audit({"--json"});
    CAPTURE(what, json.out, json.err);
    CHECK(json.exit == 6);
    for (const std::string& part :
         {"\"code\": \"" + code + "\"", "\"what\": \"" + what + "\"", std::string{"\"height\": 9"},
          std::string{"\"height\": 10"}, std::string{"\"index\": 1"}, std::string{"\"segment\": 1"},
          std::string{"\"conserved\": null"}}) {
      CAPTURE(part);
      CHECK(has(json.out, part));
    }
    const Ended shown = council.audit();
    CAPTURE(shown.err);
    CHECK(shown.exit == 6);
    CHECK(has(shown.err, words));
    CHECK(has(shown.err, ", height 10, transaction 1 (from 0), segment 1 byte "));
    CHECK_FALSE(has(shown.out, "OK"));
  };
  const std::string unsigned_words = "its holder did not sign it";
  Story story;
  const auto honest = records_of(story);
  auto& body = story.bodies[kLied - 1];
  const auto payment = body[1];
  const auto dearer = unsigned_change(story, payment, &raise_amount);
  // On one validator's disk: no longer the transactions that were agreed on.
  check_named({story, with_body(honest, kLied, {body[0], dearer})}, "E-AUD-19",
              "transactions_differ", "are not those it was agreed with");
  // By a quorum, which hashes and certifies what it made up: the signature tells.
  body[1] = dearer;
  check_named(Council{story}, "E-AUD-23", "bad_signature", unsigned_words);
  body[1] = unsigned_change(story, payment, &forge_signature);
  check_named(Council{story}, "E-AUD-23", "bad_signature", unsigned_words);
}

TEST_CASE("audit program: who waits at a terminal sees how far it is", "[audit][program]") {
  const std::string screen = shown_on_terminal(Council{Story{2}});
  CAPTURE(screen);
  const std::size_t bar = screen.find("audit, MiB of log [");
  REQUIRE(bar != std::string::npos);
  CHECK(bar < screen.find("OK: nothing is wrong"));
  CHECK(has(screen, "##] "));  // full at the end
}
