#include "tests/wallet/program.h"

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
  explicit Council(const Story& story, const Lies& lies = {}) {
    std::filesystem::create_directory(path() / "data");
    const Bytes charter = encode(story.town.charter);
    write("data/" + std::string{log::kCharterFile}, as_text(charter));
    auto disk = log::PosixDisk::open_folder((path() / "data" / log::kLogFolder).string(),
                                            log::PosixDisk::Access::read_write);
    REQUIRE(disk.has_value());
    write_log(*disk, story.town.charter, records_of(story, lies));
  }
  [[nodiscard]] Ended audit(std::vector<std::string> more = {},
                            const std::vector<std::string>& environment = {}) const {
    more.insert(more.begin(), {"audit", "--data", (path() / "data").string()});
    return run(more, environment);
  }
};

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
        "\"first_error\": null", "\"verified_per_second\": "}) {
    CAPTURE(part);
    CHECK(has(json.out, part));
  }
  CHECK_FALSE(has(json.out, "ceiling"));
  const std::string id = to_hex(state::chain_id(story.town.charter).view());
  const Ended shown = council.audit({"--expect", id, "--min-height", "12"});
  CHECK(shown.exit == 0);
  CHECK(has(shown.out, "OK: nothing is wrong from genesis to height 12."));
  CHECK(has(council.audit({}, {"HANSATSU_LANGUAGE=ja"}).out, "良好"));
}

TEST_CASE("audit program: what is wrong, where, and a code for scripts", "[audit][program]") {
  const Story story;
  const Council council{
      story, {{10, {[](chain::Header& header) { header.outcomes_root.bytes[0] ^= 1U; }}}}};
  const Ended json = council.audit({"--json"});
  CAPTURE(json.out, json.err);
  CHECK(json.exit == 6);
  for (const std::string_view part :
       {"\"height\": 9", "\"code\": \"E-AUD-24\"", "\"what\": \"outcomes_differ\"",
        "\"height\": 10", "\"segment\": 1"}) {
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
  CHECK(council.audit({"--expect", std::string(64, '0')}).exit == 6);
  CHECK(council.audit({"--min-height", "1000"}).exit == 6);
  council.write("data/charter.bin", "no charter");
  CHECK(council.audit().exit == 2);
}
