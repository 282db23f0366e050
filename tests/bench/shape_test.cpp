#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "wallet/town/child_process.h"

using namespace hansatsu;  // NOLINT: a test's own file

TEST_CASE("the benchmark measures a town and says so in the promised form", "[bench]") {
  const auto printed =
      town::run_program({std::string{HANSATSU_BIN_DIR} + "/hansatsu-bench", "--validators", "4",
                         "--payments", "500", "--residents", "60", "--json"});
  REQUIRE(printed.has_value());
  const auto json = nlohmann::json::parse(*printed, nullptr, false);
  REQUIRE(json.is_object());
  CHECK(json.at("validators") == 4);
  CHECK(json.at("payments") == 500);
  for (const char* name :
       {"final_per_second", "ceiling_per_second", "ratio", "log_bytes_per_payment",
        "disk_bytes_per_payment", "rss_bytes", "syncs_per_block"}) {
    CAPTURE(name);
    CHECK(json.at(name).is_number());
    CHECK(json.at(name) > 0);
  }
  CHECK(json.at("nullified_views").is_number_unsigned());
  double last = 0;
  for (const char* name : {"p50", "p99", "p999"}) {
    const double here = json.at("latency_ms").at(name);
    CHECK(here > 0);
    CHECK(here >= last);
    last = here;
  }
}
